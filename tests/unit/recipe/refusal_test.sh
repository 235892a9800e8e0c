#!/bin/bash
# SPDX-License-Identifier: MIT
# refusal_test.sh BUILD: wrong input to the QEMU recipe is one clear line, a non-zero exit, and no result.
set -uo pipefail
recipe=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
unset TIMEKEEPER_QEMU_SOURCE TIMEKEEPER_QEMU_SHA256

# refuses WANTED ARGUMENT...: the recipe fails, and says WANTED (a pattern) in its last line.
refuses()
{
    local wanted=$1 said
    shift
    if said=$("$recipe" --out "$folder/out" --cache "$folder/cache" "$@" 2>&1); then
        echo "FAILED: accepted $*" && failures=$((failures + 1))
    elif ! tail -n 1 <<<"$said" | grep -qE "^qemu: error: .*$wanted" || [ -e "$folder/out" ]; then
        printf 'FAILED: wanted "%s", got:\n%s\n' "$wanted" "$said" && failures=$((failures + 1))
    fi
}

mkdir -p "$folder/old" "$folder/none" "$folder/git"
echo 9.2.1 >"$folder/old/VERSION"
echo 10.0.13 >"$folder/git/VERSION"
tar -C "$folder" -czf "$folder/old.tar.gz" old

refuses "unknown option --frob" --frob
refuses "has other files in it" --out "$folder"
refuses "--targets needs a value" --targets
refuses "--targets is empty" --targets ""
refuses "$folder/missing does not exist" --source "$folder/missing"
refuses "is QEMU 9.2.1, but the patches are for 10.0" --source "$folder/old"
refuses "no QEMU source: it has no file VERSION" --source "$folder/none"
refuses "no subprojects/keycodemapdb: use a release tarball" --source "$folder/git"
refuses "has SHA-256 [0-9a-f]{64}, not 1234" --source "$folder/old.tar.gz" --sha256 1234
refuses "is QEMU 9.2.1, but the patches are for 10.0" --source "$folder/old.tar.gz"
refuses "cannot unpack" --source "$recipe"
refuses "cannot build QEMU without .*no-such-cc" --cc no-such-cc

exit $((failures > 0))
