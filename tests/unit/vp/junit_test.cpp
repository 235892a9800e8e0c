// SPDX-License-Identifier: MIT
//
// The JUnit file as an XML parser sees it.
#include "junit.h"
#include "support/scratch.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <memory>
#include <sys/stat.h>

namespace
{

class JUnit : public testing::Test
{
  protected:
    JUnit()
    {
        m_case.name = "boot";
        m_case.began_s = 1000000000;
        m_case.wall_ns = 1234567890;
        m_case.type = "unexpected";
        m_case.message = "what \"it\" <said> & more";
        m_case.text = "first\nsecond\n";
        m_case.properties = m_properties;
        m_case.property_count = 2;
    }

    // What an XPath says of the file, as text.
    std::string ask(const std::string &path)
    {
        const std::unique_ptr<xmlDoc, void (*)(xmlDocPtr)> document(
            xmlReadFile(m_file.c_str(), nullptr, XML_PARSE_NONET), xmlFreeDoc);
        if (!document) {
            return "no XML";
        }
        const std::unique_ptr<xmlXPathContext, void (*)(xmlXPathContextPtr)> context(
            xmlXPathNewContext(document.get()), xmlXPathFreeContext);
        const std::unique_ptr<xmlXPathObject, void (*)(xmlXPathObjectPtr)> found(
            xmlXPathEvalExpression(BAD_CAST("string(" + path + ")").c_str(), context.get()),
            xmlXPathFreeObject);
        return reinterpret_cast<const char *>(found->stringval);
    }

    const junit_property m_properties[2] = {{"exit_code", "6"}, {"sim_time_ps", "5000"}};
    junit_case m_case{};
    test::scratch m_scratch;
    const std::string m_file = m_scratch.file("result.xml");
};

} // namespace

TEST_F(JUnit, OneThatPassed)
{
    m_case.result = JUNIT_PASSED;
    ASSERT_EQ(junit_write(m_file.c_str(), &m_case), 0);
    EXPECT_EQ(ask("count(/testsuites/testsuite/testcase)"), "1");
    EXPECT_EQ(ask("count(//failure | //error)"), "0");
    EXPECT_EQ(ask("/testsuites/@tests") + ask("/testsuites/@failures") + ask("/testsuites/@errors"), "100");
    EXPECT_EQ(ask("//testcase/@name"), "boot");
    EXPECT_EQ(ask("//testcase/@time"), "1.234");
    EXPECT_EQ(ask("//testsuite/@timestamp"), "2001-09-09T01:46:40Z");
    EXPECT_EQ(ask("//testcase/properties/property[@name='sim_time_ps']/@value"), "5000");
}

TEST_F(JUnit, OneThatFailedAndOneThatCouldNot)
{
    m_case.result = JUNIT_FAILED;
    ASSERT_EQ(junit_write(m_file.c_str(), &m_case), 0);
    EXPECT_EQ(ask("//testsuite/@failures") + ask("//testsuite/@errors"), "10");
    EXPECT_EQ(ask("//failure/@type"), "unexpected");
    EXPECT_EQ(ask("//failure/@message"), "what \"it\" <said> & more");
    EXPECT_EQ(ask("//failure"), "first\nsecond\n");

    m_case.result = JUNIT_ERROR;
    ASSERT_EQ(junit_write(m_file.c_str(), &m_case), 0);
    EXPECT_EQ(ask("//testsuite/@failures") + ask("//testsuite/@errors"), "01");
    EXPECT_EQ(ask("//error"), "first\nsecond\n");
}

TEST_F(JUnit, WhatXmlDoesNotAllowIsReplaced)
{
    m_case.result = JUNIT_FAILED;
    m_case.name = "\x1b[31mred";
    m_case.text = "a\x01z \xc3\xa9 \xff\xc3 ]]> \xed\xa0\x80 \xf0\x9f\x98\x80 end\xf0\x9f";
    ASSERT_EQ(junit_write(m_file.c_str(), &m_case), 0);
    const std::string no = "\xef\xbf\xbd";
    EXPECT_EQ(ask("//testcase/@name"), no + "[31mred");
    EXPECT_EQ(ask("//failure"), "a" + no + "z \xc3\xa9 " + no + no + " ]]> " + no + no + no +
                                    " \xf0\x9f\x98\x80 end" + no + no);
}

TEST_F(JUnit, WhatCannotBeWrittenIsSaidAndLeavesNothing)
{
    EXPECT_EQ(junit_write(m_scratch.file("no/where.xml").c_str(), &m_case), ENOENT);
    EXPECT_EQ(junit_write("/dev/full", &m_case), ENOSPC);
    struct stat there;
    ASSERT_EQ(stat("/dev/full", &there), 0);
    EXPECT_TRUE(S_ISCHR(there.st_mode)); // not a file in its place
    EXPECT_TRUE(std::filesystem::is_empty(m_scratch.path()));
}
