/* SPDX-License-Identifier: MIT
 *
 * What core_abi_test.lua needs of the core, as a Lua module:
 *
 *   core = timekeeper.new(quantum_ps)     a core without vCPUs that is not frozen, with one source of timers
 *   core:METHOD(...)                      tk_METHOD(); an error of it is an error in Lua
 *
 * Times are Lua integers, ps. They have 64 bits with a sign: all but TK_NEVER stay below 2^63 here.
 */
#include <lauxlib.h>
#include <lua.h>
#include <timekeeper/timekeeper.h>

#define CORE "timekeeper.core"

struct box {
    tk_core *core; /* NULL until it is made */
    unsigned timer;
};

int luaopen_timekeeper(lua_State *lua);

static void check(lua_State *lua, int error)
{
    if (error != TK_OK) {
        luaL_error(lua, "%s", tk_strerror(error));
    }
}

static struct box *box_of(lua_State *lua)
{
    return luaL_checkudata(lua, 1, CORE);
}

static tk_core *core_of(lua_State *lua)
{
    return box_of(lua)->core;
}

static uint64_t number(lua_State *lua, int argument)
{
    return (uint64_t)luaL_checkinteger(lua, argument);
}

static unsigned index_of(lua_State *lua)
{
    return (unsigned)luaL_checkinteger(lua, 2);
}

static int push_number(lua_State *lua, uint64_t value)
{
    lua_pushinteger(lua, (lua_Integer)value);
    return 1;
}

static int make(lua_State *lua)
{
    const tk_config config = {.quantum_ps = number(lua, 1), .reports = 1};
    struct box *box = lua_newuserdatauv(lua, sizeof(*box), 0);

    box->core = NULL;
    luaL_setmetatable(lua, CORE);
    check(lua, tk_new(&config, &box->core));
    check(lua, tk_window_set(box->core, TK_NEVER));
    check(lua, tk_source_add(box->core, &box->timer));
    check(lua, tk_freeze(box->core, false));
    return 1;
}

static int destroy(lua_State *lua)
{
    tk_free(core_of(lua));
    box_of(lua)->core = NULL;
    return 0;
}

static int vcpu_add(lua_State *lua)
{
    unsigned index;

    check(lua, tk_vcpu_add(core_of(lua), number(lua, 2), &index));
    return push_number(lua, index);
}

static int vcpu_resume(lua_State *lua)
{
    check(lua, tk_vcpu_resume(core_of(lua), index_of(lua), 0));
    return 0;
}

static int vcpu_idle(lua_State *lua)
{
    check(lua, tk_vcpu_idle(core_of(lua), index_of(lua)));
    return 0;
}

static int vcpu_budget(lua_State *lua)
{
    return push_number(lua, tk_vcpu_budget(core_of(lua), index_of(lua)));
}

static int vcpu_report(lua_State *lua)
{
    check(lua, tk_vcpu_report(core_of(lua), index_of(lua), number(lua, 3)));
    return 0;
}

/* instructions, local_ps, idle_ps, paused for a timer */
static int vcpu_get(lua_State *lua)
{
    tk_vcpu_info info;

    check(lua, tk_vcpu_get(core_of(lua), index_of(lua), &info));
    push_number(lua, info.instructions);
    push_number(lua, info.local_ps);
    push_number(lua, info.idle_ps);
    lua_pushboolean(lua, info.pause == TK_PAUSE_DEADLINE);
    return 4;
}

static int deadline_set(lua_State *lua)
{
    check(lua, tk_deadline_set(core_of(lua), box_of(lua)->timer, number(lua, 2)));
    return 0;
}

/* Whether the timer is due, once for each time: of tk_effects_take() */
static int timer_is_due(lua_State *lua)
{
    tk_effects effects;
    const bool any = tk_effects_take(core_of(lua), &effects);

    lua_pushboolean(lua, any && (effects.timers[0] >> box_of(lua)->timer & 1));
    return 1;
}

static int all_idle(lua_State *lua)
{
    lua_pushboolean(lua, tk_all_idle(core_of(lua)));
    return 1;
}

static int idle_advance(lua_State *lua)
{
    check(lua, tk_idle_advance(core_of(lua), number(lua, 2)));
    return 0;
}

static int global_time(lua_State *lua)
{
    return push_number(lua, tk_global_time(core_of(lua)));
}

static int holder(lua_State *lua)
{
    lua_pushinteger(lua, tk_holder(core_of(lua)));
    return 1;
}

int luaopen_timekeeper(lua_State *lua)
{
    static const luaL_Reg methods[] = {{"vcpu_add", vcpu_add},
                                       {"vcpu_resume", vcpu_resume},
                                       {"vcpu_idle", vcpu_idle},
                                       {"vcpu_budget", vcpu_budget},
                                       {"vcpu_report", vcpu_report},
                                       {"vcpu_get", vcpu_get},
                                       {"deadline_set", deadline_set},
                                       {"timer_is_due", timer_is_due},
                                       {"all_idle", all_idle},
                                       {"idle_advance", idle_advance},
                                       {"global_time", global_time},
                                       {"holder", holder},
                                       {"__gc", destroy},
                                       {NULL, NULL}};
    static const luaL_Reg functions[] = {{"new", make}, {NULL, NULL}};

    luaL_newmetatable(lua, CORE);
    luaL_setfuncs(lua, methods, 0);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -2, "__index");
    luaL_newlib(lua, functions);
    return 1;
}
