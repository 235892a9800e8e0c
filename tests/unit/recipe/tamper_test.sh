#!/bin/bash
# SPDX-License-Identifier: MIT
# tamper_test.sh THIRD_PARTY: no source is used that is not what was signed, or what it was when it was checked. The
# mirror is a folder here, with a package source of each kind in it.
set -uo pipefail
third_party=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
unset TIMEKEEPER_QEMU_SOURCE TIMEKEEPER_QEMU_SHA256 TIMEKEEPER_SYSTEMC_SOURCE

fail()
{
    printf 'FAILED: %s\n' "$*"
    failures=$((failures + 1))
}

# expect NAME PATTERN SAID: the last line has it.
expect()
{
    tail -n 1 <<<"$3" | grep -qE "$2" || fail "$1: wanted \"$2\", got: $3"
}

# --- a kept source that has changed since ------------------------------------------------------------------------

# keep NAME: a tarball in the cache that was checked once.
keep()
{
    local kept=$folder/cache/sources/$1.tar.xz
    mkdir -p "$folder/cache/sources" "$folder/src"
    echo 10.0.13 >"$folder/src/VERSION"
    tar -C "$folder" -cJf "$kept" src
    sha256sum <"$kept" | cut -d' ' -f1 >"$kept.sha256"
}

for pair in qemu=qemu-10.0.13 systemc=systemc-3.0.1; do
    recipe=$third_party/${pair%=*}/build kept=$folder/cache/sources/${pair#*=}.tar.xz
    keep "${pair#*=}"
    said=$("$recipe" --out "$folder/out" --cache "$folder/cache" 2>&1) && fail "${pair%=*}: a source without its files was built"
    grep -q "SHA-256" <<<"$said" && fail "${pair%=*}: refused for its hash although it is what was checked: $said"
    printf 'x' >>"$kept"
    said=$("$recipe" --out "$folder/out" --cache "$folder/cache" 2>&1) && fail "${pair%=*}: built what has changed"
    expect "${pair%=*}, changed" "^${pair%=*}: error: .*${pair#*=}.tar.xz has SHA-256 [0-9a-f]{64}.*: remove it, and" "$said"
    [ ! -e "$folder/out" ] || fail "${pair%=*}: there is a result"
    rm -rf "$folder/cache"
done
said=$("$third_party/systemc/build" --out "$folder/out" --cache "$folder/cache" --source "$0" --sha256 12 2>&1) &&
    fail "systemc: built what has not the given hash"
expect "systemc, given hash" "has SHA-256 [0-9a-f]{64}, not 12" "$said"

# --- a mirror that lies ---------------------------------------------------------------------------------------------

. "$third_party/qemu/recipe/apt.sh"
have() { command -v "$@" >/dev/null; }
cache=$folder/cache
mirror=$folder/mirror
machine_suite() { echo ours; }

# make_mirror: suite "other" with the source package "probe", and a Release file without a signature.
make_mirror()
{
    local index=$mirror/dists/other/main/source
    rm -rf "$mirror" && mkdir -p "$index" "$mirror/pool"
    echo good >"$mirror/pool/probe_1.orig.tar.xz"
    echo "Format: 1.0" >"$mirror/pool/probe_1.dsc"
    {
        printf 'Package: probe\nBinary: probe\nVersion: 1\nFormat: 1.0\nDirectory: pool\nChecksums-Sha256:\n'
        (cd "$mirror/pool" && for each in probe_1.dsc probe_1.orig.tar.xz; do
            printf ' %s %s %s\n' "$(sha256sum <$each | cut -d' ' -f1)" "$(stat -c %s $each)" "$each"
        done)
    } >"$index/Sources"
    {
        printf 'Suite: other\nCodename: other\nComponents: main\nSHA256:\n %s %s main/source/Sources\n' \
            "$(sha256sum <"$index/Sources" | cut -d' ' -f1)" "$(stat -c %s "$index/Sources")"
    } >"$mirror/dists/other/Release"
}

# fetch OPTIONS: as the recipes do, from that mirror.
fetch()
{
    mkdir -p "$folder/fetched" && rm -f "$folder"/fetched/*
    apt_sources() { echo "$folder/machine.list"; }
    echo "deb $1 file:$mirror ours main" >"$folder/machine.list"
    apt_root probe deb-src other && private_apt apt-get update >/dev/null &&
        (cd "$folder/fetched" && private_apt apt-get source --only-source --download-only --tar-only probe >/dev/null)
}

make_mirror
fetch "" 2>/dev/null && fail "took a source from a mirror that nobody has signed"
[ -z "$(ls "$folder/fetched")" ] || fail "there is a file of a mirror that nobody has signed"
fetch "[trusted=yes]" || fail "does not take a good source from a trusted mirror: the test itself is broken"
[ "$(cat "$folder"/fetched/*.tar.xz)" = good ] || fail "has not fetched the source"
echo evil >"$mirror/pool/probe_1.orig.tar.xz"
fetch "[trusted=yes]" 2>/dev/null && fail "took a source that is not the one in the signed list"
make_mirror && sed -i 's/probe/prove/' "$mirror/dists/other/main/source/Sources"
fetch "[trusted=yes]" 2>/dev/null && fail "took a list that is not the one in the signed Release"

exit $((failures > 0))
