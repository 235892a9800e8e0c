/* SPDX-License-Identifier: MIT */
#include "lua_tree.h"
#include "lua_places.h"
#include "lua_sandbox.h"

#include <ctype.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64 };

struct loading {
    lua_State *lua;
    struct lua_sandbox box; /* not limited when the file is trusted */
    bool sandboxed;
    struct lua_places *places;
    const char *path;
    const char *root_name;
    const struct lua_tree_global *globals;
    size_t global_count;
    struct lua_tree *root; /* all that is converted hangs there: an error of Lua's may come at any time */
    size_t nodes;
    bool done; /* all of it; else there is an error, if there was memory for one */
    char *error;
};

__attribute__((format(printf, 4, 5))) static void set_error(struct loading *load, const char *file, int line,
                                                            const char *format, ...)
{
    char what[512], where[32] = "";
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args); /* NOLINT(clang-analyzer-valist.Uninitialized): it is */
    va_end(args);
    if (line > 0) {
        snprintf(where, sizeof(where), ":%d", line);
    }
    const size_t size = strlen(file) + strlen(where) + strlen(what) + 3;
    free(load->error);
    load->error = malloc(size);
    if (load->error) {
        snprintf(load->error, size, "%s%s: %s", file, where, what);
    }
}

/* --- from Lua's tables to the tree ------------------------------------------------------------------- */

static struct lua_tree *tree_new(const char *key, const char *file, int line)
{
    struct lua_tree *node = calloc(1, sizeof(*node));

    if (node) {
        node->key = strdup(key);
        node->file = strdup(file);
        node->line = line;
    }
    if (node && (!node->key || !node->file)) {
        lua_tree_free(node);
        node = NULL;
    }
    return node;
}

void lua_tree_free(struct lua_tree *root)
{
    if (!root) {
        return;
    }
    for (size_t i = 0; i < root->count; i++) {
        lua_tree_free(root->children[i]);
    }
    free(root->children);
    free(root->key);
    free(root->file);
    free(root->string);
    free(root);
}

static bool convert(struct loading *load, int value, const char *key, const char *name,
                    struct lua_tree *parent, int parent_index, int depth);

/* The key at the top of the stack as text; false when it is neither string nor integer. */
static bool key_text(lua_State *lua, int index, char *buffer, size_t size, const char **key)
{
    if (lua_type(lua, index) == LUA_TSTRING) {
        *key = lua_tostring(lua, index);
        return strlen(*key) == lua_rawlen(lua, index);
    }
    if (lua_isinteger(lua, index)) {
        snprintf(buffer, size, LUA_INTEGER_FMT, lua_tointeger(lua, index));
        *key = buffer;
        return true;
    }
    return false;
}

/* Room for twice as many when it is full: large tables are no reason to copy often. */
static bool add_child(struct lua_tree *node, struct lua_tree *child)
{
    if ((node->count & (node->count - 1)) == 0) {
        const size_t room = node->count ? 2 * node->count : 1;
        struct lua_tree **larger = realloc(node->children, room * sizeof(struct lua_tree *));

        if (!larger) {
            return false;
        }
        node->children = larger;
    }
    node->children[node->count++] = child;
    return true;
}

/* Converts the entries of the table at `table`. `name` is its full name. */
static bool convert_entries(struct loading *load, struct lua_tree *node, int table, const char *name,
                            int depth)
{
    lua_State *lua = load->lua;

    lua_pushnil(lua);
    while (lua_next(lua, table)) {
        const int value = lua_gettop(lua);
        char buffer[32], child_name[512];
        const char *key;

        if (!key_text(lua, value - 1, buffer, sizeof(buffer), &key)) {
            set_error(load, node->file, node->line,
                      "%s: a key is a %s%s; keys must be names or whole numbers", name,
                      luaL_typename(lua, value - 1),
                      lua_type(lua, value - 1) == LUA_TSTRING ? " with a zero byte in it" : "");
            return false;
        }
        snprintf(child_name, sizeof(child_name), "%s.%s", name, key);
        if (!convert(load, value, key, child_name, node, table, depth + 1)) {
            return false;
        }
        lua_settop(lua, value - 1);
    }
    return true;
}

/* A table is at the place where its constructor begins, any other value where it was set. */
static const char *find_place(struct loading *load, int value, const struct lua_tree *parent,
                              int parent_index, int *line)
{
    const char *file = NULL;

    *line = 0;
    if (lua_istable(load->lua, value)) {
        file = lua_places_of_table(load->places, load->lua, value, line);
    }
    if (!file && parent) {
        file = lua_places_of_entry(load->places, load->lua, parent_index, value - 1, line);
    }
    if (!file && parent) {
        *line = parent->line;
        file = parent->file;
    }
    return file ? file : load->path;
}

/* Lua gives the beginning of a constructor the line of the token before it. That is the `=` of an entry with
 * a name, but for an element of a list it may be the comma on the line before: there, trust the first entry
 * more. */
static void refine_element_line(struct lua_tree *element)
{
    int first = 0;

    for (size_t i = 0; i < element->count; i++) {
        const struct lua_tree *child = element->children[i];
        if (strcmp(child->file, element->file) == 0 && child->line >= element->line &&
            (first == 0 || child->line < first)) {
            first = child->line;
        }
    }
    if (first > 0) {
        element->line = first;
    }
}

/* A new node below `parent` (NULL: the root). */
static struct lua_tree *add_node(struct loading *load, const char *key, const char *file, int line,
                                 struct lua_tree *parent)
{
    struct lua_tree *node = tree_new(key, file, line);

    if (!node) {
        return NULL;
    }
    if (!parent) {
        load->root = node;
    } else if (!add_child(parent, node)) {
        lua_tree_free(node);
        return NULL;
    }
    return node;
}

static bool copy_string(struct loading *load, struct lua_tree *node, int value, const char *name)
{
    size_t length;
    const char *string = lua_tolstring(load->lua, value, &length);

    if (strlen(string) != length) {
        set_error(load, node->file, node->line, "%s: is a string with a zero byte in it", name);
        return false;
    }
    node->string = strdup(string);
    if (!node->string) {
        set_error(load, load->path, 0, "out of memory");
    }
    return node->string != NULL;
}

/* Adds the value at `value` (its key below it, when it has a parent) as a node below `parent`; false with
 * load->error set. */
static bool convert(struct loading *load, int value, const char *key, const char *name,
                    struct lua_tree *parent, int parent_index, int depth)
{
    lua_State *lua = load->lua;
    int line;
    const char *file = find_place(load, value, parent, parent_index, &line);

    if (depth > MAX_DEPTH || !lua_checkstack(lua, 8)) {
        set_error(load, file, line, "%.100s...: tables nest deeper than %d levels; does one contain itself?",
                  name, MAX_DEPTH);
        return false;
    }
    if (load->nodes++ == LUA_TREE_MAX) {
        set_error(load, file, line, "%.100s: there are more than %d values; is one table in many others?",
                  name, LUA_TREE_MAX);
        return false;
    }
    struct lua_tree *node = add_node(load, key, file, line, parent);
    if (!node) {
        set_error(load, load->path, 0, "out of memory");
        return false;
    }
    switch (lua_type(lua, value)) {
    case LUA_TTABLE:
        node->type = LUA_TREE_TABLE;
        if (!convert_entries(load, node, value, name, depth)) {
            return false;
        }
        if (parent && lua_isinteger(lua, value - 1)) {
            refine_element_line(node);
        }
        return true;
    case LUA_TBOOLEAN:
        node->type = LUA_TREE_BOOLEAN;
        node->boolean = lua_toboolean(lua, value);
        return true;
    case LUA_TNUMBER:
        node->type = lua_isinteger(lua, value) ? LUA_TREE_INTEGER : LUA_TREE_NUMBER;
        node->integer = lua_isinteger(lua, value) ? lua_tointeger(lua, value) : 0;
        node->number = lua_tonumber(lua, value);
        return true;
    case LUA_TSTRING:
        node->type = LUA_TREE_STRING;
        return copy_string(load, node, value, name);
    default:
        set_error(load, file, line, "%s: is a %s; it must be a boolean, number, string or table", name,
                  luaL_typename(lua, value));
        return false;
    }
}

/* --- running the file -------------------------------------------------------------------------------- */

/* What Lua says then has no place: it may be any instruction. */
static void set_memory_error(struct loading *load)
{
    int line = 0;
    const char *file = load->places ? lua_places_last(load->places, &line) : NULL;

    set_error(load, file ? file : load->path, line, "%s",
              load->box.excess ? load->box.excess : "out of memory");
}

/* Lua shortens long file names in its messages to "...end-of-name": gives the whole name back. */
static void set_lua_error(struct loading *load, int status)
{
    const bool is_text = lua_type(load->lua, -1) == LUA_TSTRING;
    const char *message = is_text ? lua_tostring(load->lua, -1) : NULL;
    const char *colon = message ? strchr(message, ':') : NULL;

    if (status == LUA_ERRMEM) {
        set_memory_error(load);
        return;
    }
    if (!message) {
        set_error(load, load->path, 0, "the file raised an error that is a %s", luaL_typename(load->lua, -1));
        return;
    }
    if (strncmp(message, "...", 3) == 0 && colon && isdigit((unsigned char)colon[1])) {
        const size_t tail = (size_t)(colon - message) - 3;
        const size_t whole = strlen(load->path);
        if (tail <= whole && strncmp(load->path + whole - tail, message + 3, tail) == 0) {
            char *rest;
            const int line = (int)strtol(colon + 1, &rest, 10);
            set_error(load, load->path, line, "%s", rest + strspn(rest, ": "));
            return;
        }
    }
    if (colon &&
        (isdigit((unsigned char)colon[1]) || strncmp(message, load->path, strlen(load->path)) == 0)) {
        free(load->error);
        load->error = strdup(message);
    } else {
        set_error(load, load->path, 0, "%s", message);
    }
}

static void keep_one_line(char *text)
{
    for (; text && *text; text++) {
        if (*text == '\n') {
            *text = ' ';
        }
    }
}

static void push_directory(lua_State *lua, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash) {
        lua_pushliteral(lua, ".");
    } else {
        lua_pushlstring(lua, path, slash == path ? 1 : (size_t)(slash - path));
    }
}

/* The libraries; require() from the file's directory, whose name is at the top of the stack. */
static void open_libraries(const struct loading *load)
{
    lua_State *lua = load->lua;

    if (load->sandboxed) {
        lua_sandbox_open(lua, lua_tostring(lua, -1));
        return;
    }
    luaL_openlibs(lua);
    lua_getglobal(lua, "package");
    lua_getfield(lua, -1, "path");
    lua_pushfstring(lua, "%s/?.lua;%s", lua_tostring(lua, -3), lua_tostring(lua, -1));
    lua_setfield(lua, -3, "path");
    lua_pop(lua, 2);
}

static void set_globals(lua_State *lua, const struct lua_tree_global *globals, size_t count)
{
    for (const struct lua_tree_global *each = globals; each < globals + count; each++) {
        if (!each->table) {
            lua_pushstring(lua, each->value);
            lua_setglobal(lua, each->name);
            continue;
        }
        if (lua_getglobal(lua, each->table) != LUA_TTABLE) {
            lua_pop(lua, 1);
            lua_newtable(lua);
            lua_pushvalue(lua, -1);
            lua_setglobal(lua, each->table);
        }
        if (each->name) {
            lua_pushstring(lua, each->value);
            lua_setfield(lua, -2, each->name);
        }
        lua_pop(lua, 1);
    }
}

/* GET(name): what the command line gave for that name, a string, or nil; files for other programs ask so. */
static int get_parameter(lua_State *lua)
{
    const char *name = luaL_checkstring(lua, 1);

    if (lua_getglobal(lua, "param") == LUA_TTABLE) {
        lua_getfield(lua, -1, name);
    } else {
        lua_pushnil(lua);
    }
    return 1;
}

/* What stands in the file; false with load->error set. */
static bool load_file(struct loading *load)
{
    const int loaded = luaL_loadfilex(load->lua, load->path, "t");

    if (loaded == LUA_ERRFILE) {
        const char *reason = strrchr(lua_tostring(load->lua, -1), ':');
        set_error(load, load->path, 0, "cannot read the platform file%s", reason ? reason : "");
    } else if (loaded != LUA_OK) {
        set_lua_error(load, loaded);
    }
    return loaded == LUA_OK;
}

/* Runs what is at the top of the stack, and converts the table; failures are in load->error. */
static void run_file(struct loading *load)
{
    lua_State *lua = load->lua;

    load->places = lua_places_new(lua, load->sandboxed);
    if (!load->places) {
        set_error(load, load->path, 0, "out of memory");
        return;
    }
    lua_places_begin(load->places);
    const int status = lua_pcall(lua, 0, 0, 0);
    if (status != LUA_OK) {
        set_lua_error(load, status);
        return;
    }
    lua_places_end(load->places);
    lua_pushglobaltable(lua);
    lua_pushstring(lua, load->root_name);
    if (lua_rawget(lua, -2) != LUA_TTABLE) {
        set_error(load, load->path, 0,
                  "the file sets no table '%s'; it must fill the global table '%s' with the modules",
                  load->root_name, load->root_name);
        return;
    }
    load->done = convert(load, lua_gettop(lua), load->root_name, load->root_name, NULL, 0, 0);
}

/* All that may raise an error of Lua's, as a function of its own: there is somebody to catch it. */
static int protected_run(lua_State *lua)
{
    struct loading *load = lua_touserdata(lua, 1);

    push_directory(lua, load->path);
    open_libraries(load);
    lua_setglobal(lua, "conf_dir");
    set_globals(lua, load->globals, load->global_count);
    lua_register(lua, "GET", get_parameter);
    if (load_file(load)) {
        run_file(load);
    }
    return 0;
}

static void run(struct loading *load)
{
    lua_pushcfunction(load->lua, protected_run);
    lua_pushlightuserdata(load->lua, load);
    const int status = lua_pcall(load->lua, 1, 0, 0);
    if (status != LUA_OK) {
        set_lua_error(load, status);
    }
}

int lua_tree_load(const char *path, const char *root_name, const struct lua_tree_global *globals,
                  size_t count, const struct lua_sandbox_limits *limits, struct lua_tree **root, char **error)
{
    struct loading load = {.path = path,
                           .box = {.begin = clock()},
                           .sandboxed = limits != NULL,
                           .root_name = root_name,
                           .globals = globals,
                           .global_count = count};

    if (limits) {
        load.box.limits = *limits;
    }
    load.lua = lua_newstate(lua_sandbox_alloc, &load.box);
    if (load.lua) {
        run(&load);
        lua_close(load.lua);
    } else {
        set_error(&load, path, 0, "%s", load.box.excess ? load.box.excess : "out of memory");
    }
    lua_places_free(load.places);
    keep_one_line(load.error);
    *error = load.error;
    *root = load.done ? load.root : NULL;
    if (!load.done) {
        lua_tree_free(load.root);
    }
    return load.done ? 0 : -1;
}
