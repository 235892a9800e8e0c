# SPDX-License-Identifier: MIT
include(GoogleTest)

# timekeeper_add_test(NAME name LABEL unit|integration|platform [TIMEOUT seconds]
#     SOURCES file... [LIBS target...] [SYSTEMC] [ONE_PROCESS])
# timekeeper_add_test(NAME name LABEL label [TIMEOUT seconds] [ENVIRONMENT NAME=value...]
#     COMMAND program argument...)
#
# The first form builds a GoogleTest program. Each TEST is a CTest of its own, in a process of its own: a
# failure names itself, and each may elaborate and run SystemC, which a process can do only once.
#   SYSTEMC      links SystemC, whose main() calls sc_main(): tests/support/systemc_main.cpp
#   ONE_PROCESS  the whole program is one CTest
# The second form runs a command; it passes when the command exits with 0.
#
# The timeout is how a hang becomes a failure. Its default is generous (by label), because the host may be
# busy; no test may depend on it.
function(timekeeper_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg
        "SYSTEMC;ONE_PROCESS" "NAME;LABEL;TIMEOUT" "SOURCES;LIBS;COMMAND;ENVIRONMENT")
    if(NOT arg_NAME OR NOT arg_LABEL OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "timekeeper_add_test: NAME and LABEL are needed; do not know: ${arg_UNPARSED_ARGUMENTS}")
    endif()

    set(timeout_unit 120)
    set(timeout_integration 300)
    set(timeout_platform 600)
    if(NOT DEFINED timeout_${arg_LABEL})
        message(FATAL_ERROR "timekeeper_add_test(${arg_NAME}): LABEL is unit, integration or platform, not ${arg_LABEL}")
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

    add_executable(${arg_NAME} ${arg_SOURCES})
    target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBS} GTest::gtest timekeeper::warnings)
    set_target_properties(${arg_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    if(arg_SYSTEMC)
        target_sources(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/systemc_main.cpp)
        target_link_libraries(${arg_NAME} PRIVATE SystemC::systemc)
    else()
        target_link_libraries(${arg_NAME} PRIVATE GTest::gtest_main)
    endif()

    if(arg_ONE_PROCESS)
        add_test(NAME ${arg_NAME} COMMAND ${arg_NAME})
        set_tests_properties(${arg_NAME} PROPERTIES ${properties})
    else()
        gtest_discover_tests(${arg_NAME} TEST_PREFIX "${arg_NAME}." DISCOVERY_MODE PRE_TEST
            DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
    endif()
endfunction()
