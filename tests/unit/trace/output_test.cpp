// SPDX-License-Identifier: MIT
//
// Files that are there whole or not at all.
#include "support/scratch.h"
#include "timekeeper/output.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>

namespace
{

namespace fs = std::filesystem;

class output : public testing::Test
{
  protected:
    tk_output *begin(const std::string &name, const std::string &text)
    {
        tk_output *made = nullptr;
        EXPECT_EQ(tk_output_open(where.file(name).c_str(), &made), 0);
        fputs(text.c_str(), tk_output_file(made));
        return made;
    }
    bool exists(const std::string &name) const { return fs::exists(where.file(name)); }

    test::scratch where;
};

TEST_F(output, has_its_name_when_it_is_complete)
{
    for (const auto &[name, working] : {std::pair("run.json", "run.partial.json"),
                                        std::pair("run", "run.partial"), std::pair(".run", ".run.partial")}) {
        tk_output *made = begin(name, "all of it\n");
        EXPECT_EQ(tk_output_working_name(made), where.file(working));
        EXPECT_FALSE(exists(name));
        EXPECT_EQ(tk_output_commit(made), 0);
        EXPECT_EQ(where.read(name), "all of it\n");
        EXPECT_FALSE(exists(working));
    }
}

TEST_F(output, what_was_there_stays_until_then)
{
    EXPECT_EQ(tk_output_commit(begin("run.csv", "old")), 0);
    fs::permissions(where.file("run.csv"), fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink("run.csv", where.file("link.csv"));
    tk_output_discard(begin("link.csv", "not this"));
    EXPECT_EQ(where.read("run.csv"), "old");
    EXPECT_EQ(tk_output_commit(begin("link.csv", "new")), 0);
    EXPECT_EQ(where.read("run.csv"), "new");
    EXPECT_TRUE(fs::is_symlink(where.file("link.csv")));
    EXPECT_EQ(fs::status(where.file("run.csv")).permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(output, one_name_is_written_once_at_a_time)
{
    tk_output *first = begin("run.json", "first"), *second = nullptr;
    EXPECT_EQ(tk_output_open(where.file("run.json").c_str(), &second), EBUSY);
    EXPECT_EQ(tk_output_commit(first), 0);
    EXPECT_EQ(tk_output_commit(begin("run.json", "second")), 0);
    EXPECT_EQ(where.read("run.json"), "second");
}

TEST_F(output, all_that_is_not_complete_goes_with_the_process)
{
    const auto end = [this] {
        begin("one", "");
        begin("two.html", "");
        tk_output_commit(begin("three", ""));
        const bool there = exists("one.partial") && exists("two.partial.html");
        tk_output_discard_all();
        _exit(there ? 0 : 1);
    };
    EXPECT_EXIT(end(), testing::ExitedWithCode(0), "");
    EXPECT_FALSE(exists("one.partial") || exists("two.partial.html"));
    EXPECT_TRUE(exists("three"));
    tk_output_discard(nullptr);
}

TEST_F(output, what_cannot_be_written_is_not_there)
{
    tk_output *made = nullptr;
    EXPECT_EQ(tk_output_open(where.file("no/such/folder").c_str(), &made), ENOENT);
    EXPECT_EQ(tk_output_open(where.path().c_str(), &made), EISDIR);
    ASSERT_EQ(tk_output_open("/dev/full", &made), 0);
    EXPECT_STREQ(tk_output_working_name(made), "/dev/full");
    fputs("something", tk_output_file(made));
    EXPECT_EQ(tk_output_commit(made), ENOSPC);
}

} // namespace
