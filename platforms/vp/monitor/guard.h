/* SPDX-License-Identifier: MIT
 *
 * Who may ask, and who may change something.
 *
 * A page that the user happens to have open elsewhere must neither read nor drive the simulation. A browser
 * says where a request comes from (Origin, Sec-Fetch-Site; Fetch standard, sections 3.1 and "Sec-Fetch-*"),
 * and which host it believes to talk to (Host; RFC 9110, section 7.2). A name that was made to point to this
 * machine (DNS rebinding) shows in Host: there only addresses, localhost, and the name that the user gave
 * with --monitor are right, because no one else can make those point elsewhere.
 */
#ifndef PLATFORMS_VP_MONITOR_GUARD_H
#define PLATFORMS_VP_MONITOR_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct guard {
    const char *host; /* as given with --monitor */
    uint16_t port;    /* the one that we listen on */
    const char *token;
} guard;

/* The headers that matter; NULL: not there. */
typedef struct guard_headers {
    const char *host, *origin, *fetch_site, *authorization;
} guard_headers;

/* NULL: the request comes from where it may. Else what is wrong, in one line: 403. */
const char *guard_refusal(const guard *rules, const guard_headers *headers);
/* "Authorization: Bearer TOKEN" (RFC 6750, section 2.1) has the right token. */
bool guard_has_token(const guard *rules, const guard_headers *headers);

#ifdef __cplusplus
}
#endif

#endif
