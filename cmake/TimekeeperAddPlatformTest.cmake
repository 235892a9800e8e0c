# SPDX-License-Identifier: MIT
#
# timekeeper_add_platform_test(NAME name PLATFORM file.lua
#     [VARY parameter=value,value...]... [PARAMS parameter=value...]
#     [EXPECT regex...] [REJECT regex...] [UNTIL_EXPECTED] [EXPECT_EXIT code]
#     [TIMEOUT_SIM time] [TIMEOUT_WALL time] [OPTIONS option...]
#     [EXIT_CODE code] [MESSAGE regex] [LABELS label...] [TIMEOUT seconds] [VP program-or-target])
#
# Registers runs of a platform as tests of CTest: one, or with VARY one for each combination of values, each named
# by them: name.cpus_4.mode_parallel. A parameter is a full name, "platform.cpus". A test is one command, which
# `ctest -V -R <name>` shows; its JUnit file is junit/<name>.xml in the folder of the build.
#   PARAMS to OPTIONS  what vp gets: -p, --expect, --reject, ..., and any others (docs/regression.md)
#   EXIT_CODE          the exit code of vp for which the test passes, instead of 0
#   MESSAGE            a regular expression (grep -E) for what vp has to say on stderr besides
#   LABELS             of CTest; TIMEOUT: CTest's, s, for hangs that vp itself cannot end (300)
#   VP                 the program, if it is not vp itself
#
# An outside project has it after find_package(qemu-timekeeper CONFIG).
#
# A regular expression must not contain a semicolon (CMake's lists).

# The program: what is given, the one of the installed package, or the target of our own tree.
function(timekeeper_find_vp result)
    set(program vp)
    if(ARGN)
        set(program ${ARGN})
    elseif(DEFINED qemu-timekeeper_VP)
        set(program ${qemu-timekeeper_VP})
    endif()
    if(TARGET ${program})
        set(program $<TARGET_FILE:${program}>)
    endif()
    set(${result} ${program} PARENT_SCOPE)
endfunction()

# Each combination of the values that are left to choose becomes a test; `name` and `params` are those so far.
function(timekeeper_vary_platform_test name params vary)
    if(vary)
        list(POP_FRONT vary each)
        if(NOT each MATCHES "^([^=]*)=(.+)$")
            message(FATAL_ERROR "timekeeper_add_platform_test(${arg_NAME}): VARY ${each} is not parameter=value,value...")
        endif()
        set(path ${CMAKE_MATCH_1})
        string(REPLACE "," ";" values ${CMAKE_MATCH_2})
        string(REGEX REPLACE ".*\\." "" short ${path})
        foreach(value IN LISTS values)
            set(chosen ${params} "${path}=${value}")
            timekeeper_vary_platform_test("${name}.${short}_${value}" "${chosen}" "${vary}")
        endforeach()
        return()
    endif()
    set(options "")
    foreach(each IN LISTS params)
        list(APPEND options -p ${each})
    endforeach()
    add_test(NAME ${name} COMMAND sh ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/timekeeper-run-test.sh "${arg_EXIT_CODE}" "${arg_MESSAGE}"
        ${vp} ${platform} ${options} ${common} --junit ${junit}/${name}.xml --test-name ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

function(timekeeper_add_platform_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "UNTIL_EXPECTED"
        "NAME;PLATFORM;EXPECT_EXIT;TIMEOUT_SIM;TIMEOUT_WALL;EXIT_CODE;MESSAGE;TIMEOUT;VP"
        "VARY;PARAMS;EXPECT;REJECT;OPTIONS;LABELS")
    if(NOT arg_NAME OR NOT arg_PLATFORM OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "timekeeper_add_platform_test: NAME and PLATFORM are needed; do not know: "
            "${arg_UNPARSED_ARGUMENTS}")
    endif()
    foreach(default IN ITEMS EXIT_CODE=0 TIMEOUT=300)
        string(REPLACE "=" ";" default ${default})
        list(POP_FRONT default key)
        if(NOT DEFINED arg_${key})
            set(arg_${key} ${default})
        endif()
    endforeach()

    set(common "")
    foreach(key IN ITEMS EXPECT REJECT)
        string(TOLOWER "--${key}" option)
        foreach(each IN LISTS arg_${key})
            list(APPEND common ${option} "${each}")
        endforeach()
    endforeach()
    foreach(key IN ITEMS EXPECT_EXIT TIMEOUT_SIM TIMEOUT_WALL)
        string(TOLOWER "--${key}" option)
        string(REPLACE "_" "-" option ${option})
        if(DEFINED arg_${key})
            list(APPEND common ${option} ${arg_${key}})
        endif()
    endforeach()
    if(arg_UNTIL_EXPECTED)
        list(APPEND common --until-expected)
    endif()
    list(APPEND common ${arg_OPTIONS})

    timekeeper_find_vp(vp ${arg_VP})
    cmake_path(ABSOLUTE_PATH arg_PLATFORM BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE platform)
    set(junit ${CMAKE_CURRENT_BINARY_DIR}/junit)
    file(MAKE_DIRECTORY ${junit})
    timekeeper_vary_platform_test(${arg_NAME} "${arg_PARAMS}" "${arg_VARY}")
endfunction()
