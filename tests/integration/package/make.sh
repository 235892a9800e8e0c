#!/bin/sh
# SPDX-License-Identifier: MIT
# make.sh BUILD FOLDER PACKAGE: makes the Debian package of BUILD in FOLDER, under the name PACKAGE.
set -eu
rm -rf "$2"
mkdir -p "$2"
cpack -G DEB --config "$1/CPackConfig.cmake" -B "$2"
rm -r "$2/_CPack_Packages"
mv "$2"/qemu-timekeeper_*.deb "$3"
