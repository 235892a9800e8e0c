/* SPDX-License-Identifier: MIT
 *
 * What the monitor puts into the report's page, made from controls.html when it is built.
 */
#ifndef PLATFORMS_VP_MONITOR_CONTROLS_H
#define PLATFORMS_VP_MONITOR_CONTROLS_H

#ifdef __cplusplus
extern "C" {
#endif

extern const char monitor_controls[];

#ifdef __cplusplus
}
#endif

#endif
