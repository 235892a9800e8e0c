/* SPDX-License-Identifier: MIT
 *
 * Bytes -> a platform file -> a tree. Either there is a tree that is whole, or one line that begins with the
 * file's name says what is wrong.
 *
 * The first byte says how: even, the rest is the file's text, and runs in a sandbox with tight limits; odd,
 * the rest is turned into statements that build tables of anything (cycles, other types, odd keys), which run
 * as a trusted file does.
 */
#include "fuzz.h"

#include "lua_tree.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct lua_sandbox_limits tight = {
    .memory = 1 << 20, .string = 1 << 12, .steps = 20000, .processor_seconds = 5};

static size_t check_tree(const struct lua_tree *node, int depth)
{
    size_t nodes = 1;

    REQUIRE(node && node->key && node->file && node->line >= 0 && depth <= 64);
    REQUIRE((node->type == LUA_TREE_STRING) == (node->string != NULL));
    REQUIRE(node->type == LUA_TREE_TABLE || node->count == 0);
    for (size_t i = 0; i < node->count; i++) {
        nodes += check_tree(node->children[i], depth + 1);
    }
    return nodes;
}

static void load(const char *path, const struct lua_sandbox_limits *limits)
{
    const struct lua_tree_global globals[] = {{NULL, "firmware_dir", "/firmware"},
                                              {"param", "platform.a", "1"}};
    struct lua_tree *root = NULL;
    char *error = NULL;

    if (lua_tree_load(path, "platform", globals, 2, limits, &root, &error) == 0) {
        REQUIRE(!error && check_tree(root, 0) <= LUA_TREE_MAX);
        lua_tree_free(root);
    } else {
        REQUIRE(error && !root);
        REQUIRE(strchr(error, '\n') == NULL);
        free(error);
    }
}

/* --- statements about tables -------------------------------------------------------------------------- */

static const char *const values[] = {"t[0]",
                                     "t[1]",
                                     "t[2]",
                                     "t[3]",
                                     "nil",
                                     "true",
                                     "false",
                                     "0",
                                     "-1",
                                     "0xffffffffffffffff",
                                     "1e308 * 10",
                                     "0.0 / 0.0",
                                     "'text'",
                                     "'&a.b'",
                                     "'a\\0b'",
                                     "'\\n'",
                                     "print",
                                     "io.stdout",
                                     "{}",
                                     "{ {}, {}, {} }",
                                     "setmetatable({}, { __index = t, __pairs = error })",
                                     "function() end",
                                     "coroutine.create(print)",
                                     "string.rep('x', 5000)",
                                     "{ t[0], t[0], t[1] }",
                                     "math.mininteger",
                                     "platform",
                                     "_G",
                                     "2^53",
                                     "''"};
static const char *const keys[] = {"'a'",
                                   "1",
                                   "2",
                                   "-1",
                                   "0.5",
                                   "true",
                                   "t[0]",
                                   "'moduletype'",
                                   "'a\\0b'",
                                   "print",
                                   "'bind'",
                                   "'x.y'",
                                   "math.maxinteger",
                                   "'a b'",
                                   "'\\n'",
                                   "''"};

static void write_statements(FILE *file, const uint8_t *data, size_t size)
{
    fputs("platform = {}\nlocal t = { [0] = platform, {}, {}, {} }\n", file);
    for (size_t i = 0; i + 3 <= size; i += 3) {
        fprintf(file, "t[%u][%s] = %s%c", data[i] % 4, keys[data[i + 1] % (sizeof(keys) / sizeof(*keys))],
                values[data[i + 2] % (sizeof(values) / sizeof(*values))], data[i] & 4 ? '\n' : ' ');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int memory = memfd_create("p.lua", 0);
    FILE *file = memory >= 0 ? fdopen(memory, "w") : NULL;
    char path[64];

    REQUIRE(file);
    if (size > 0 && data[0] % 2 == 0) {
        REQUIRE(fwrite(data + 1, 1, size - 1, file) == size - 1);
    } else {
        write_statements(file, data + (size > 0), size - (size > 0));
    }
    REQUIRE(fflush(file) == 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
    load(path, size > 0 && data[0] % 2 == 0 ? &tight : NULL);
    fclose(file);
    return 0;
}
