// SPDX-License-Identifier: MIT
//
// The page that shows a run: one HTML file with all that it needs in it. Its sources are in report/, and are
// part of the program.
#ifndef PLATFORMS_VP_REPORT_PAGE_H
#define PLATFORMS_VP_REPORT_PAGE_H

#include <string>

namespace vp
{

// The page with these data (JSON, docs/trace.md); "null": it shows nothing until it gets some.
// `live`: where it fetches newer data from, each second until the run is complete, "/api/report" say; empty:
// nowhere.
std::string report_page(const std::string &json, const std::string &live = "");

// What the page and the live source show: `trace` is tk_trace_digest()'s, the others are JSON, too.
std::string report_json(const std::string &title, const std::string &trace, const std::string &stats,
                        const std::string &platform);

} // namespace vp

#endif
