# SPDX-License-Identifier: MIT
# `cpack -G DEB` in the build folder: one Debian package with all that is installed, and what debian/ has besides;
# dpkg-shlibdeps finds what it depends on.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME qemu-timekeeper)
set(CPACK_PACKAGE_VENDOR "qemu-timekeeper")
set(CPACK_PACKAGE_CONTACT "qemu-timekeeper maintainers <maintainers@qemu-timekeeper.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian/finish.cmake)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS # as Debian has them, whatever umask
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION otherosfs)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# By hand: CPack's own would warn of each module that has no SONAME.
configure_file(${CMAKE_CURRENT_LIST_DIR}/debian/shlibs.in ${PROJECT_BINARY_DIR}/package/shlibs @ONLY)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_LIST_DIR}/debian/triggers ${PROJECT_BINARY_DIR}/package/shlibs)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# timekeeper-farm is Python.
set(CPACK_DEBIAN_PACKAGE_DEPENDS python3)
# To build upon it; the farm; what linux-*.lua make their initrd with.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
    "libsystemc-dev, slurm-client, cpio, gcc-aarch64-linux-gnu, gcc-riscv64-linux-gnu")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Runs virtual platforms whose CPUs are QEMU's and whose peripherals are
SystemC's: the program vp, libraries and headers to embed it, QEMU as a
library, and the TCG plugin icount.")

include(CPack)
