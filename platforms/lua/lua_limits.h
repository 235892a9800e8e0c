/* SPDX-License-Identifier: MIT
 *
 * How much a Lua program may take that is not trusted.
 */
#ifndef PLATFORMS_LUA_LIMITS_H
#define PLATFORMS_LUA_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lua_sandbox_limits {
    size_t memory;  /* bytes that the program may have at a time; 0: any number */
    size_t string;  /* bytes of one string; 0: any number */
    uint64_t steps; /* instructions of Lua's machine; 0: any number */
    /* Of the process, for steps that take long; 0: any number. Steps are what a program meets first, and the
     * same on every host. */
    int processor_seconds;
};

/* Far more than a platform needs: 64 MiB, strings of 16 KiB, 10 million steps (some 0.1 s), 10 s. */
extern const struct lua_sandbox_limits lua_sandbox_defaults;

#ifdef __cplusplus
}
#endif

#endif
