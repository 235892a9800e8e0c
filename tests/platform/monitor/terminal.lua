-- SPDX-License-Identifier: MIT
--
-- A guest that writes platform.text, and then platform.again for ever (if that is empty, it executes a loop): for the
-- line at the bottom of the terminal.

local RESET = 0x40000000
local UART = 0x09000000

local function given(name)
    local text = param["platform." .. name] or ""
    return (text:gsub("\\n", "\n"):gsub("\\e", "\27"))
end

-- A text as little-endian words, with a zero behind it.
local function words_of(text)
    local words = {}
    for i = 1, #text + 1, 4 do
        local word = 0
        for k = 0, 3 do word = word | (text:byte(i + k) or 0) << (8 * k) end
        words[#words + 1] = word
    end
    return words
end

local once, again = words_of(given("text")), words_of(given("again"))
local words = {
    0x58000140, --  0        ldr x0, uart
    0x10000161, --  1        adr x1, once
    0x38401422, --  2 next:  ldrb w2, [x1], #1
    0x34000062, --  3        cbz w2, over
    0xb9000002, --  4        str w2, [x0]
    0x17fffffd, --  5        b next
    0x10000001 | (6 + #once) << 5, --  6 over: adr x1, again
    0x39400022, --  7        ldrb w2, [x1]
    0x34000002, --  8        cbz w2, .
    0x17fffff9, --  9        b next
    UART, 0,    -- 10 uart:
                -- 12 once:, again:
}
for _, text in ipairs { once, again } do
    for _, word in ipairs(text) do words[#words + 1] = word end
end

platform = {
    moduletype = "Container",
    parameters = {
        text = "what the guest writes first; \\n and \\e are a new line and an escape",
        again = "what it writes then, for ever",
    },
    idle = "warp",
    router = { moduletype = "router" },
    ram = {
        moduletype = "gs_memory",
        target_socket = { address = RESET, size = 0x100000, bind = "&router.initiator_socket" },
    },
    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { data = words, address = RESET },
    },
    qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
    qemu_inst = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } },
    uart = {
        moduletype = "Pl011",
        target_socket = { address = UART, size = 0x1000, bind = "&router.initiator_socket" },
        backend_socket = { bind = "&console.biflow_socket" },
    },
    console = { moduletype = "char_backend_stdio" },
    cpu_0 = {
        moduletype = "cpu_arm_cortexA53",
        args = { "&qemu_inst" },
        mem = { bind = "&router.target_socket" },
        rvbar = RESET,
        has_el2 = false,
        has_el3 = false,
    },
}
