#!/bin/sh
# SPDX-License-Identifier: MIT
# make.sh BUILD FOLDER PACKAGE: makes the Debian package of BUILD in FOLDER, under the name PACKAGE, twice: the same build
# has to give the same bytes.
set -eu
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog --file "$(dirname "$0")/../../../cmake/debian/changelog" --show-field Timestamp)
export SOURCE_DATE_EPOCH

# make FOLDER PACKAGE
make()
{
    mkdir -p "$1"
    cpack -G DEB --config "$build/CPackConfig.cmake" -B "$1"
    rm -r "$1/_CPack_Packages"
    mv "$1"/qemu-timekeeper_*.deb "$2"
}

build=$1
rm -rf "$2"
make "$2" "$3"
make "$2/again" "$2/again.deb"
cmp "$3" "$2/again.deb"
rm -r "$2/again" "$2/again.deb"
