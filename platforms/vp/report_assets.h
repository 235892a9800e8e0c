// SPDX-License-Identifier: MIT
//
// The sources in report/ as strings: platforms/vp/report/embed.cmake makes them.
#ifndef PLATFORMS_VP_REPORT_ASSETS_H
#define PLATFORMS_VP_REPORT_ASSETS_H

namespace vp
{

extern const char *const report_html;
extern const char *const report_css;
extern const char *const report_js;

} // namespace vp

#endif
