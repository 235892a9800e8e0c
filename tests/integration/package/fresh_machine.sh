#!/bin/bash
# SPDX-License-Identifier: MIT
# fresh_machine.sh PACKAGE ROOT: installs the package in the folder ROOT, as on a machine that has nothing but the smallest
# Debian, uses it there, and removes it. Run as root.
#
# That Debian and the packages that ours depends on are fetched once, from where the machine's own apt has its packages, and
# kept in the cache under a hash of what they are made from. They are installed without a network.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
recipe=$here/../../../third_party/qemu/recipe
cache=${TIMEKEEPER_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set: set TIMEKEEPER_CACHE}/.cache}/qemu-timekeeper}
package=$1
root=$2
data=/usr/share/qemu-timekeeper
modules=/usr/lib/qemu-timekeeper
export LC_ALL=C.UTF-8 PATH=$PATH:/usr/sbin:/sbin

# shellcheck source=/dev/null
. "$recipe/apt.sh"

die()
{
    printf 'fresh_machine: error: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null; }

# --- the machine, from the network

# use_proxy: debootstrap fetches by itself, where apt has a proxy of its own.
use_proxy()
{
    local http='' https=''
    eval "$(apt-config shell http Acquire::http::Proxy https Acquire::https::Proxy)"
    [ -z "$http" ] || export http_proxy=$http
    [ -z "$https" ] || export https_proxy=$https
}

# fetch FOLDER: base.tar, and in dependencies/ the packages that ours needs besides.
fetch()
{
    local suite mirror
    suite=$(machine_suite)
    apt_root "fresh-machine" deb "$suite" || die "no apt here that knows a Debian mirror"
    private_apt apt-get update >/dev/null || die "Debian's package lists cannot be read: is the network there?"
    # shellcheck disable=SC2016 # apt expands it
    mirror=$(private_apt apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | head -n 1)
    mkdir -p "$1/dependencies"
    (use_proxy && debootstrap --variant=minbase "$suite" "$1/base" "$mirror") >"$1/log" 2>&1 ||
        die "debootstrap: $(tail -n 3 "$1/log")"
    rm -rf "$1"/base/var/{cache,lib}/apt/*
    private_apt apt-get -y --no-install-recommends --download-only -o Dir::State::Status="$1/base/var/lib/dpkg/status" \
        -o Dir::Cache::archives="$1/dependencies" install "$package" >/dev/null ||
        die "what the package depends on cannot be fetched: $(dpkg-deb -f "$package" Depends)"
    rm -rf "$1"/dependencies/{partial,lock} "${apt_conf%/*}"
    tar -C "$1/base" --numeric-owner -cf "$1/base.tar" .
    rm -r "$1/base" "$1/log"
}

# Sets `machine`, the folder that fetch() has filled.
prepare()
{
    local key work
    key=$({ machine_suite && dpkg-deb -f "$package" Depends Architecture && cat "$here/fresh_machine.sh" "$recipe/apt.sh"; } |
        sha256sum | cut -c1-16)
    machine=$cache/fresh-machine/$key
    mkdir -p "$cache/fresh-machine"
    exec 9>"$cache/fresh-machine/lock"
    flock 9 # another one may be at it: both want the same result
    [ ! -d "$machine" ] || return 0
    work=$cache/fresh-machine/.work
    rm -rf "$work"
    fetch "$work"
    mv "$work" "$machine"
}

# --- in it

# inside USER COMMAND...: runs the command there; it sees no other processes and no network.
inside()
{
    local user=$1
    shift
    unshare --mount --pid --fork --net --mount-proc="$root/proc" chroot --userspec="$user" "$root" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/nonexistent DEBIAN_FRONTEND=noninteractive "$@"
}

install_package()
{
    mkdir -p "$root/debs"
    tar -C "$root" --numeric-owner -xf "$machine/base.tar"
    cp "$machine"/dependencies/*.deb "$root/debs/"
    cp "$package" "$root/debs/"
    inside root sh -c 'apt-get -q -y install /debs/*.deb' >"$root/install.log" 2>&1 ||
        die "apt-get install: $(tail -n 20 "$root/install.log")"
}

# expect TEXT COMMAND...: any user runs it there, and it says TEXT.
expect()
{
    local text=$1 out
    shift
    out=$(inside nobody:nogroup "$@" 2>&1 </dev/null) || die "$*: exit code $?: $out"
    printf '%s\n' "$out" | tail -n 3
    grep -qF -- "$text" <<<"$out" || die "$*: it does not say \"$text\": $out"
}

use_package()
{
    expect "Hello from qemu-timekeeper" vp $data/conf/hello.lua
    expect "all clocks agree within one quantum" vp $data/conf/smp.lua
    expect "QEMU emulator version" $modules/qemu-system-riscv64 --version
    expect "usage: timekeeper-farm" timekeeper-farm --help
    # all files are as they were packed
    inside root dpkg --verify qemu-timekeeper
}

remove_package()
{
    local left
    inside root dpkg --purge qemu-timekeeper >/dev/null
    rm -r "$root/debs" "$root"/var/log/apt
    left=$(find "$root" -xdev -iname '*timekeeper*')
    [ -z "$left" ] || die "is left after its removal: $left"
}

[ "$(id -u)" = 0 ] || die "a machine of its own takes root rights: sudo ./test --package"
for program in debootstrap unshare dpkg-deb; do
    have $program || die "there is no $program here; third_party/debian-packages-package.txt names Debian's packages"
done
package=$(realpath "$package")
rm -rf "$root"
mkdir -p "$root"
root=$(realpath "$root")
trap 'rm -rf --one-file-system "$root"' EXIT
prepare
install_package
use_package
remove_package
