# SPDX-License-Identifier: MIT
#
# timekeeper_add_test_firmware(<target> NAME <name> SOURCES <source>... COMMON <source>...)
#
# Builds ${PROJECT_BINARY_DIR}/firmware/<name>.elf, a guest program of a test: SOURCES of the current folder, with
# COMMON ones of platforms/firmware (start-up code, helpers) and its linker script. In one step, unlike the programs
# there: they are small.
function(timekeeper_add_test_firmware target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME" "SOURCES;COMMON")
    set(common ${PROJECT_SOURCE_DIR}/platforms/firmware)
    set(script ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.ld)
    set(elf ${PROJECT_BINARY_DIR}/firmware/${arg_NAME}.elf)
    set(flags -mcpu=cortex-a53 -mgeneral-regs-only -mstrict-align -mno-outline-atomics -mcmodel=small
        -ffreestanding -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables
        -fno-tree-loop-distribute-patterns -std=gnu11 -Wall -Wextra -Wshadow -Wconversion -Werror -O2 -g)
    list(TRANSFORM arg_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    list(TRANSFORM arg_COMMON PREPEND ${common}/)
    file(GLOB headers CONFIGURE_DEPENDS *.h ${common}/*.h)

    add_custom_command(
        OUTPUT ${script}
        COMMAND ${FIRMWARE_CC} -E -P -x c -I${common} ${common}/firmware.ld -o ${script}
        DEPENDS ${common}/firmware.ld ${common}/machine.h
        COMMENT "Preparing the linker script of ${arg_NAME}.elf"
        VERBATIM)
    add_custom_command(
        OUTPUT ${elf}
        COMMAND ${FIRMWARE_CC} ${flags} -I${common} -I${CMAKE_CURRENT_SOURCE_DIR} ${arg_SOURCES} ${arg_COMMON} -o ${elf}
                -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,max-page-size=0x10000 -Wl,--fatal-warnings
                -Wl,-T,${script}
        DEPENDS ${arg_SOURCES} ${arg_COMMON} ${headers} ${script}
        COMMENT "Building firmware/${arg_NAME}.elf"
        VERBATIM)
    add_custom_target(${target} DEPENDS ${elf})
endfunction()
