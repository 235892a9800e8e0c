// SPDX-License-Identifier: MIT
//
// The models' own checks: they report what they find wrong through SystemC's report handler.
#ifndef TESTS_CONFORMANCE_REPORTS_H
#define TESTS_CONFORMANCE_REPORTS_H

#include <string>

namespace conformance
{

// From now on each report of a warning or worse is kept, and an error or worse stops the simulation. An error
// in elaboration is thrown, as SystemC's own way is. The models' informative reports are off.
void keep_reports();

// A warning that contains `text` is expected.
void expect_warning(const std::string &text);

// The reports that were not expected, a line each; "" if there was none.
const std::string &unexpected_reports();
// How often an expected warning came.
unsigned expected_warnings();

} // namespace conformance

#endif
