# SPDX-License-Identifier: MIT
# Installed packages as targets: SystemC::systemc, Lua::Lua, LibElf::LibElf, LibFdt::LibFdt, GTest::gtest,
# nlohmann_json::nlohmann_json, Threads::Threads, PkgConfig::GLIB, PkgConfig::JANSSON, PkgConfig::MICROHTTPD,
# PkgConfig::LIBXML. third_party/README.md says why each is here.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

set(TIMEKEEPER_SYSTEMC "" CACHE STRING "3: SystemC 3, made from Debian's source of it; empty: what is installed")
if(TIMEKEEPER_SYSTEMC STREQUAL "3")
    set(recipe ${PROJECT_SOURCE_DIR}/third_party/systemc/build)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipe})
    execute_process(COMMAND ${recipe} --out ${PROJECT_BINARY_DIR}/systemc --cxx ${CMAKE_CXX_COMPILER}
        RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "SystemC 3 cannot be built: its recipe says above why")
    endif()
    set(SystemCLanguage_DIR ${PROJECT_BINARY_DIR}/systemc/lib/cmake/SystemCLanguage)
    # No package of the distribution's has it: who installs us gets it along.
    install(DIRECTORY ${PROJECT_BINARY_DIR}/systemc/lib DESTINATION . USE_SOURCE_PERMISSIONS)
    install(DIRECTORY ${PROJECT_BINARY_DIR}/systemc/include DESTINATION .)
elseif(TIMEKEEPER_SYSTEMC)
    message(FATAL_ERROR "TIMEKEEPER_SYSTEMC is ${TIMEKEEPER_SYSTEMC}: it is 3 or empty")
endif()
find_package(SystemC 2.3.4 REQUIRED)

find_package(nlohmann_json 3.10 REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET GLOBAL glib-2.0)

pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET GLOBAL jansson)

pkg_check_modules(LIBXML REQUIRED IMPORTED_TARGET GLOBAL libxml-2.0)

pkg_check_modules(LIBELF REQUIRED IMPORTED_TARGET GLOBAL libelf)
add_library(LibElf::LibElf ALIAS PkgConfig::LIBELF)

pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET GLOBAL libmicrohttpd>=0.9.71)

# libfdt has no pkg-config file everywhere.
find_path(LIBFDT_INCLUDE_DIR libfdt.h REQUIRED)
find_library(LIBFDT_LIBRARY fdt REQUIRED)
add_library(LibFdt::LibFdt INTERFACE IMPORTED GLOBAL)
target_include_directories(LibFdt::LibFdt INTERFACE ${LIBFDT_INCLUDE_DIR})
target_link_libraries(LibFdt::LibFdt INTERFACE ${LIBFDT_LIBRARY})

find_package(Lua 5.4 EXACT REQUIRED)
add_library(Lua::Lua INTERFACE IMPORTED GLOBAL)
target_include_directories(Lua::Lua INTERFACE ${LUA_INCLUDE_DIR})
target_link_libraries(Lua::Lua INTERFACE ${LUA_LIBRARIES})

if(BUILD_TESTING)
    find_package(GTest REQUIRED)
endif()
