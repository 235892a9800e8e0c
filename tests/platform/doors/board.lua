-- SPDX-License-Identifier: MIT
--
-- board { program = "strict", cpus = 2, memory = { moduletype = ... }, front = { moduletype = ... }, back = ... }:
-- RAM, the exiter, and `memory` at 0x0b000000, behind a router. `front` is a bus between the CPUs and the router (one
-- CPU only), `back` one between the router and the memory. `writer`: an initiator of a user's, to a pl061 of QEMU's. `lt`: one with a
-- quantum keeper, to the memory.

local function target(address, size, more)
    local window = more or {}
    window.address, window.size, window.bind = address, size, "&router.initiator_socket"
    return window
end

local function user(spec)
    local own = { plain_bus = true, slow_bus = true, strict_memory = true, moving_memory = true, observer = true,
                  early_writer = true, lt_initiator = true }
    if own[spec.moduletype] then spec.dylib_path = models end
    return spec
end

function board(spec)
    local p = {
        moduletype = "Container",
        quantum_ns = spec.quantum_ns or 100000,
        idle = "warp",
        mode = spec.mode,
        router = { moduletype = "router" },
        ram = { moduletype = "gs_memory", target_socket = target(0x40000000, 0x08000000) },
        loader = {
            moduletype = "loader",
            initiator_socket = { bind = "&router.target_socket" },
            { elf_file = firmware_dir .. "/doors_" .. spec.program .. ".elf" },
        },
        qemu = { moduletype = "QemuInstance", args = { "AARCH64" } },
        exiter = { moduletype = "exiter", target_socket = target(0x0a200000, 0x1000) },
        memory = user(spec.memory),
    }
    if spec.writer then -- to a device of QEMU's
        p.gpio = { moduletype = "qemu_device", args = { "&qemu", "pl061" } }
        p.writer = user { moduletype = "early_writer", initiator_socket = { bind = "&gpio.mmio_0" } }
    end
    if spec.lt then
        p.lt = user { moduletype = "lt_initiator", initiator_socket = { bind = "&router.target_socket" } }
    end
    p.memory.target_socket = { size = 0x3000 }
    if spec.back then
        p.back = user(spec.back)
        p.back.target_socket = target(0x0b000000, 0x3000)
        p.back.initiator_socket = { bind = "&memory.target_socket" }
    else
        p.memory.target_socket = target(0x0b000000, 0x3000)
    end
    if spec.front then
        p.front = user(spec.front)
        p.front.initiator_socket = { bind = "&router.target_socket" }
    end
    for c = 0, (spec.cpus or 1) - 1 do
        p["cpu_" .. c] = {
            moduletype = "cpu_arm_cortexA53",
            args = { "&qemu" },
            mem = { bind = spec.front and "&front.target_socket" or "&router.target_socket" },
            rvbar = 0x40000000,
            mp_affinity = c,
            has_el2 = false,
            has_el3 = false,
        }
    end
    return p
end
