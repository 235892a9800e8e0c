# SPDX-License-Identifier: MIT
#
# Sanitized variants of some libraries and their tests in every build, beside the ones that are used:
# timekeeper::core_checked-thread is timekeeper::core_checked under ThreadSanitizer, and so on. A test with SANITIZERS
# links those instead (TimekeeperAddTest.cmake). TIMEKEEPER_SANITIZE sanitizes all of our code; then there are none.

set(TIMEKEEPER_SANITIZERS "")
if(NOT TIMEKEEPER_SANITIZE)
    set(TIMEKEEPER_SANITIZERS thread address)
endif()

set(flags_thread -fsanitize=thread)
set(flags_address -fsanitize=address,undefined)
foreach(sanitizer IN LISTS TIMEKEEPER_SANITIZERS)
    add_library(sanitize_${sanitizer} INTERFACE)
    target_compile_options(sanitize_${sanitizer} INTERFACE
        ${flags_${sanitizer}} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g)
    target_link_options(sanitize_${sanitizer} INTERFACE ${flags_${sanitizer}})
endforeach()

# timekeeper_sanitized_name(RESULT alias sanitizer): the variant's name; the alias itself if there is none.
function(timekeeper_sanitized_name result alias sanitizer)
    set(${result} ${alias} PARENT_SCOPE)
    if(TARGET ${alias}-${sanitizer})
        set(${result} ${alias}-${sanitizer} PARENT_SCOPE)
    endif()
endfunction()

# QEMU jumps between stacks: tests/support/sanitizer_jumps.c says why that is no sanitizer's business.
if(TIMEKEEPER_SANITIZE)
    add_library(sanitizer_jumps OBJECT ${PROJECT_SOURCE_DIR}/tests/support/sanitizer_jumps.c)
    target_compile_options(sanitizer_jumps PRIVATE -fno-sanitize=all)
    if("address" IN_LIST TIMEKEEPER_SANITIZE)
        target_compile_definitions(sanitizer_jumps PRIVATE TELLS_ADDRESS_SANITIZER)
    endif()
    # What tests load into QEMU's plain programs: run_with_plugin() of tests/support/program.h. AddressSanitizer insists on
    # being the first, and has nothing against QEMU's jumps there but words.
    set(TIMEKEEPER_PLUGIN_PRELOAD ${TIMEKEEPER_SANITIZER_RUNTIME})
    if("thread" IN_LIST TIMEKEEPER_SANITIZE)
        add_library(sanitizer_jumps_preload SHARED $<TARGET_OBJECTS:sanitizer_jumps>)
        set(TIMEKEEPER_PLUGIN_PRELOAD $<TARGET_FILE:sanitizer_jumps_preload>:${TIMEKEEPER_SANITIZER_RUNTIME})
    endif()
    link_libraries($<BUILD_INTERFACE:sanitizer_jumps>)
endif()
