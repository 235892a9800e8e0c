# SPDX-License-Identifier: MIT
# The guest's part: rounds of work on all CPUs at once, each of which checks what it gets. The last line says how often
# something was wrong.
rounds=$(cat rounds)
wrong=0
sum=$(cut -d' ' -f1 data.sum)

complain()
{
    echo "soak: wrong: $*"
    echo x >>/tmp/wrong
}

mkdir -p /tmp
mount -t tmpfs -o size=64m none /tmp
: >/tmp/wrong

# Each line of the storm is the one before plus 1. The first may begin in its middle.
stty -F /dev/ttyAMA1 raw -echo 115200
storm()
{
    awk 'NR > 2 && $1 != last + 1 { print "soak: wrong: storm: " $1 " after " last; print "x" >>"/tmp/wrong" }
         { last = $1; if (NR % 50 == 0) { print last >"/tmp/storm"; close("/tmp/storm") } }' </dev/ttyAMA1
}

# Time never goes back, on whatever CPU it is asked for.
clock()
{
    last=0
    i=0
    while [ $i -lt 200 ]; do
        now=$(sed 's/\([0-9]*\)\.\([0-9]*\) .*/\1\2/' /proc/uptime)
        [ "$now" -ge "$last" ] || complain "uptime: $now after $last"
        last=$now
        i=$((i + 1))
    done
}

disk()
{
    echo 3 >/proc/sys/vm/drop_caches
    [ "$(sha256sum data | cut -d' ' -f1)" = "$sum" ] || complain "the disk's data"
}

processes()
{
    i=0
    while [ $i -lt 60 ]; do
        [ "$(busybox echo $i)" = $i ] || complain "a process"
        i=$((i + 1))
    done
}

memory()
{
    dd if=/dev/zero bs=64k count=64 2>/dev/null | tee /tmp/zero.$1 | md5sum | grep -q '^b5cfa9d6c8febd618f91ac2843d50a1c ' ||
        complain "a pipe"
    [ "$(wc -c </tmp/zero.$1)" = 4194304 ] || complain "a file"
    rm /tmp/zero.$1
}

hotplug()
{
    echo 0 >/sys/devices/system/cpu/cpu3/online
    echo 1 >/sys/devices/system/cpu/cpu3/online
    [ "$(cat /sys/devices/system/cpu/online)" = 0-3 ] || complain "CPU 3 did not come back"
}

interrupts()
{
    grep '9010000.serial\|uart-pl011' /proc/interrupts | tail -n 1 |
        awk '{ n = 0; for (i = 2; i <= 5; i++) n += $i; print n }'
}

storm &
stormy=$!
round=0
while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    disk &
    a=$!
    processes &
    b=$!
    memory 1 &
    c=$!
    clock &
    d=$!
    wait $a $b $c $d
    [ $((round % 4)) != 0 ] || hotplug
    clocks 1 | sed 's/^/soak: /'
    echo "soak: round $round, storm $(cat /tmp/storm 2>/dev/null), interrupts $(interrupts)"
done
kill $stormy
echo "soak: $rounds rounds, $(wc -l </tmp/wrong) wrong"
