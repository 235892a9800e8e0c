/* SPDX-License-Identifier: MIT */
#include "lua_sandbox.h"

#include <errno.h>
#include <lauxlib.h>
#include <limits.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

const struct lua_sandbox_limits lua_sandbox_defaults = {.memory = (size_t)64 << 20,
                                                        .string = (size_t)16 << 10,
                                                        .steps = UINT64_C(10000000),
                                                        .processor_seconds = 10};

/* What a step of a pattern costs: it is shorter than one of Lua's machine. */
enum { PATTERN_STEPS_PER_STEP = 64 };

/* --- limits ------------------------------------------------------------------------------------------- */

static bool fits(struct lua_sandbox *box, bool is_string, size_t old_size, size_t size)
{
    if (is_string && box->limits.string && size > box->limits.string) {
        box->excess = "a string is longer than the sandbox allows";
        return false;
    }
    if (box->limits.memory && size > old_size && size - old_size > box->limits.memory - box->memory) {
        box->excess = "it needs more memory than the sandbox allows";
        return false;
    }
    return true;
}

void *lua_sandbox_alloc(void *opaque, void *block, size_t old_size, size_t size)
{
    struct lua_sandbox *box = opaque;
    /* Without a block, the old size says what the new one is for. */
    const bool is_string = !block && old_size == LUA_TSTRING;
    const size_t had = block ? old_size : 0;

    if (size == 0) {
        free(block);
        box->memory -= had;
        return NULL;
    }
    if (!fits(box, is_string, had, size)) {
        return NULL;
    }
    void *larger = realloc(block, size);
    if (larger) {
        box->memory += size - had;
    }
    return larger;
}

static struct lua_sandbox *sandbox_of(lua_State *lua)
{
    void *opaque;

    lua_getallocf(lua, &opaque);
    return opaque;
}

void lua_sandbox_spend(lua_State *lua, uint64_t steps, int level)
{
    struct lua_sandbox *box = sandbox_of(lua);

    box->steps = steps > UINT64_MAX - box->steps ? UINT64_MAX : box->steps + steps;
    if (box->limits.steps && box->steps > box->limits.steps) {
        box->excess = "it takes more steps than the sandbox allows";
    } else if (box->limits.processor_seconds &&
               (clock() - box->begin) / CLOCKS_PER_SEC >= box->limits.processor_seconds) {
        box->excess = "it takes more processor time than the sandbox allows";
    } else {
        return;
    }
    /* From here on each instruction raises it again, so that no pcall() goes on after it. */
    if (lua_gethook(lua)) {
        lua_sethook(lua, lua_gethook(lua), LUA_MASKCOUNT, 1);
    }
    luaL_where(lua, level);
    lua_pushstring(lua, box->excess);
    lua_concat(lua, 2);
    lua_error(lua);
}

/* --- functions that pay first ------------------------------------------------------------------------- */

static uint64_t times(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* The end of the set that begins at `at`, after its '['. */
static const char *end_of_set(const char *at, const char *end)
{
    at += at < end && *at == '^';
    do { /* a ']' that comes first is one of the set */
        at += at < end && *at == '%' ? 2 : 1;
    } while (at < end && *at != ']');
    return at;
}

/* How many steps a match may take: each repetition may try as many lengths as there are bytes, for each way
 * that those before it went, from each place on. */
static uint64_t cost_of_pattern(size_t subject, const char *pattern, size_t length, bool anywhere)
{
    const char *const end = pattern + length;
    uint64_t cost = anywhere || length == 0 || *pattern != '^' ? subject + 1 : 1;

    for (const char *at = pattern; at < end; at++) {
        switch (*at) {
        case '%': /* %b and %1 go through the subject, too */
            at++;
            cost = at < end && (*at == 'b' || (*at >= '0' && *at <= '9')) ? times(cost, subject + 1) : cost;
            break;
        case '[':
            at = end_of_set(at + 1, end);
            break;
        case '*':
        case '+':
        case '-':
            cost = times(cost, subject + 1);
            break;
        case '?':
            cost = times(cost, 2);
            break;
        default:
            break;
        }
    }
    return times(cost, length + 1);
}

static int call_original(lua_State *lua)
{
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
    return lua_gettop(lua);
}

static int match(lua_State *lua, bool anywhere)
{
    size_t subject, length;

    luaL_checklstring(lua, 1, &subject);
    const char *pattern = luaL_checklstring(lua, 2, &length);
    const uint64_t cost = cost_of_pattern(subject, pattern, length, anywhere);
    lua_sandbox_spend(lua, cost / PATTERN_STEPS_PER_STEP, 1);
    return call_original(lua);
}

/* string.find, match, gsub */
static int with_pattern(lua_State *lua)
{
    return match(lua, false);
}

/* string.gmatch: ^ is no anchor */
static int with_pattern_anywhere(lua_State *lua)
{
    return match(lua, true);
}

/* string.rep */
static int with_count(lua_State *lua)
{
    const lua_Integer count = luaL_checkinteger(lua, 2);

    lua_sandbox_spend(lua, count > 0 ? (uint64_t)count : 0, 1);
    return call_original(lua);
}

/* table.concat, insert, remove, sort */
static int with_table(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    if (luaL_getmetafield(lua, 1, "__len") != LUA_TNIL) {
        return luaL_error(lua, "a table with __len is not for this function in the sandbox");
    }
    lua_sandbox_spend(lua, times(lua_rawlen(lua, 1), 8), 1);
    return call_original(lua);
}

/* table.unpack */
static int with_range(lua_State *lua)
{
    const lua_Integer first = luaL_optinteger(lua, 2, 1);
    const lua_Integer last = lua_isnoneornil(lua, 3) ? luaL_len(lua, 1) : luaL_checkinteger(lua, 3);

    lua_sandbox_spend(lua, last > first ? (uint64_t)last - (uint64_t)first : 0, 1);
    return call_original(lua);
}

/* setmetatable: what __gc runs, runs without hooks. */
static int without_finalizer(lua_State *lua)
{
    if (lua_istable(lua, 2)) {
        lua_pushliteral(lua, "__gc");
        if (lua_rawget(lua, 2) != LUA_TNIL) {
            return luaL_error(lua, "a metatable with __gc is not for the sandbox");
        }
        lua_pop(lua, 1);
    }
    return call_original(lua);
}

/* --- other files -------------------------------------------------------------------------------------- */

/* Pushes what the file is, as a function; or raises an error. Upvalue 1 is the folder below which it must be.
 */
static int load_own_file(lua_State *lua, const char *file)
{
    const char *below = lua_tostring(lua, lua_upvalueindex(1));
    char found[PATH_MAX], folder[PATH_MAX];
    struct stat status;

    if (!realpath(below, folder) || !realpath(file, found)) {
        return luaL_error(lua, "cannot read %s: %s", file, strerror(errno));
    }
    const size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    if (strncmp(found, folder, length) != 0 || found[length] != '/') {
        return luaL_error(lua, "%s is not for the sandbox: it is not below %s", file, below);
    }
    if (stat(found, &status) != 0 || !S_ISREG(status.st_mode)) {
        return luaL_error(lua, "%s is no file", file);
    }
    if (luaL_loadfilex(lua, file, "t") != LUA_OK) {
        return lua_error(lua);
    }
    return 1;
}

static int run_own_file(lua_State *lua)
{
    const char *file = luaL_checkstring(lua, 1);

    lua_settop(lua, 1);
    load_own_file(lua, file);
    lua_call(lua, 0, LUA_MULTRET);
    return lua_gettop(lua) - 1;
}

/* require: upvalue 2 is the table of what is loaded. */
static int require_own_file(lua_State *lua)
{
    const char *name = luaL_checkstring(lua, 1);

    lua_settop(lua, 1);
    lua_pushvalue(lua, 1);
    if (lua_rawget(lua, lua_upvalueindex(2)) != LUA_TNIL) {
        return 1;
    }
    lua_pushfstring(lua, "%s/%s.lua", lua_tostring(lua, lua_upvalueindex(1)), luaL_gsub(lua, name, ".", "/"));
    load_own_file(lua, lua_tostring(lua, -1));
    lua_call(lua, 0, 1);
    if (lua_isnil(lua, -1)) {
        lua_pushboolean(lua, 1);
    }
    lua_pushvalue(lua, 1);
    lua_pushvalue(lua, -2);
    lua_rawset(lua, lua_upvalueindex(2));
    return 1;
}

/* --- what there is ------------------------------------------------------------------------------------ */

/* `pays` NULL: as it is. */
struct allowed {
    const char *name;
    lua_CFunction pays;
};

static const struct allowed base[] = {
    {"assert", NULL}, {"error", NULL},    {"getmetatable", NULL}, {"ipairs", NULL},   {"next", NULL},
    {"pairs", NULL},  {"pcall", NULL},    {"rawequal", NULL},     {"rawget", NULL},   {"rawlen", NULL},
    {"rawset", NULL}, {"select", NULL},   {"tonumber", NULL},     {"tostring", NULL}, {"type", NULL},
    {"_G", NULL},     {"_VERSION", NULL}, {"math", NULL},         {"string", NULL},   {"table", NULL},
    {NULL, NULL},
};
static const struct allowed string[] = {
    {"byte", NULL},
    {"char", NULL},
    {"find", with_pattern},
    {"format", NULL},
    {"gmatch", with_pattern_anywhere},
    {"gsub", with_pattern},
    {"len", NULL},
    {"lower", NULL},
    {"match", with_pattern},
    {"rep", with_count},
    {"reverse", NULL},
    {"sub", NULL},
    {"upper", NULL},
    {NULL, NULL},
};
static const struct allowed table[] = {
    {"concat", with_table}, {"insert", with_table}, {"pack", NULL}, {"remove", with_table},
    {"sort", with_table},   {"unpack", with_range}, {NULL, NULL},
};
static const struct allowed metatables[] = {{"setmetatable", without_finalizer}, {NULL, NULL}};

static const struct allowed *find_allowed(const struct allowed *list, const char *name)
{
    while (list->name && strcmp(list->name, name) != 0) {
        list++;
    }
    return list->name ? list : NULL;
}

/* Takes out of the table at the top of the stack what is not in `list`, and has the rest pay. */
static void restrict_to(lua_State *lua, const struct allowed *list, const struct allowed *more)
{
    const int library = lua_gettop(lua);

    lua_pushnil(lua);
    while (lua_next(lua, library)) {
        const char *name = lua_tostring(lua, library + 1);
        const struct allowed *found = find_allowed(list, name);

        found = found ? found : find_allowed(more, name);
        lua_pushvalue(lua, library + 1);
        if (!found) {
            lua_pushnil(lua);
        } else {
            lua_pushvalue(lua, library + 2);
            if (found->pays) {
                lua_pushcclosure(lua, found->pays, 1);
            }
        }
        lua_rawset(lua, library);
        lua_settop(lua, library + 1);
    }
}

static void open_restricted(lua_State *lua, const char *name, lua_CFunction open, const struct allowed *list)
{
    static const struct allowed none[] = {{NULL, NULL}};

    luaL_requiref(lua, name, open, 1);
    if (list) {
        restrict_to(lua, list, none);
    }
    lua_pop(lua, 1);
}

void lua_sandbox_open(lua_State *lua, const char *folder)
{
    open_restricted(lua, LUA_MATHLIBNAME, luaopen_math, NULL);
    /* It makes the metatable of all strings, whose __index is the library's table: that one is restricted. */
    open_restricted(lua, LUA_STRLIBNAME, luaopen_string, string);
    open_restricted(lua, LUA_TABLIBNAME, luaopen_table, table);
    luaL_requiref(lua, LUA_GNAME, luaopen_base, 1);
    restrict_to(lua, base, metatables);
    lua_pop(lua, 1);
    lua_pushstring(lua, folder);
    lua_pushcclosure(lua, run_own_file, 1);
    lua_setglobal(lua, "dofile");
    lua_pushstring(lua, folder);
    lua_newtable(lua);
    lua_pushcclosure(lua, require_own_file, 2);
    lua_setglobal(lua, "require");
}
