# SPDX-License-Identifier: MIT
# How our code is compiled: language versions, warnings, sanitizers, and where the results lie.

set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# One place each, whatever folder builds it: bin/vp, lib/libicount.so.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
mark_as_advanced(CCACHE_PROGRAM)
if(CCACHE_PROGRAM)
    set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# timekeeper::warnings: link it PRIVATE to each target of ours.
add_library(timekeeper_warnings INTERFACE)
add_library(timekeeper::warnings ALIAS timekeeper_warnings)
target_compile_options(timekeeper_warnings INTERFACE
    -Wall -Wextra -Wshadow -Werror
    $<$<COMPILE_LANGUAGE:C>:-Wconversion>)

option(TIMEKEEPER_CHECKED "Assert all invariants of the time model after each event" OFF)

set(TIMEKEEPER_SANITIZE "" CACHE STRING "Sanitizers for our code, e.g. address;undefined or thread")
# A sanitized plugin in a program that is not sanitized (qemu-system-*) needs the runtime loaded first:
# set LD_PRELOAD to this for such a program. Empty without sanitizers.
set(TIMEKEEPER_SANITIZER_RUNTIME "")
if(TIMEKEEPER_SANITIZE)
    list(JOIN TIMEKEEPER_SANITIZE "," sanitizers)
    add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${sanitizers})
    foreach(pair address=libasan.so thread=libtsan.so undefined=libubsan.so)
        string(REPLACE "=" ";" pair ${pair})
        list(GET pair 0 sanitizer)
        list(GET pair 1 library)
        if(sanitizer IN_LIST TIMEKEEPER_SANITIZE)
            execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=${library}
                OUTPUT_VARIABLE TIMEKEEPER_SANITIZER_RUNTIME OUTPUT_STRIP_TRAILING_WHITESPACE)
            break() # the address and thread runtimes contain the other
        endif()
    endforeach()
endif()

# timekeeper_optimise_as_one(TARGET...): libraries whose functions are small, many, and called across files, for each
# quantum and each transaction: a fifth of the time of an event of the core's (docs/performance.md). Only for GCC, whose
# linker needs nothing more for it, and not where one looks inside.
function(timekeeper_optimise_as_one)
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT TIMEKEEPER_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
        foreach(target IN LISTS ARGN)
            set_target_properties(${target} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
            target_compile_options(${target} PRIVATE -fno-semantic-interposition)
        endforeach()
    endif()
endfunction()
