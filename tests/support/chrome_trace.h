// SPDX-License-Identifier: MIT
//
// Whether a file is in Chrome's trace format, as far as we use it (Google, "Trace Event Format"): Perfetto's
// own trace processor is no package of Debian's.
#ifndef TESTS_SUPPORT_CHROME_TRACE_H
#define TESTS_SUPPORT_CHROME_TRACE_H

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace test
{

// What is wrong with it, a line each; at most 20. Empty: nothing.
//   - each event has what its phase needs, of the right type
//   - slices (X) of a track come in order, and do not overlap
//   - each begin (B, s) has its end (E, f), which is not earlier
//   - each track that is used has a name
std::vector<std::string> complaints_about_chrome_trace(const nlohmann::json &trace);

} // namespace test

#endif
