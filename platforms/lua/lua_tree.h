/* SPDX-License-Identifier: MIT
 *
 * Runs a Lua file and hands out one of its global tables (`platform`, say) as a plain tree: no Lua value,
 * state or type leaves this file.
 *
 * The file is ordinary Lua 5.4 with the standard libraries, and is trusted as a program is; with limits it
 * runs in a sandbox instead (lua_sandbox.h). A tree has at most LUA_TREE_MAX values, nested 64 deep. The
 * global `conf_dir` is the directory of the file ("." when its name has none), and `require` looks there
 * first. GET("a.b") is the string param["a.b"], or nil.
 *
 * Thread: any, one at a time for each tree. No global state.
 */
#ifndef PLATFORMS_LUA_TREE_H
#define PLATFORMS_LUA_TREE_H

#include "lua_limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { LUA_TREE_MAX = 1000000 };

enum lua_tree_type { LUA_TREE_TABLE, LUA_TREE_BOOLEAN, LUA_TREE_INTEGER, LUA_TREE_NUMBER, LUA_TREE_STRING };

struct lua_tree {
    char *key; /* a string key, or an integer key in decimal */
    enum lua_tree_type type;
    char *file; /* where it was written; the platform file, or one that it loaded */
    int line;   /* 1..; for a table, where its constructor begins; 0: unknown */
    bool boolean;
    int64_t integer; /* as Lua reads it: 0xffffffffffffffff is -1 */
    double number;
    char *string;
    size_t count; /* children, in no particular order: Lua's tables have none */
    struct lua_tree **children;
};

/* A string that the file finds as the global `name`, or as table[name] if `table` is not NULL. A table that
 * is named is there even if it stays empty: give it an entry with name NULL. */
struct lua_tree_global {
    const char *table, *name, *value;
};

/* Runs the file at `path`, and converts its global table `root_name`; in a sandbox if `limits` is not NULL.
 * Returns 0 and the tree, or -1 and a malloc'ed message of one line that begins with "FILE:" or "FILE:LINE:"
 * and that the caller frees. The message is NULL when there was no memory even for that. */
int lua_tree_load(const char *path, const char *root_name, const struct lua_tree_global *globals,
                  size_t count, const struct lua_sandbox_limits *limits, struct lua_tree **root,
                  char **error);
/* NULL is allowed. */
void lua_tree_free(struct lua_tree *root);

#ifdef __cplusplus
}
#endif

#endif
