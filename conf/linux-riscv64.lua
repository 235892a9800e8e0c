-- SPDX-License-Identifier: MIT
--
-- Linux on 1 to 8 RISC-V CPUs (QEMU's rv64): OpenSBI, Debian's kernel for riscv64, and an initrd with busybox. ACLINT
-- and PLIC are QEMU's; the console's UART, a timer and the exiter are SystemC's. conf/linux/prepare makes kernel, initrd
-- and firmware, once; this file runs it.
--
--     ./run conf/linux-riscv64.lua                            # a shell if standard input is a terminal, else the
--                                                             # self-test in the initrd; both end with a power-off
--     ./run conf/linux-riscv64.lua -p platform.cpus=4 -p platform.shell=false --stats
--
-- The device tree that OpenSBI and the kernel read is made of the tables `device_tree` of the modules below, and of the
-- addresses and interrupt lines that they have anyway: see platforms/components/device_tree.h.

local common = dofile(conf_dir .. "/linux/common.lua")
local cpus = common.cpus(2)
local shell = common.given("shell", host.stdin_is_terminal == "yes")
local linux = common.dir("riscv64")

-- Where things are in the RAM. OpenSBI is at its beginning; the kernel wants 2 MiB steps, and some room behind it.
local RAM, RAM_SIZE = 0x80000000, 0x20000000
local KERNEL, BOOT, TREE, INITRD = RAM + 0x200000, RAM + 0x7d00000, RAM + 0x7e00000, RAM + 0x8000000
local SWI, MTIMER = 0x02000000, 0x02004000
local SC_TIMER = 0x0a100000

local TIMEBASE = 10000000 -- of the time CSR and MTIME, Hz
-- Of QEMU's rv64 what Debian's kernel has a use for.
local ISA = "rv64imafdc_zicbom_zicboz_zicntr_zicsr_zifencei_zihpm_zba_zbb_zbc_zbs_sstc"
local M_SOFT, M_TIMER, S_EXTERNAL, M_EXTERNAL = 3, 7, 9, 11 -- bits of the CSR mip

local arguments = "console=ttyS0 quiet panic=-1 tk_timebase=" .. TIMEBASE ..
    " tk_sc_timer=" .. string.format("0x%x", SC_TIMER)
if shell then arguments = arguments .. " tk_shell=1" end

-- Where each CPU begins, and what OpenSBI's fw_dynamic wants (docs/firmware/fw_dynamic.md): the hart ID in a0, the tree's
-- address in a1, that of a structure in a2 which says where to go on. Here it is behind the code.
local function boot_loader()
    return {
        0x00000297,     --     auipc t0, 0
        0x02828613,     --     addi a2, t0, 40
        0xf1402573,     --     csrr a0, mhartid
        0x0202b583,     --     ld a1, 32(t0)
        0x0182b283,     --     ld t0, 24(t0)
        0x00028067,     --     jr t0
        RAM, 0,         -- 24: OpenSBI
        TREE, 0,        -- 32: the tree
        0x4942534f, 0,  -- 40: magic number, "OSBI"
        2, 0,           --     version
        KERNEL, 0,      --     where to go on,
        1, 0,           --     in supervisor mode
        0, 0,           --     options: none
        0xffffffff, 0xffffffff, -- boot hart: any
    }
end

platform = {
    moduletype = "Container",
    parameters = {
        cpus = "number of CPUs, 1 to 8",
        shell = "a shell on the console; else the self-test. Default: if standard input is a terminal",
    },
    cpus = cpus,
    shell = shell,
    quantum_ns = 1000000,
    idle = shell and "wallclock" or "warp",

    router = { moduletype = "router" },

    ram = {
        moduletype = "gs_memory",
        target_socket = { address = RAM, size = RAM_SIZE, bind = "&router.initiator_socket" },
        device_tree = { node = "memory", device_type = "memory" },
    },

    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { bin_file = linux .. "/opensbi.bin", address = RAM },
        { bin_file = linux .. "/Image", address = KERNEL },
        { data = boot_loader(), address = BOOT },
        { bin_file = linux .. "/initrd", address = INITRD },
    },

    device_tree = {
        moduletype = "device_tree",
        initiator_socket = { bind = "&router.target_socket" },
        address = TREE,
        -- What belongs to no module.
        root = {
            compatible = "qemu-timekeeper,linux-riscv64",
            model = "qemu-timekeeper",
            chosen = {
                bootargs = arguments,
                ["stdout-path"] = "/uart@10000000",
                ["linux,initrd-start"] = INITRD,
                ["linux,initrd-end"] = INITRD + common.size_of(linux .. "/initrd"),
            },
            cpus = { ["#address-cells"] = 1, ["#size-cells"] = 0, ["timebase-frequency"] = TIMEBASE },
            -- By a write to the exiter, whose lowest 8 bits are the exit code. It reads as 0, and Linux writes nothing
            -- that is there already. RAM that is not loaded anew cannot be booted again, so a reboot, after a panic
            -- say, ends the run, too: with exit code 1.
            poweroff = { compatible = "syscon-poweroff", regmap = "&exit", offset = 0, value = 0x100 },
            reboot = { compatible = "syscon-reboot", regmap = "&exit", offset = 0, value = 1 },
        },
    },

    qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
    qemu_inst = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "RISCV64" } },

    swi = {
        moduletype = "riscv_aclint_swi",
        args = { "&qemu_inst" },
        num_harts = cpus,
        mem = { address = SWI, size = 0x4000, bind = "&router.initiator_socket" },
        device_tree = { compatible = "riscv,aclint-mswi", ["interrupts-extended"] = {} },
    },

    mtimer = {
        moduletype = "riscv_aclint_mtimer",
        args = { "&qemu_inst" },
        num_harts = cpus,
        timebase_freq = TIMEBASE,
        timecmp_base = 0,
        time_base = 0x7ff8,
        mem = { address = MTIMER, size = 0x8000, bind = "&router.initiator_socket" },
        device_tree = {
            compatible = "riscv,aclint-mtimer",
            reg = { 0, MTIMER + 0x7ff8, 0, 8, 0, MTIMER, 0, 0x7ff8 }, -- MTIME, then the MTIMECMPs
            ["interrupts-extended"] = {},
        },
    },

    plic = {
        moduletype = "plic_sifive",
        args = { "&qemu_inst" },
        hart_config = ("MS,"):rep(cpus):sub(1, -2),
        num_harts = cpus,
        num_sources = 96,
        mem = { address = 0x0c000000, size = 0x600000, bind = "&router.initiator_socket" },
        device_tree = {
            compatible = { "sifive,plic-1.0.0", "riscv,plic0" },
            ["interrupt-controller"] = true,
            ["#interrupt-cells"] = 1,
            ["#address-cells"] = 0,
            ["riscv,ndev"] = 95,
            ["interrupts-extended"] = {},
            interrupt_inputs = { ["irq_in_%"] = { "%" } },
        },
    },

    uart = {
        moduletype = "uart_16550",
        regshift = 0,
        target_socket = { address = 0x10000000, size = 0x100, bind = "&router.initiator_socket" },
        irq = { bind = "&plic.irq_in_10" },
        backend_socket = { bind = "&console.biflow_socket" },
        device_tree = { compatible = "ns16550a", ["clock-frequency"] = 3686400, ["interrupt-parent"] = "&plic" },
    },
    console = { moduletype = "char_backend_stdio" },

    exit = {
        moduletype = "exiter",
        target_socket = { address = 0x00100000, size = 0x1000, bind = "&router.initiator_socket" },
        device_tree = { compatible = "syscon" },
    },

    -- Not for Linux, which has no driver for it: `clocks` in the initrd reads SystemC's time from it.
    sc_timer = {
        moduletype = "sc_timer",
        target_socket = { address = SC_TIMER, size = 0x1000, bind = "&router.initiator_socket" },
    },
}

-- A line to CPU c, and what the device tree says of it.
local function interrupt(device, line, c, number)
    local said = platform[device].device_tree["interrupts-extended"]
    platform[device][line .. c] = { bind = "&cpu_" .. c .. ".irq_in_" .. number }
    said[#said + 1] = "&cpu_" .. c .. "/interrupt-controller"
    said[#said + 1] = number
end

-- The CPUs. All begin at the boot loader; OpenSBI lets one go on, and the others when Linux asks for them.
for c = 0, cpus - 1 do
    platform["cpu_" .. c] = {
        moduletype = "cpu_riscv64",
        args = { "&qemu_inst" },
        mem = { bind = "&router.target_socket" },
        hartid = c,
        resetvec = BOOT,
        insn_per_second = 1000000000,
        device_tree = {
            node = "cpu",
            under = "/cpus",
            device_type = "cpu",
            compatible = "riscv",
            ["riscv,isa"] = ISA,
            ["riscv,cbom-block-size"] = 64,
            ["riscv,cboz-block-size"] = 64,
            ["mmu-type"] = "riscv,sv48",
            reg = c,
            ["interrupt-controller"] = {
                compatible = "riscv,cpu-intc",
                ["interrupt-controller"] = true,
                ["#interrupt-cells"] = 1,
            },
        },
    }
    interrupt("swi", "soft_irq_", c, M_SOFT)
    interrupt("mtimer", "timer_irq_", c, M_TIMER)
    interrupt("plic", "m_irq_out_", c, M_EXTERNAL)
    interrupt("plic", "s_irq_out_", c, S_EXTERNAL)
end
