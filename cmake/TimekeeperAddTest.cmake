# SPDX-License-Identifier: MIT
include(GoogleTest)

# One program of a test; the rest of the arguments is in the caller's arg_*.
macro(timekeeper_add_test_program program libs)
    add_executable(${program} ${arg_SOURCES})
    target_link_libraries(${program} PRIVATE ${libs} GTest::gtest timekeeper::warnings)
    target_include_directories(${program} PRIVATE ${arg_INCLUDES})
    target_compile_definitions(${program} PRIVATE ${arg_DEFINITIONS})
    set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    if(arg_SYSTEMC)
        target_sources(${program} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/systemc_main.cpp)
        target_link_libraries(${program} PRIVATE SystemC::systemc)
    else()
        target_link_libraries(${program} PRIVATE GTest::gtest_main)
    endif()
endmacro()

# timekeeper_add_test(NAME name LABEL unit|integration|platform|conformance [TIMEOUT seconds]
#     SOURCES file... [LIBS target...] [INCLUDES folder...] [DEFINITIONS name...] [SYSTEMC] [ONE_PROCESS]
#     [SANITIZERS thread|address...])
# timekeeper_add_test(NAME name LABEL label [TIMEOUT seconds] [ENVIRONMENT NAME=value...]
#     COMMAND program argument...)
#
# The first form builds a GoogleTest program. Each TEST is a CTest of its own, in a process of its own: a
# failure names itself, and each may elaborate and run SystemC, which a process can do only once.
#   SYSTEMC      links SystemC, whose main() calls sc_main(): tests/support/systemc_main.cpp
#   ONE_PROCESS  the whole program is one CTest
#   SANITIZERS   beside it there is <name>_thread or <name>_address, all that under a sanitizer and with the sanitized
#                variants of LIBS (TimekeeperSanitizers.cmake): one CTest, but with SYSTEMC one for each TEST
# The second form runs a command; it passes when the command exits with 0.
#
# The timeout is how a hang becomes a failure. Its default is generous (by label), because the host may be
# busy; no test may depend on it.
function(timekeeper_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg
        "SYSTEMC;ONE_PROCESS" "NAME;LABEL;TIMEOUT" "SOURCES;LIBS;INCLUDES;DEFINITIONS;SANITIZERS;COMMAND;ENVIRONMENT")
    if(NOT arg_NAME OR NOT arg_LABEL OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "timekeeper_add_test: NAME and LABEL are needed; do not know: ${arg_UNPARSED_ARGUMENTS}")
    endif()

    set(timeout_unit 120)
    set(timeout_integration 300)
    set(timeout_platform 600)
    set(timeout_conformance 120)
    if(NOT DEFINED timeout_${arg_LABEL})
        message(FATAL_ERROR "timekeeper_add_test(${arg_NAME}): LABEL is unit, integration, platform or conformance, not ${arg_LABEL}")
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT ${timeout_${arg_LABEL}})
    endif()
    if(arg_ENVIRONMENT AND NOT arg_COMMAND)
        message(FATAL_ERROR "timekeeper_add_test(${arg_NAME}): ENVIRONMENT is for the COMMAND form")
    endif()
    set(properties LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})

    if(arg_COMMAND)
        add_test(NAME ${arg_NAME} COMMAND ${arg_COMMAND})
        set_tests_properties(${arg_NAME} PROPERTIES ${properties} ENVIRONMENT "${arg_ENVIRONMENT}")
        return()
    endif()

    timekeeper_add_test_program(${arg_NAME} "${arg_LIBS}")
    foreach(sanitizer IN LISTS arg_SANITIZERS)
        if(NOT sanitizer IN_LIST TIMEKEEPER_SANITIZERS)
            continue()
        endif()
        set(variants "")
        foreach(lib IN LISTS arg_LIBS)
            timekeeper_sanitized_name(variant ${lib} ${sanitizer})
            list(APPEND variants ${variant})
        endforeach()
        timekeeper_add_test_program(${arg_NAME}_${sanitizer} "${variants};sanitize_${sanitizer}")
        set_target_properties(${arg_NAME}_${sanitizer} PROPERTIES TK_SANITIZED ON)
        if(arg_SYSTEMC) # elaborates once in a process
            gtest_discover_tests(${arg_NAME}_${sanitizer} TEST_PREFIX "${arg_NAME}_${sanitizer}."
                DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
        else()
            add_test(NAME ${arg_NAME}_${sanitizer} COMMAND ${arg_NAME}_${sanitizer} --gtest_brief=1)
            set_tests_properties(${arg_NAME}_${sanitizer} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${timeout_platform})
        endif()
    endforeach()

    if(arg_ONE_PROCESS)
        add_test(NAME ${arg_NAME} COMMAND ${arg_NAME})
        set_tests_properties(${arg_NAME} PROPERTIES ${properties})
    else()
        gtest_discover_tests(${arg_NAME} TEST_PREFIX "${arg_NAME}." DISCOVERY_MODE PRE_TEST
            DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
    endif()
endfunction()
