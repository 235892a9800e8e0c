/* SPDX-License-Identifier: MIT
 *
 * Remembers on which line of a Lua program each table was made and each of its entries was set.
 *
 * Lua keeps no such record. But a debug hook runs whenever execution comes to another line, enters a function
 * or leaves one, and from there the tables under construction can be seen: they are in the registers of the
 * running function (locals and temporaries), or below the global `platform`. What is new or changed in them
 * since the last hook was done by the line that executed in between. That holds for constructors, for
 * assignments, and for tables that functions and loops build, where a look at the source text would be at a
 * loss.
 *
 * Limits: entries of one line share it. An entry that is set again to the value it has keeps its first line.
 * The hook stops after a fixed amount of work (a program that computes for long): what comes later has no
 * line of its own.
 *
 * Garbage collection is off while the hook is on: registers above the live ones may hold stale references,
 * which are then still valid memory.
 */
#ifndef PLATFORMS_LUA_PLACES_H
#define PLATFORMS_LUA_PLACES_H

#include <lua.h>
#include <stdbool.h>

struct lua_places;

/* Begins to watch a state (its libraries are open already). With `sandboxed`, its steps are counted, too, by
 * lua_sandbox_spend(). NULL when memory is short. */
struct lua_places *lua_places_new(lua_State *lua, bool sandboxed);
/* Raises Lua's errors, as what follows does. */
void lua_places_begin(struct lua_places *places);
/* Stops watching; the record stays. Before the state is closed. */
void lua_places_end(struct lua_places *places);
/* After the state is closed, or before. NULL is allowed. */
void lua_places_free(struct lua_places *places);

/* The line that executed last. Raises nothing. */
const char *lua_places_last(const struct lua_places *places, int *line);
/* Where the table at stack index `table` was made. Returns the file's name (owned by `places`) or NULL. */
const char *lua_places_of_table(struct lua_places *places, lua_State *lua, int table, int *line);
/* Where the entry of the table at `table` with the key at `key` was set. */
const char *lua_places_of_entry(struct lua_places *places, lua_State *lua, int table, int key, int *line);

#endif
