# SPDX-License-Identifier: MIT
# Run by cpack between the installation into a folder of its own and the making of the package.
# CPACK_STRIP_FILES strips our programs and libraries, but not QEMU's, which CMake knows as files only.
set(root ${CPACK_TEMPORARY_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX})
set(documents ${root}/share/doc/${CPACK_PACKAGE_NAME})

macro(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endmacro()

file(GLOB_RECURSE programs ${root}/*/qemu-system-*)
file(GLOB_RECURSE libraries ${root}/*/libqemu-system-*.so)
if(NOT programs OR NOT libraries)
    message(FATAL_ERROR "there is no QEMU below ${root}")
endif()
run(strip --strip-all --remove-section=.comment --remove-section=.note ${programs})
run(strip --strip-unneeded --remove-section=.comment --remove-section=.note ${libraries})

file(MAKE_DIRECTORY ${documents})
configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright ${documents}/copyright COPYONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog ${documents}/changelog COPYONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/lintian-overrides
    ${root}/share/lintian/overrides/${CPACK_PACKAGE_NAME} COPYONLY)
file(GLOB pages ${root}/share/man/man1/*.1)
run(gzip --best --no-name --force ${documents}/changelog ${pages})

# What is made here has no permissions from the installation.
file(GLOB_RECURSE made ${documents}/* ${root}/share/lintian/*)
file(CHMOD ${made} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
