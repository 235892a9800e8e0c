-- SPDX-License-Identifier: MIT
--
-- A platform as people write it for Qbox: its names, its idioms (a function that finds the file's folder, absolute
-- "&platform." names, semicolons, numbered names), and parameters that mean nothing here. PROGRAM in the
-- environment is "hello" or "smp".

function here()
    local source = debug.getinfo(2, "S").source:sub(2)
    return source:match("(.*/)") or "./"
end

local FIRMWARE = os.getenv("FIRMWARE") .. "/"
local PROGRAM = os.getenv("PROGRAM") or "hello"
local RAM = 0x40000000
local NUM_CPUS = PROGRAM == "smp" and 4 or 1
local NUM_REDISTS = 1
local RATE = 500000000

local PPI_VIRTUAL, PPI_SECURE, PPI_PHYSICAL, PPI_HYP = 16 + 11, 16 + 13, 16 + 14, 16 + 10

-- What the smp program reads at RAM + 0x10000 (platforms/firmware/smp_params.h).
local PARAMS = { 0x31504b54, 0x3, NUM_CPUS, 0, 1000000, 0, 2, 62500000, 2000000, 5000000, 1000000, 5, 0, 0, 0, 0 }
for _ = 1, NUM_CPUS do
    for _, word in ipairs { RATE, 0, 1000000, 0 } do table.insert(PARAMS, word) end
end

platform = {
    moduletype = "ContainerDeferModulesConstruct";
    quantum_ns = 1000000;

    router = {
        moduletype = "router";
        log_level = 0;
    },

    qemu_inst_mgr = {
        moduletype = "QemuInstanceManager";
    },

    qemu_inst = {
        moduletype = "QemuInstance";
        args = { "&platform.qemu_inst_mgr", "AARCH64" };
        accel = "tcg",
        tcg_mode = "MULTI",
        sync_policy = "multithread-unconstrained",
        time_sync_strategy = "mcips",
        qemu_args = "-name qbox_style -uuid 01234567-89ab-cdef-0123-456789abcdef",
        log_level = 0;
    },

    gic_0 = {
        moduletype = "arm_gicv3",
        args = { "&platform.qemu_inst" },
        dist_iface = { address = 0x08000000, size = 0x10000, bind = "&router.initiator_socket" };
        redist_iface_0 = { address = 0x080a0000, size = 0x20000 * NUM_CPUS, bind = "&router.initiator_socket" };
        num_cpus = NUM_CPUS,
        redist_region = { NUM_CPUS / NUM_REDISTS };
        num_spi = 64
    },

    ram_0 = {
        moduletype = "memory";
        target_socket = { address = RAM, size = 0x08000000, bind = "&router.initiator_socket",
                          aliases = { high = { address = 0x140000000, size = 0x08000000 } } },
        init_mem = true,
        log_level = 0,
        shared_memory = false
    };

    -- Whatever nobody else answers; a higher value loses.
    fallback_0 = {
        moduletype = "Memory";
        target_socket = { address = 0x0, size = 0x100000000, bind = "&router.initiator_socket", priority = 1 },
        dmi_allow = false, verbose = true,
        load = { data = { 0xdeadbeef, 2 }, offset = 0x10 };
    },

    charbackend_stdio_0 = {
        moduletype = "char_backend_stdio";
        read_write = false;
        ansi_highlight = "";
    },

    pl011_uart_0 = {
        moduletype = "Pl011",
        dylib_path = "uart-pl011",
        mem = { address = 0x09000000, size = 0x1000, bind = "&router.initiator_socket" },
        irq_out = { bind = "&gic_0.spi_in_1" },
        backend_socket = { bind = "&charbackend_stdio_0.biflow_socket" },
    };

    timer_0 = {
        moduletype = "sc_timer",
        target_socket = { address = 0x0a100000, size = 0x1000, bind = "&router.initiator_socket" },
        irq = { bind = "&gic_0.spi_in_16" };
    },

    exiter_0 = {
        moduletype = "exiter",
        target_socket = { address = 0x0a200000, size = 0x1000, bind = "&router.initiator_socket" };
    },

    keep_alive_0 = {
        moduletype = "keep_alive";
    },

    reset = {
        moduletype = "reset_gpio";
        args = { "&platform.qemu_inst" };
    },

    global_peripheral_initiator_arm_0 = {
        moduletype = "global_peripheral_initiator",
        args = { "&platform.qemu_inst", "&platform.cpu_0" },
        global_initiator = { bind = "&router.target_socket" },
    };

    load = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" };
        { elf_file = FIRMWARE .. PROGRAM .. ".elf" };
        { data = PARAMS, address = RAM + 0x10000 };
    }
};

for i = 0, (NUM_CPUS - 1) do
    local cpu = {
        moduletype = "cpu_arm_cortexA53";
        args = { "&platform.qemu_inst", i };
        mem = { bind = "&router.target_socket" };
        reset = { bind = "&reset.reset" };
        has_el2 = false;
        has_el3 = false;
        irq_timer_phys_out = { bind = "&gic_0.ppi_in_cpu_" .. i .. "_" .. PPI_PHYSICAL },
        irq_timer_virt_out = { bind = "&gic_0.ppi_in_cpu_" .. i .. "_" .. PPI_VIRTUAL },
        irq_timer_hyp_out = { bind = "&gic_0.ppi_in_cpu_" .. i .. "_" .. PPI_HYP },
        irq_timer_sec_out = { bind = "&gic_0.ppi_in_cpu_" .. i .. "_" .. PPI_SECURE },
        gicv3_maintenance_interrupt = { bind = "&gic_0.ppi_in_cpu_" .. i .. "_25" },
        pmu_interrupt = { bind = "&gic_0.ppi_in_cpu_" .. i .. "_23" },
        psci_conduit = "hvc";
        mp_affinity = (math.floor(i / 8) << 8) | (i % 8);
        start_powered_off = false;
        cntfrq_hz = 62500000;
        insn_per_second = RATE;
        rvbar = RAM;
    };
    platform["cpu_" .. tostring(i)] = cpu;

    platform["gic_0"]["irq_out_" .. i] = { bind = "&cpu_" .. i .. ".irq_in" }
    platform["gic_0"]["fiq_out_" .. i] = { bind = "&cpu_" .. i .. ".fiq_in" }
    platform["gic_0"]["virq_out_" .. i] = { bind = "&cpu_" .. i .. ".virq_in" }
    platform["gic_0"]["vfiq_out_" .. i] = { bind = "&cpu_" .. i .. ".vfiq_in" }
end
