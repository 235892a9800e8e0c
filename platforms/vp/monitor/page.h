/* SPDX-License-Identifier: MIT
 *
 * The page that the monitor serves, made from page.html when it is built.
 */
#ifndef PLATFORMS_VP_MONITOR_PAGE_H
#define PLATFORMS_VP_MONITOR_PAGE_H

#ifdef __cplusplus
extern "C" {
#endif

extern const char monitor_page[];

#ifdef __cplusplus
}
#endif

#endif
