# SPDX-License-Identifier: MIT
#
# timekeeper_add_fuzzer(NAME name RUNS number [MAX_LEN bytes] SOURCES file... INCLUDES folder... DEFINITIONS name...
#     [LIBS target...] [FUZZED file...] [LINK word... DEPENDS what...])
#
# A source with libFuzzer's entry point, tests/fuzz/<name>.c or .cpp, and the corpus beside it, tests/fuzz/corpus/<name>/:
#   <name>_replay   built as all else is; the test <name>.corpus feeds the corpus to it
#   <name>          built by clang with libFuzzer and sanitizers, if there is one; the test <name>.bounded tries
#                   RUNS inputs: a number, not a time. Which ones depends, besides the seed, on the addresses that the
#                   program sees: so it runs without their randomisation, where the kernel permits that
# SOURCES is all that is fuzzed: clang compiles it again. Further libraries are LIBS for the first program, and for
# clang's FUZZED, sources that it compiles again, and LINK, words for the linker, DEPENDS being what of that is built here.

option(TIMEKEEPER_FUZZ "Fail if there is no clang with libFuzzer" OFF)

find_program(TIMEKEEPER_FUZZ_CC NAMES clang clang-14 clang-15 clang-16 clang-17 clang-18 clang-19)
mark_as_advanced(TIMEKEEPER_FUZZ_CC)
set(timekeeper_fuzz_flags -g -O1 -fno-omit-frame-pointer
    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)

# Debian has libFuzzer in a package of its own: a clang alone is not enough.
if(TIMEKEEPER_FUZZ_CC AND NOT DEFINED TIMEKEEPER_FUZZ_WORKS)
    set(probe ${PROJECT_BINARY_DIR}/CMakeFiles/fuzz_probe)
    file(WRITE ${probe}.c "int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size)\n"
        "{\n    (void)data;\n    (void)size;\n    return 0;\n}\n")
    execute_process(COMMAND ${TIMEKEEPER_FUZZ_CC} ${timekeeper_fuzz_flags} ${probe}.c -o ${probe}
        RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
        set(works OFF)
    else()
        set(works ON)
    endif()
    set(TIMEKEEPER_FUZZ_WORKS ${works} CACHE INTERNAL "clang has libFuzzer")
endif()
if(TIMEKEEPER_FUZZ AND NOT TIMEKEEPER_FUZZ_WORKS)
    message(FATAL_ERROR "TIMEKEEPER_FUZZ needs clang with libFuzzer: third_party/debian-packages-fuzz.txt names "
        "Debian's packages; then configure in an empty folder")
endif()

# libFuzzer keeps what was compared, pointers and all, and mutates by it. Some containers forbid setarch -R.
if(NOT DEFINED TIMEKEEPER_FUZZ_SETARCH)
    find_program(TIMEKEEPER_SETARCH setarch)
    mark_as_advanced(TIMEKEEPER_SETARCH)
    set(prefix "")
    if(TIMEKEEPER_SETARCH)
        execute_process(COMMAND ${TIMEKEEPER_SETARCH} -R true RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
        if(NOT failed)
            set(prefix ${TIMEKEEPER_SETARCH} -R)
        endif()
    endif()
    set(TIMEKEEPER_FUZZ_SETARCH "${prefix}" CACHE INTERNAL "runs a program at the same addresses each time; may be empty")
endif()

add_custom_target(fuzzers)

# A fuzzer's sources by clang, each a step of its own; result: the objects.
function(timekeeper_fuzz_objects result name)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;INCLUDES;DEFINITIONS")
    list(TRANSFORM arg_INCLUDES PREPEND -I)
    list(TRANSFORM arg_DEFINITIONS PREPEND -D)
    set(objects "")
    foreach(source IN LISTS arg_SOURCES)
        cmake_path(GET source FILENAME file)
        string(MD5 hash ${source})
        set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.objects/${hash}-${file}.o)
        set(compiler ${TIMEKEEPER_FUZZ_CC} -std=gnu11)
        if(file MATCHES "\\.cpp$")
            set(compiler ${TIMEKEEPER_FUZZ_CC} --driver-mode=g++ -std=gnu++17)
        endif()
        add_custom_command(OUTPUT ${object}
            COMMAND ${compiler} ${timekeeper_fuzz_flags} ${arg_DEFINITIONS} ${arg_INCLUDES} -MD -MF ${object}.d
                -c ${source} -o ${object}
            DEPENDS ${source} DEPFILE ${object}.d
            COMMENT "Building ${file} for ${name}" VERBATIM)
        list(APPEND objects ${object})
    endforeach()
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${name}.objects)
    set(${result} ${objects} PARENT_SCOPE)
endfunction()

function(timekeeper_add_fuzzer)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;RUNS;MAX_LEN" "SOURCES;FUZZED;INCLUDES;DEFINITIONS;LIBS;LINK;DEPENDS")
    set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${arg_NAME})
    set(unit ${CMAKE_CURRENT_SOURCE_DIR}/${arg_NAME}.c)
    if(NOT EXISTS ${unit})
        set(unit ${CMAKE_CURRENT_SOURCE_DIR}/${arg_NAME}.cpp)
    endif()
    if(NOT arg_MAX_LEN)
        set(arg_MAX_LEN 400)
    endif()

    add_executable(${arg_NAME}_replay ${unit} ${CMAKE_CURRENT_SOURCE_DIR}/replay.c ${arg_SOURCES})
    set_target_properties(${arg_NAME}_replay PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_include_directories(${arg_NAME}_replay PRIVATE ${arg_INCLUDES})
    target_compile_definitions(${arg_NAME}_replay PRIVATE _GNU_SOURCE ${arg_DEFINITIONS})
    target_link_libraries(${arg_NAME}_replay PRIVATE ${arg_LIBS} timekeeper::warnings)
    timekeeper_add_test(NAME ${arg_NAME}.corpus LABEL unit COMMAND ${arg_NAME}_replay ${corpus})

    if(NOT TIMEKEEPER_FUZZ_WORKS)
        return()
    endif()
    set(program ${PROJECT_BINARY_DIR}/tests/${arg_NAME})
    timekeeper_fuzz_objects(objects ${arg_NAME} SOURCES ${unit} ${arg_SOURCES} ${arg_FUZZED} INCLUDES ${arg_INCLUDES}
        DEFINITIONS _GNU_SOURCE ${arg_DEFINITIONS})
    add_custom_command(OUTPUT ${program}
        COMMAND ${TIMEKEEPER_FUZZ_CC} --driver-mode=g++ ${timekeeper_fuzz_flags} ${objects} ${arg_LINK} -o ${program}
        DEPENDS ${objects} ${arg_DEPENDS}
        COMMENT "Linking the fuzzer ${arg_NAME}" COMMAND_EXPAND_LISTS VERBATIM)
    add_custom_target(${arg_NAME} ALL DEPENDS ${program})
    add_dependencies(fuzzers ${arg_NAME})

    # As seeds, and not as its corpus: a run adds nothing, and the next one tries the same.
    file(GLOB seeds CONFIGURE_DEPENDS ${corpus}/*)
    list(JOIN seeds "," seeds)
    file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.seeds CONTENT "${seeds}")
    timekeeper_add_test(NAME ${arg_NAME}.bounded LABEL unit TIMEOUT 600
        COMMAND ${TIMEKEEPER_FUZZ_SETARCH} ${program} -runs=${arg_RUNS} -seed=1 -verbosity=0 -max_len=${arg_MAX_LEN}
            -seed_inputs=@${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.seeds
            -artifact_prefix=${CMAKE_CURRENT_BINARY_DIR}/)
endfunction()
