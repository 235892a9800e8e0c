# SPDX-License-Identifier: MIT
#
# What `cmake --install` gives. All of it may be moved afterwards: libraries and programs find each other relative to
# themselves, and so do vp and embedders find the data (timekeeper/systemc/installation.h).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# A SystemC of the user's own, where the system does not look for libraries, is found where it was linked.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

# What nobody links: libqemu, the plugin. And the plain QEMU programs that the plugin runs in.
set(TIMEKEEPER_MODULE_DIR ${CMAKE_INSTALL_LIBDIR}/qemu-timekeeper)
set(TIMEKEEPER_DATA_DIR ${CMAKE_INSTALL_DATADIR}/qemu-timekeeper)
set(TIMEKEEPER_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/qemu-timekeeper)

# timekeeper_origin(RESULT FROM TO): the rpath from one folder of the prefix to another.
function(timekeeper_origin result from to)
    file(RELATIVE_PATH path /prefix/${from} /prefix/${to})
    string(REGEX REPLACE "/$" "" path "$ORIGIN/${path}")
    set(${result} ${path} PARENT_SCOPE)
endfunction()

# timekeeper_set_abi(target NAME file EXPORT name SOVERSION number [MAP file])
#
# A shared library that is installed: lib<NAME>.so.<SOVERSION>, for others timekeeper::<EXPORT>. MAP is a linker's
# version script: all that the library exports.
function(timekeeper_set_abi target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME;EXPORT;SOVERSION;MAP" "")
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME ${arg_NAME} EXPORT_NAME ${arg_EXPORT}
        VERSION ${PROJECT_VERSION} SOVERSION ${arg_SOVERSION} INSTALL_RPATH $ORIGIN)
    if(arg_MAP)
        set(map ${CMAKE_CURRENT_SOURCE_DIR}/${arg_MAP})
        target_link_options(${target} PRIVATE LINKER:--version-script=${map})
        set_target_properties(${target} PROPERTIES LINK_DEPENDS ${map})
    endif()
    install(TARGETS ${target} EXPORT qemu-timekeeper
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endfunction()

# timekeeper_install_package(): headers, the CMake package, pkg-config's file. After all targets.
function(timekeeper_install_package)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/qemu-timekeeper/include/timekeeper
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)

    set(generated ${PROJECT_BINARY_DIR}/package)
    configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/qemu-timekeeperConfig.cmake.in
        ${generated}/qemu-timekeeperConfig.cmake INSTALL_DESTINATION ${TIMEKEEPER_CMAKE_DIR}
        PATH_VARS TIMEKEEPER_MODULE_DIR TIMEKEEPER_DATA_DIR CMAKE_INSTALL_FULL_BINDIR)
    write_basic_package_version_file(${generated}/qemu-timekeeperConfigVersion.cmake COMPATIBILITY SameMinorVersion)
    install(FILES ${generated}/qemu-timekeeperConfig.cmake ${generated}/qemu-timekeeperConfigVersion.cmake
        ${PROJECT_SOURCE_DIR}/cmake/FindSystemC.cmake ${PROJECT_SOURCE_DIR}/cmake/TimekeeperAddPlatformTest.cmake
        DESTINATION ${TIMEKEEPER_CMAKE_DIR})
    install(PROGRAMS ${PROJECT_SOURCE_DIR}/cmake/timekeeper-run-test.sh DESTINATION ${TIMEKEEPER_CMAKE_DIR})
    install(EXPORT qemu-timekeeper NAMESPACE timekeeper:: FILE qemu-timekeeperTargets.cmake
        DESTINATION ${TIMEKEEPER_CMAKE_DIR})

    # prefix as pkg-config sees it, from where the file is.
    file(RELATIVE_PATH TIMEKEEPER_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
    string(REGEX REPLACE "/$" "" TIMEKEEPER_PC_PREFIX ${TIMEKEEPER_PC_PREFIX})
    configure_file(${PROJECT_SOURCE_DIR}/cmake/timekeeper-core.pc.in ${generated}/timekeeper-core.pc @ONLY)
    install(FILES ${generated}/timekeeper-core.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
