# SPDX-License-Identifier: MIT
# Finds SystemC and TLM as SystemC::systemc; sets SystemC_FOUND and SystemC_VERSION.
#
# A SystemC that was built with CMake (3.x, or 2.3.4 from Accellera's sources) brings a package of its own,
# SystemCLanguage, which knows how it was compiled: use that one. Debian's 2.3.4 brings none.

include(FindPackageHandleStandardArgs)

# Not one that merely was built on this machine once: its build folder may be gone.
find_package(SystemCLanguage CONFIG QUIET NO_CMAKE_PACKAGE_REGISTRY)
if(SystemCLanguage_FOUND)
    set(SystemC_VERSION ${SystemCLanguage_VERSION})
    find_package_handle_standard_args(SystemC REQUIRED_VARS SystemCLanguage_DIR VERSION_VAR SystemC_VERSION)
    return()
endif()

find_path(SystemC_INCLUDE_DIR systemc HINTS $ENV{SYSTEMC_HOME}/include)
find_library(SystemC_LIBRARY systemc HINTS $ENV{SYSTEMC_HOME}/lib $ENV{SYSTEMC_HOME}/lib-linux64)
mark_as_advanced(SystemC_INCLUDE_DIR SystemC_LIBRARY)

set(SystemC_VERSION "")
set(sc_ver_header ${SystemC_INCLUDE_DIR}/sysc/kernel/sc_ver.h)
if(EXISTS ${sc_ver_header})
    foreach(part MAJOR MINOR PATCH)
        file(STRINGS ${sc_ver_header} line REGEX "^#define[ \t]+SC_VERSION_${part}[ \t]+[0-9]+")
        string(REGEX MATCH "[0-9]+$" number "${line}")
        list(APPEND SystemC_VERSION ${number})
    endforeach()
    list(JOIN SystemC_VERSION "." SystemC_VERSION)
endif()

find_package_handle_standard_args(SystemC
    REQUIRED_VARS SystemC_LIBRARY SystemC_INCLUDE_DIR
    VERSION_VAR SystemC_VERSION)

if(SystemC_FOUND AND NOT TARGET SystemC::systemc)
    add_library(SystemC::systemc UNKNOWN IMPORTED GLOBAL)
    set_target_properties(SystemC::systemc PROPERTIES IMPORTED_LOCATION ${SystemC_LIBRARY})
    target_include_directories(SystemC::systemc INTERFACE ${SystemC_INCLUDE_DIR})
    target_link_libraries(SystemC::systemc INTERFACE Threads::Threads)
endif()
