// SPDX-License-Identifier: MIT
#include "console_watch.h"
#include "options.h"

#include <gtest/gtest.h>

namespace
{

std::vector<vp::console_pattern> patterns(const std::vector<std::string> &texts)
{
    std::vector<vp::console_pattern> result;
    for (const std::string &each : texts) {
        result.emplace_back("--expect", each);
    }
    return result;
}

// Two consoles, platform.uart and platform.soc.uart_1.
struct watched {
    explicit watched(const std::vector<std::string> &expect, const std::vector<std::string> &reject = {})
        : expected(patterns(expect)), rejected(patterns(reject))
    {
        watch.add("platform.uart");
        watch.add("platform.soc.uart_1");
    }
    void say(size_t console, const std::string &text)
    {
        for (const char each : text) {
            watch.take(console, static_cast<uint8_t>(each));
        }
        watch.look(false);
    }

    std::vector<vp::console_pattern> expected, rejected;
    vp::console_watch watch{expected, rejected};
};

std::string refusal(const std::string &pattern)
{
    try {
        const vp::console_pattern ignored("--expect", pattern);
    } catch (const vp::usage_error &error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST(ConsoleWatch, ExpectsEachPatternSomewhere)
{
    watched of({"^boot", "sum: 4[0-9]"});
    of.say(1, "the sum: 42 is right\n");
    EXPECT_FALSE(of.watch.all_expected());
    EXPECT_EQ(of.watch.missing(), "no console has said what --expect asks for: '^boot'");
    of.say(0, "no boot here\nboot\n");
    EXPECT_TRUE(of.watch.all_expected());
    EXPECT_EQ(of.watch.missing(), "");
}

TEST(ConsoleWatch, ALineIsNotLookedAtBeforeItIsOver)
{
    watched of({"count: 1$"}, {"error(?! none)"});
    of.say(0, "count: 1");
    EXPECT_FALSE(of.watch.all_expected());
    of.say(0, "2\r\nerror");
    EXPECT_FALSE(of.watch.rejected());
    of.say(0, " none\ncount: 1\r\n");
    EXPECT_FALSE(of.watch.rejected());
    EXPECT_TRUE(of.watch.all_expected());
}

TEST(ConsoleWatch, AtTheEndTheLastLineCounts)
{
    watched of({"done$"}, {"panic"});
    of.say(0, "done");
    of.say(1, "a panic");
    EXPECT_FALSE(of.watch.all_expected() || of.watch.rejected());
    of.watch.look(true);
    EXPECT_TRUE(of.watch.all_expected() && of.watch.rejected());
}

TEST(ConsoleWatch, LooksEarlyForPromptsButNotForEnds)
{
    watched of({"login: "}, {"log"});
    of.watch.look_early();
    of.say(0, "host login: ");
    EXPECT_TRUE(of.watch.all_expected());
    EXPECT_FALSE(of.watch.rejected());

    watched ends({"count: 1$"});
    ends.watch.look_early();
    ends.say(0, "count: 1");
    EXPECT_FALSE(ends.watch.all_expected());
}

TEST(ConsoleWatch, RejectsAndSaysWhatAndWhere)
{
    watched of({}, {"FAIL|panic"});
    of.say(1, "all good\nx FAIL y\nlater\n");
    EXPECT_TRUE(of.watch.rejected());
    EXPECT_EQ(of.watch.reason(), "platform.soc.uart_1 says what --reject 'FAIL|panic' forbids: x FAIL y");
}

TEST(ConsoleWatch, PatternsOfOneConsole)
{
    watched of({"@platform.uart:^a", "@uart_1:^b", "[@]c"});
    of.say(1, "a\n");
    of.say(0, "b\n");
    of.say(0, "@c\n");
    EXPECT_EQ(of.watch.missing(),
              "no console has said what --expect asks for: '@platform.uart:^a', '@uart_1:^b'");
    of.say(0, "a\n");
    of.say(1, "b\n");
    EXPECT_TRUE(of.watch.all_expected());
}

TEST(ConsoleWatch, ANameIsWholeFromADotOn)
{
    const vp::console_pattern pattern("--expect", "@art:x");
    EXPECT_FALSE(pattern.is_for("platform.uart"));
    EXPECT_TRUE(pattern.is_for("platform.art"));
    EXPECT_TRUE(pattern.is_for("art"));
}

TEST(ConsoleWatch, RefusesAConsoleThatThereIsNot)
{
    watched of({"@uart_7:x"});
    try {
        of.watch.check_names();
        FAIL();
    } catch (const vp::usage_error &error) {
        EXPECT_STREQ(error.what(),
                     "'@uart_7:x' is for no console; there are: platform.uart, platform.soc.uart_1");
    }
}

TEST(ConsoleWatch, RefusesWhatIsNoPattern)
{
    EXPECT_NE(refusal("a(b").find("--expect 'a(b' is no regular expression: "), std::string::npos);
    EXPECT_EQ(refusal(""), "--expect '' has no regular expression; an empty one matches all");
    EXPECT_EQ(refusal("@uart:"), "--expect '@uart:' has no regular expression; an empty one matches all");
    EXPECT_EQ(refusal("@uart"), "--expect '@uart' names no console; write @CONSOLE:REGEX, or [@] for an @");
    EXPECT_EQ(refusal("@:x"), "--expect '@:x' names no console; write @CONSOLE:REGEX, or [@] for an @");
}

TEST(ConsoleWatch, KeepsTheLastLinesOfEach)
{
    watched of({});
    EXPECT_EQ(of.watch.last_lines(), "");
    for (int i = 0; i < 25; i++) {
        of.say(0, std::to_string(i) + "\r\n");
    }
    of.say(1, "prompt>");
    std::string right = "The last lines of platform.uart:\n";
    for (int i = 5; i < 25; i++) {
        right += std::to_string(i) + "\n";
    }
    EXPECT_EQ(of.watch.last_lines(), right + "The last lines of platform.soc.uart_1:\nprompt>\n");
}

TEST(ConsoleWatch, ALineWithoutAnEndIsLookedAtInPieces)
{
    watched of({"^x+$"});
    of.say(0, std::string(vp::console_watch::longest_line - 1, 'x'));
    EXPECT_FALSE(of.watch.all_expected());
    of.say(0, "x");
    EXPECT_TRUE(of.watch.all_expected());
    of.say(0, std::string(1 << 20, 'y'));
    EXPECT_LE(of.watch.last_lines().size(),
              vp::console_watch::longest_line * (vp::console_watch::lines_kept + 1));
}
