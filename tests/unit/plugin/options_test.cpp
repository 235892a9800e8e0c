// SPDX-License-Identifier: MIT
//
// The icount plugin's options: each of them, and what is said about a wrong one.
extern "C" {
#include "options.h"
}

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace
{
struct parsed {
    bool good = false;
    icount_options options{};
    std::string message;
};
} // namespace

static parsed parse(std::initializer_list<std::string> words)
{
    parsed result;
    std::vector<std::string> copies(words);
    std::vector<char *> argv;
    char message[256] = "";

    for (std::string &each : copies) {
        argv.push_back(each.data());
    }
    result.good = icount_options_parse(&result.options, static_cast<int>(argv.size()), argv.data(), message,
                                       sizeof(message));
    result.message = message;
    return result;
}

// One line that names what is wrong and says what would be right.
static void expect_refusal(std::initializer_list<std::string> words, const std::string &names,
                           const std::string &says)
{
    const parsed result = parse(words);
    EXPECT_FALSE(result.good) << names;
    EXPECT_NE(result.message.find(names), std::string::npos) << result.message;
    EXPECT_NE(result.message.find(says), std::string::npos) << result.message;
    EXPECT_EQ(result.message.find('\n'), std::string::npos) << result.message;
}

// --- what is right
// -------------------------------------------------------------------------------------------

TEST(options, without_any_there_are_defaults)
{
    const parsed result = parse({});
    ASSERT_TRUE(result.good) << result.message;
    EXPECT_EQ(result.options.common_rate, 1000000000u);
    EXPECT_EQ(result.options.quantum_ps, 1000000000u) << "1 ms";
    EXPECT_EQ(result.options.idle, TK_IDLE_WALLCLOCK);
    EXPECT_STREQ(result.options.timeline, "");
    EXPECT_STREQ(result.options.source, "qemu");
    for (unsigned vcpu : {0u, 1u, 255u, 256u, 100000u}) {
        EXPECT_EQ(icount_options_rate(&result.options, vcpu), 1000000000u);
    }
}

TEST(options, a_rate_for_all_and_others_for_some)
{
    const parsed result =
        parse({"insn_per_second.3=7", "insn_per_second=400000000", "insn_per_second.255=9"});
    ASSERT_TRUE(result.good) << result.message;
    EXPECT_EQ(icount_options_rate(&result.options, 0), 400000000u);
    EXPECT_EQ(icount_options_rate(&result.options, 3), 7u);
    EXPECT_EQ(icount_options_rate(&result.options, 255), 9u);
}

TEST(options, rates_from_the_lowest_to_the_highest)
{
    EXPECT_EQ(parse({"insn_per_second=1"}).options.common_rate, 1u);
    EXPECT_EQ(parse({"insn_per_second=1000000000000"}).options.common_rate, TK_RATE_MAX);
    EXPECT_TRUE(parse({"insn_per_second=1000000000000"}).good);
    EXPECT_EQ(parse({"insn_per_second=010"}).options.common_rate, 10u); // no octal
    EXPECT_EQ(parse({"insn_per_second=0x10"}).options.common_rate, 16u);
}

TEST(options, a_quantum_as_a_time)
{
    EXPECT_EQ(parse({"quantum_ns=1"}).options.quantum_ps, 1000u);
    EXPECT_EQ(parse({"quantum_ns=10000"}).options.quantum_ps, 10000000u);
    EXPECT_EQ(parse({"quantum_ns=3600000000000"}).options.quantum_ps, 3600 * TK_PS_PER_SECOND);
}

// The peer's defect: instructions taken for nanoseconds, right only at 1e9 per second.
TEST(options, a_quantum_as_instructions_is_a_time_at_the_common_rate)
{
    EXPECT_EQ(parse({"quantum_insn=1000000"}).options.quantum_ps, 1000000000u);
    EXPECT_EQ(parse({"insn_per_second=400000000", "quantum_insn=1000000"}).options.quantum_ps, 2500000000u);
    EXPECT_EQ(parse({"quantum_insn=1000000", "insn_per_second=400000000"}).options.quantum_ps, 2500000000u)
        << "in any order";
    EXPECT_EQ(parse({"quantum_insn=1", "insn_per_second=1000000000000"}).options.quantum_ps, 1u);
}

TEST(options, idle)
{
    EXPECT_EQ(parse({"idle=warp"}).options.idle, TK_IDLE_WARP);
    EXPECT_EQ(parse({"idle=warp", "idle=wallclock"}).options.idle, TK_IDLE_WALLCLOCK)
        << "the last one counts";
}

TEST(options, counting)
{
    EXPECT_EQ(parse({}).options.counting, ICOUNT_COUNTING_BLOCK);
    EXPECT_EQ(parse({"counting=instruction"}).options.counting, ICOUNT_COUNTING_INSTRUCTION);
    EXPECT_EQ(parse({"counting=instruction", "counting=block"}).options.counting, ICOUNT_COUNTING_BLOCK)
        << "the last one counts";
}

TEST(options, names)
{
    const std::string longest(127, 'x');
    const parsed result = parse({"timeline=platform.keeper", "source=" + longest});
    ASSERT_TRUE(result.good) << result.message;
    EXPECT_STREQ(result.options.timeline, "platform.keeper");
    EXPECT_EQ(result.options.source, longest);
}

TEST(options, trace)
{
    EXPECT_STREQ(parse({}).options.trace, "");
    EXPECT_STREQ(parse({"trace=a.csv", "trace=/some/where/run.json"}).options.trace, "/some/where/run.json")
        << "the last one counts";
}

// --- what is wrong
// -------------------------------------------------------------------------------------------

TEST(wrong_options, integers)
{
    const std::string bad[] = {"",
                               "0",
                               "-1",
                               "+1",
                               " 1",
                               "1 ",
                               "1e9",
                               "1.5",
                               "fast",
                               "0x",
                               "0x 8",
                               "1,000",
                               "18446744073709551616",
                               "99999999999999999999999"};
    for (const std::string &value : bad) {
        for (const char *name : {"insn_per_second", "insn_per_second.0", "quantum_insn", "quantum_ns"}) {
            expect_refusal({std::string(name) + "=" + value}, std::string(name) + "=" + value,
                           "must be an integer from 1 to ");
        }
    }
}

TEST(wrong_options, absurdly_large)
{
    expect_refusal({"insn_per_second=1000000000001"}, "insn_per_second=1000000000001",
                   "from 1 to 1000000000000");
    expect_refusal({"insn_per_second.7=1000000000001"}, "insn_per_second.7=", "from 1 to 1000000000000");
    expect_refusal({"quantum_ns=3600000000001"}, "quantum_ns=3600000000001", "from 1 to 3600000000000");
    expect_refusal({"quantum_insn=281474976710657"}, "quantum_insn=", "from 1 to 281474976710656");
}

TEST(wrong_options, a_quantum_in_instructions_that_is_too_long_at_the_rate)
{
    expect_refusal({"insn_per_second=1", "quantum_insn=3601"}, "quantum_insn=3601", "from 1 ps to 1 hour");
    expect_refusal({"insn_per_second=1", "quantum_insn=281474976710656"}, "at 1 instructions per second",
                   "from 1 ps to 1 hour");
    EXPECT_TRUE(parse({"insn_per_second=1", "quantum_insn=3600"}).good);
}

TEST(wrong_options, traces)
{
    for (const char *each : {"", "run", ".json", "run.json.gz", "run.vcd"}) {
        expect_refusal({std::string("trace=") + each}, std::string("trace=") + each,
                       "must end in .json or .csv");
    }
    expect_refusal({"trace=run.json", "timeline=platform"}, "trace=run.json", "vp --trace");
    expect_refusal({"trace=" + std::string(1024, 'x') + ".json"}, "trace=", "it may have 1023");
}

TEST(wrong_options, both_quanta)
{
    expect_refusal({"quantum_ns=5", "quantum_insn=5"}, "quantum_insn or quantum_ns", "not both");
    expect_refusal({"quantum_insn=5", "quantum_ns=5"}, "quantum_insn or quantum_ns", "not both");
}

TEST(wrong_options, vcpu_numbers)
{
    for (const char *number : {"", "-1", "256", "x", "1x", "4294967296", "18446744073709551616"}) {
        const std::string name = std::string("insn_per_second.") + number;
        expect_refusal({name + "=5"}, name, "from 0 to 255");
    }
}

TEST(wrong_options, unknown_names)
{
    for (const char *name : {"quantum", "insn_per_secon", "insn_per_seconds", "Idle", "idle "}) {
        expect_refusal({std::string(name) + "=1"}, "unknown option '" + std::string(name) + "'",
                       "there are insn_per_second");
    }
}

TEST(wrong_options, words_that_are_no_options)
{
    for (const char *word : {"", "idle", "=5", "=", "on"}) {
        expect_refusal({word}, std::string("'") + word + "'", "name=value");
    }
    expect_refusal({std::string(64, 'x') + "=1"}, "xxx", "name=value");
}

TEST(wrong_options, idle)
{
    for (const char *value : {"", "WARP", "jump", "warp2"}) {
        expect_refusal({std::string("idle=") + value}, std::string("idle=") + value, "'wallclock' or 'warp'");
    }
}

TEST(wrong_options, counting)
{
    for (const char *value : {"", "BLOCK", "blocks", "insn", "instructions"}) {
        expect_refusal({std::string("counting=") + value}, std::string("counting=") + value,
                       "'block' or 'instruction'");
    }
}

TEST(wrong_options, names_that_are_empty_or_too_long)
{
    for (const char *name : {"timeline", "source"}) {
        expect_refusal({std::string(name) + "="}, name, "1 to 127 characters");
        expect_refusal({std::string(name) + "=" + std::string(128, 'x')}, name, "1 to 127 characters");
    }
}

TEST(wrong_options, the_first_wrong_one_is_named)
{
    expect_refusal({"idle=warp", "quantum_ns=0", "insn_per_second=0"}, "quantum_ns=0", "integer");
}

TEST(wrong_options, a_very_long_word_does_not_overrun_the_message)
{
    char message[16];
    icount_options options;
    std::string word = "idle=" + std::string(10000, 'x');
    char *argv[] = {word.data()};
    EXPECT_FALSE(icount_options_parse(&options, 1, argv, message, sizeof(message)));
    EXPECT_EQ(std::string(message), "idle=xxxxxxxxxx");
}
