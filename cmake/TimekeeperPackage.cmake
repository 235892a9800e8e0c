# SPDX-License-Identifier: MIT
# `cpack -G DEB` in the build folder: one Debian package with all that is installed; dpkg-shlibdeps finds what it
# depends on.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME qemu-timekeeper)
set(CPACK_PACKAGE_VENDOR "qemu-timekeeper")
set(CPACK_PACKAGE_CONTACT "qemu-timekeeper <qemu-timekeeper@localhost.localdomain>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION otherosfs)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libsystemc-dev")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Runs virtual platforms whose CPUs are QEMU's and whose peripherals are
SystemC's: the program vp, libraries and headers to embed it, QEMU as a
library, and the TCG plugin icount.")

include(CPack)
