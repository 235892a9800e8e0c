-- SPDX-License-Identifier: MIT
--
-- The C ABI of the core from Lua, through the binding timekeeper_lua.c. README.md has the times.
local timekeeper = require "timekeeper"

local US = 1000 * 1000 -- ps

local function expect(what, value, expected)
    if value ~= expected then
        error(("%s: %s, expected is %s"):format(what, value, expected), 2)
    end
end

local function expect_error(text, call, ...)
    local good, message = pcall(call, ...)
    expect("an error of " .. text, not good and message:find(text, 1, true) ~= nil, true)
end

-- Executes what it may of left[index]; asleep when nothing is left.
local function execute(core, left, index)
    local n = left[index] > 0 and math.min(left[index], core:vcpu_budget(index)) or 0
    if n == 0 then
        return
    end
    core:vcpu_report(index, n)
    left[index] = left[index] - n
    if left[index] == 0 then
        core:vcpu_idle(index)
    end
end

local function expect_vcpu(core, index, instructions, local_ps, idle_ps)
    local is = { core:vcpu_get(index) }
    expect("instructions of " .. index, is[1], instructions)
    expect("local time of " .. index, is[2], local_ps)
    expect("time asleep of " .. index, is[3], idle_ps)
end

local function two_vcpus_and_a_timer()
    local core = timekeeper.new(1000 * US)
    local fast, slow = core:vcpu_add(1000000000), core:vcpu_add(400000000)
    local left = { [fast] = 3000000, [slow] = 600000 }
    local due = 0

    core:vcpu_resume(fast)
    core:vcpu_resume(slow)
    core:deadline_set(2500 * US)
    while not core:all_idle() or due == 0 do
        execute(core, left, fast)
        execute(core, left, slow)
        if core:timer_is_due() then
            due = due + 1
            expect("the timer", core:global_time(), 2500 * US)
            expect("the fast one's budget", core:vcpu_budget(fast), 0)
            expect("it waits for the timer", select(4, core:vcpu_get(fast)), true)
            expect_vcpu(core, slow, 600000, 1500 * US, 0)
            left[slow] = 400000
            core:vcpu_resume(slow)
            core:deadline_set(10000 * US)
        end
    end
    expect("timers", due, 1)
    expect("all are asleep", core:global_time(), 3500 * US)
    expect("the token's holder", core:holder(), -1)
    expect_vcpu(core, fast, 3000000, 3000 * US, 0)
    expect_vcpu(core, slow, 1000000, 3500 * US, 1000 * US)

    core:idle_advance(50000 * US)
    expect("the next timer is due", core:timer_is_due(), true)
    expect("and time has gone no further", core:global_time(), 10000 * US)
end

local function errors_are_lua_errors()
    expect_error("invalid argument", timekeeper.new, 0)
    local core = timekeeper.new(1000 * US)
    expect_error("invalid argument", core.vcpu_add, core, 0)
    expect_error("invalid argument", core.vcpu_resume, core, 7)
    core:vcpu_resume(core:vcpu_add(1000))
    expect_error("not possible in this state", core.idle_advance, core, US)
    expect("time", core:global_time(), 0)
end

two_vcpus_and_a_timer()
errors_are_lua_errors()
