// SPDX-License-Identifier: MIT
#include "reports.h"

#include <systemc>

#define REPORT_DEFINE_GLOBALS
#include <reporting.h> // the models' switches

#include <vector>

namespace conformance
{

static std::string s_reports;
static std::vector<std::string> s_expected;
static unsigned s_expected_warnings;

static bool is_expected(const sc_core::sc_report &report)
{
    for (const std::string &text : s_expected) {
        if (report.get_severity() == sc_core::SC_WARNING &&
            std::string(report.get_msg()).find(text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

static void keep(const sc_core::sc_report &report, const sc_core::sc_actions &actions)
{
    if (report.get_severity() == sc_core::SC_INFO) {
        return;
    }
    if (is_expected(report)) {
        s_expected_warnings++;
        return;
    }
    s_reports += std::string(report.get_msg_type()) + ": " + report.get_msg() + "\n";
    if (report.get_severity() == sc_core::SC_WARNING) {
        return;
    }
    if (sc_core::sc_is_running()) {
        sc_core::sc_stop();
    } else {
        sc_core::sc_report_handler::default_handler(report, actions);
    }
}

void keep_reports()
{
    REPORT_SET_ENABLES(false, true, true, true);
    sc_core::sc_report_handler::set_handler(keep);
}

void expect_warning(const std::string &text)
{
    s_expected.push_back(text);
}

const std::string &unexpected_reports()
{
    return s_reports;
}

unsigned expected_warnings()
{
    return s_expected_warnings;
}

} // namespace conformance
