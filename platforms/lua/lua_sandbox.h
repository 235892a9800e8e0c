/* SPDX-License-Identifier: MIT
 *
 * Limits for a Lua program, and an environment from which it reaches nothing of the host.
 *
 * Memory is limited in the allocator, steps in a count hook, which lua_places owns and which calls
 * lua_sandbox_spend(). A hook does not run inside a C function, while an object is finalized, in what
 * xpcall() calls for an error that a hook raised, or in another coroutine with its full count. Therefore only
 * functions are there that end soon, or that pay for their work before they do it; metatables with __gc are
 * refused; and there is neither xpcall() nor a coroutine.
 *
 * What is there: assert, error, getmetatable, ipairs, next, pairs, pcall, rawequal, rawget, rawlen, rawset,
 * select, setmetatable, tonumber, tostring, type; math; of string and table what has such a bound; and
 * dofile() and require() of files below one folder, as text.
 *
 * Thread: that of the Lua state.
 */
#ifndef PLATFORMS_LUA_SANDBOX_H
#define PLATFORMS_LUA_SANDBOX_H

#include "lua_limits.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero all but `limits` and `begin`. */
struct lua_sandbox {
    struct lua_sandbox_limits limits;
    clock_t begin;      /* clock() when it begins */
    size_t memory;      /* in use */
    uint64_t steps;     /* spent */
    const char *excess; /* which limit was reached, for people; NULL: none */
};

enum { LUA_SANDBOX_STEPS_AT_A_TIME = 100 };

/* A lua_Alloc; `opaque` is a struct lua_sandbox, and must be that of lua_newstate(). */
void *lua_sandbox_alloc(void *opaque, void *block, size_t old_size, size_t size);
/* Opens the libraries that the sandbox has. dofile() and require() take files below `folder`. Raises Lua's
 * errors. */
void lua_sandbox_open(lua_State *lua, const char *folder);
/* Counts steps. Raises an error when a limit is reached: `level` is the function that is at fault, as for
 * luaL_where(). */
void lua_sandbox_spend(lua_State *lua, uint64_t steps, int level);

#ifdef __cplusplus
}
#endif

#endif
