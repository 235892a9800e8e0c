/* SPDX-License-Identifier: MIT
 *
 * Where the monitor listens: "[HOST:]PORT" on the command line.
 */
#ifndef PLATFORMS_VP_MONITOR_ADDRESS_H
#define PLATFORMS_VP_MONITOR_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ADDRESS_HOST_MAX 256

typedef struct address {
    char host[ADDRESS_HOST_MAX]; /* a name or an address, without brackets; "127.0.0.1" when not given */
    uint16_t port;               /* 0: any that is free */
} address;

/* Reads "8080", "localhost:8080", "[::1]:8080", "0.0.0.0:0". False: it is none of that. */
bool address_parse(const char *text, address *result);

#ifdef __cplusplus
}
#endif

#endif
