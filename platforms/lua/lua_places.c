/* SPDX-License-Identifier: MIT */
#include "lua_places.h"
#include "lua_sandbox.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* The record is a Lua table of its own in the registry, with tables as its keys:
 *     record[t] = { values = {key: value last seen}, lines = {key: place}, made = place, scan = number }
 *     record[t] = false    for tables of the libraries and of the record itself, which nobody looks into:
 * registers that are not live may still hold what we pushed there A place is a line number plus the index of
 * the file times PLACE_FILE. */
#define PLACE_FILE ((lua_Integer)1 << 32)
enum {
    MAX_FILES = 64,
    MAX_DEPTH = 32,        /* nesting of tables; deeper ones are found when their own lines execute */
    MAX_ENTRIES = 2000000, /* entries looked at, in all: a second at the very worst */
    EVENT_COST = 8         /* what one hook counts for, in entries */
};

struct lua_places {
    lua_State *main;
    bool sandboxed;
    char *files[MAX_FILES];
    size_t file_count;
    lua_Integer last;  /* the place that executed since the last hook; 0: none yet */
    lua_Integer scans; /* so that one scan visits a table once */
    long entries_left;
    int record; /* reference in the registry */
};

/* --- places ------------------------------------------------------------------------------------------ */

static lua_Integer place_of(struct lua_places *places, const char *source, int line)
{
    size_t i;
    const char *file = source[0] == '@' ? source + 1 : source;

    for (i = 0; i < places->file_count; i++) {
        if (strcmp(places->files[i], file) == 0) {
            return (lua_Integer)i * PLACE_FILE + line;
        }
    }
    if (i == MAX_FILES || !(places->files[i] = strdup(file))) {
        return 0;
    }
    places->file_count++;
    return (lua_Integer)i * PLACE_FILE + line;
}

/* The place that the function of activation record `at` is executing; 0 when it is no Lua code. */
static lua_Integer place_of_frame(struct lua_places *places, lua_State *lua, lua_Debug *at)
{
    if (!lua_getinfo(lua, "Sl", at) || at->currentline <= 0) {
        return 0;
    }
    return place_of(places, at->source, at->currentline);
}

/* --- looking at tables ------------------------------------------------------------------------------- */

/* Has scans leave the table at the top of the stack alone. */
static void leave_alone(lua_State *lua, int record)
{
    lua_pushvalue(lua, -1);
    lua_pushboolean(lua, 0);
    lua_rawset(lua, record);
}

/* Makes a table that scans leave alone the field `name` of the table at the top of the stack. */
static void add_field(lua_State *lua, int record, const char *name)
{
    lua_newtable(lua);
    leave_alone(lua, record);
    lua_setfield(lua, -2, name);
}

/* Pushes record[t] of the table at `table`, making it; false (nothing pushed) when the table is left alone or
 * this scan has been there. */
static int push_entry(struct lua_places *places, lua_State *lua, int record, int table)
{
    lua_pushvalue(lua, table);
    if (lua_rawget(lua, record) == LUA_TNIL) {
        lua_pop(lua, 1);
        lua_createtable(lua, 0, 4);
        leave_alone(lua, record);
        add_field(lua, record, "values");
        add_field(lua, record, "lines");
        lua_pushinteger(lua, places->last);
        lua_setfield(lua, -2, "made");
        lua_pushvalue(lua, table);
        lua_pushvalue(lua, -2);
        lua_rawset(lua, record);
    } else if (!lua_toboolean(lua, -1)) {
        lua_pop(lua, 1);
        return 0;
    } else {
        lua_getfield(lua, -1, "scan");
        const int been_there = lua_tointeger(lua, -1) == places->scans;
        lua_pop(lua, 1);
        if (been_there) {
            lua_pop(lua, 1);
            return 0;
        }
    }
    lua_pushinteger(lua, places->scans);
    lua_setfield(lua, -2, "scan");
    return 1;
}

/* Notes what is new in the table at the top of the stack, and in those below it. Leaves the stack as it was.
 */
static void scan_table(struct lua_places *places, lua_State *lua, int record, int depth)
{
    const int table = lua_gettop(lua);

    if (depth > MAX_DEPTH || places->entries_left <= 0 || !lua_checkstack(lua, 12) ||
        !push_entry(places, lua, record, table)) {
        return;
    }
    lua_getfield(lua, table + 1, "values");
    lua_getfield(lua, table + 1, "lines");
    lua_pushnil(lua);
    while (lua_next(lua, table)) { /* key at table+4, value at table+5 */
        places->entries_left--;
        lua_pushvalue(lua, table + 4);
        lua_rawget(lua, table + 2);
        if (!lua_rawequal(lua, -1, table + 5)) {
            lua_pushvalue(lua, table + 4);
            lua_pushvalue(lua, table + 5);
            lua_rawset(lua, table + 2);
            lua_pushvalue(lua, table + 4);
            lua_pushinteger(lua, places->last);
            lua_rawset(lua, table + 3);
        }
        lua_pop(lua, 1);
        if (lua_istable(lua, table + 5)) {
            scan_table(places, lua, record, depth + 1);
        }
        lua_settop(lua, table + 4);
    }
    lua_settop(lua, table);
}

static void scan_top(struct lua_places *places, lua_State *lua, int record)
{
    if (lua_istable(lua, -1)) {
        scan_table(places, lua, record, 0);
    }
    lua_pop(lua, 1);
}

/* How many registers a function has; what we push ourselves would count as temporaries of the running one, so
 * this comes before all pushing. */
static int count_registers(lua_State *lua, lua_Debug *frame)
{
    int count = 0;

    while (lua_getlocal(lua, frame, count + 1)) {
        lua_pop(lua, 1);
        count++;
    }
    return count;
}

/* Notes what is new below `platform` and in all registers of `frame` (NULL: none). */
static void scan_all(struct lua_places *places, lua_State *lua, lua_Debug *frame)
{
    const int registers = frame ? count_registers(lua, frame) : 0;

    places->entries_left -= EVENT_COST;
    places->scans++;
    if (!lua_checkstack(lua, 12)) {
        return;
    }
    lua_rawgeti(lua, LUA_REGISTRYINDEX, places->record);
    const int record = lua_gettop(lua);
    lua_pushglobaltable(lua);
    lua_pushliteral(lua, "platform");
    lua_rawget(lua, -2);
    scan_top(places, lua, record);
    lua_pop(lua, 1);
    for (int i = 1; i <= registers; i++) {
        if (lua_getlocal(lua, frame, i)) {
            scan_top(places, lua, record);
        }
    }
    lua_settop(lua, record - 1);
}

/* --- the hook ---------------------------------------------------------------------------------------- */

static void on_event(lua_State *lua, lua_Debug *event);

static void set_hook(const struct lua_places *places, lua_State *lua, int mask)
{
    if (places->sandboxed) {
        lua_sethook(lua, on_event, mask | LUA_MASKCOUNT, LUA_SANDBOX_STEPS_AT_A_TIME);
    } else {
        lua_sethook(lua, mask ? on_event : NULL, mask, 0);
    }
}

/* Steps are counted on. */
static void stop_watching(const struct lua_places *places, lua_State *lua)
{
    set_hook(places, lua, 0);
    lua_gc(lua, LUA_GCRESTART);
}

static void on_event(lua_State *lua, lua_Debug *event)
{
    struct lua_places *places = *(struct lua_places **)lua_getextraspace(lua);
    lua_Debug caller;
    const int has_caller = lua_getstack(lua, 1, &caller);

    switch (event->event) {
    case LUA_HOOKCOUNT:
        lua_sandbox_spend(lua, LUA_SANDBOX_STEPS_AT_A_TIME, 0);
        return;
    case LUA_HOOKLINE:
        scan_all(places, lua, event);
        places->last = place_of_frame(places, lua, event);
        break;
    case LUA_HOOKCALL:
    case LUA_HOOKTAILCALL:
        scan_all(places, lua, has_caller ? &caller : NULL);
        break;
    case LUA_HOOKRET:
        scan_all(places, lua, event);
        if (has_caller) {
            const lua_Integer back = place_of_frame(places, lua, &caller);
            places->last = back ? back : places->last;
        }
        break;
    default:
        break;
    }
    if (places->entries_left <= 0) {
        stop_watching(places, lua);
    }
}

/* --- begin, end -------------------------------------------------------------------------------------- */

/* The global environment, the libraries' tables, the registry and the record: false in the record. */
static void leave_libraries_alone(struct lua_places *places, lua_State *lua)
{
    lua_rawgeti(lua, LUA_REGISTRYINDEX, places->record);
    const int record = lua_gettop(lua);
    leave_alone(lua, record);
    lua_pushvalue(lua, LUA_REGISTRYINDEX);
    leave_alone(lua, record);
    lua_getfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    leave_alone(lua, record);
    lua_pushnil(lua);
    while (lua_next(lua, record + 2)) {
        if (lua_istable(lua, -1)) {
            leave_alone(lua, record);
        }
        lua_pop(lua, 1);
    }
    lua_settop(lua, record - 1);
}

struct lua_places *lua_places_new(lua_State *lua, bool sandboxed)
{
    struct lua_places *places = calloc(1, sizeof(*places));

    if (places) {
        places->main = lua;
        places->sandboxed = sandboxed;
        places->entries_left = MAX_ENTRIES;
    }
    return places;
}

void lua_places_begin(struct lua_places *places)
{
    lua_State *lua = places->main;

    lua_newtable(lua);
    places->record = luaL_ref(lua, LUA_REGISTRYINDEX);
    leave_libraries_alone(places, lua);
    *(struct lua_places **)lua_getextraspace(lua) = places;
    lua_gc(lua, LUA_GCSTOP);
    set_hook(places, lua, LUA_MASKLINE | LUA_MASKCALL | LUA_MASKRET);
}

void lua_places_end(struct lua_places *places)
{
    /* What the last line did; a record cut short gets no place for what it missed. */
    if (lua_gethookmask(places->main) & LUA_MASKLINE) {
        scan_all(places, places->main, NULL);
    }
    lua_sethook(places->main, NULL, 0, 0);
    lua_gc(places->main, LUA_GCRESTART);
}

void lua_places_free(struct lua_places *places)
{
    if (!places) {
        return;
    }
    for (size_t i = 0; i < places->file_count; i++) {
        free(places->files[i]);
    }
    free(places);
}

/* --- what was recorded ------------------------------------------------------------------------------- */

static const char *split_place(const struct lua_places *places, lua_Integer place, int *line)
{
    *line = (int)(place % PLACE_FILE);
    return *line > 0 ? places->files[place / PLACE_FILE] : NULL;
}

const char *lua_places_last(const struct lua_places *places, int *line)
{
    return split_place(places, places->last, line);
}

const char *lua_places_of_table(struct lua_places *places, lua_State *lua, int table, int *line)
{
    const int top = lua_gettop(lua);
    lua_Integer place = 0;

    table = lua_absindex(lua, table);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, places->record);
    lua_pushvalue(lua, table);
    if (lua_rawget(lua, -2) == LUA_TTABLE) {
        lua_getfield(lua, -1, "made");
        place = lua_tointeger(lua, -1);
    }
    lua_settop(lua, top);
    return split_place(places, place, line);
}

const char *lua_places_of_entry(struct lua_places *places, lua_State *lua, int table, int key, int *line)
{
    const int top = lua_gettop(lua);
    lua_Integer place = 0;

    table = lua_absindex(lua, table);
    key = lua_absindex(lua, key);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, places->record);
    lua_pushvalue(lua, table);
    if (lua_rawget(lua, -2) == LUA_TTABLE) {
        lua_getfield(lua, -1, "lines");
        lua_pushvalue(lua, key);
        lua_rawget(lua, -2);
        place = lua_tointeger(lua, -1);
    }
    lua_settop(lua, top);
    return split_place(places, place, line);
}
