-- SPDX-License-Identifier: MIT
--
-- The QEMU models that platform files may use. The table `qemu_models` has one row for each moduletype:
--
--   kind      "cpu", or "device" (on the system bus)
--   qom       the type's name in QEMU (`vp --list-qemu-types`); none: the module's second argument says it
--   page_bits of a CPU: it never wants pages smaller than 2^this bytes (target/arm/cpu.c, arm_cpu_realizefn(), "pagebits");
--             none: it is not known, and QEMU takes the smallest that the target has
--   inner     of a CPU that is a part of the object: where it is in there
--   params    what a platform file may set: name, property (QEMU's name), type ("boolean", "integer",
--             "text", "list", "clock": the frequency of a clock input, "link": another module, "chardev", "netdev",
--             "drive": the options of a back end for this device alone), help; default (else QEMU's own holds);
--             unit; range = { least, greatest } of an integer or a clock; plus (added on the way to QEMU); of_child (the
--             property is the child's)
--   child     the type of a device that is made with this one and sits on its bus; the table `properties` of a
--             platform file reaches both
--   inputs, outputs, regions
--             ports. A % in the name stands for a number; the port's index in QEMU is
--                 first + strides[1] * number 1 + strides[2] * number 2 ...   (first: 0, strides: 1)
--             where a term may also be an integer parameter ("num_cpus", "2*num_cpus"). list: QEMU's name of the GPIO
--             list ("sysbus-irq" for a bus device's interrupt outputs); none: the unnamed one.
--             A region's index is that of the device's memory-mapped region.
--   properties
--             what is always set
--
-- Whatever a row does not name can be reached by QEMU's own name: `vp --describe TYPE` shows how.

-- Arm application CPUs: target/arm/cpu.c, arm_cpu_initfn() and arm_cpu_post_init().
local function arm_cpu(qom, help, page_bits)
    return {
        kind = "cpu",
        page_bits = page_bits or 12,
        qom = qom .. "-arm-cpu",
        help = help .. ", of QEMU; args: {\"&qemu_inst\"}",
        params = {
            { name = "rvbar", property = "rvbar", type = "integer", help = "address of the first instruction after reset" },
            { name = "mp_affinity", property = "mp-affinity", type = "integer", help = "affinity fields of MPIDR_EL1" },
            { name = "has_el2", property = "has_el2", type = "boolean", help = "has exception level 2" },
            { name = "has_el3", property = "has_el3", type = "boolean", help = "has exception level 3" },
            { name = "psci_conduit", property = "psci-conduit", type = "integer", range = { 0, 2 },
              help = "PSCI calls that QEMU answers: 0 none, 1 by smc, 2 by hvc" },
            { name = "start_powered_off", property = "start-powered-off", type = "boolean",
              help = "does not run before it is powered on" },
            { name = "cntfrq_hz", property = "cntfrq", type = "integer", unit = "Hz", range = { 1, 1000000000 },
              help = "frequency of the generic timers' counter; 1 GHz over a whole number is exact" },
        },
        inputs = {
            { name = "irq_in", first = 0, help = "IRQ" },
            { name = "fiq_in", first = 1, help = "FIQ" },
            { name = "virq_in", first = 2, help = "virtual IRQ" },
            { name = "vfiq_in", first = 3, help = "virtual FIQ" },
        },
        outputs = {
            { name = "irq_timer_phys_out", first = 0, help = "EL1 physical timer" },
            { name = "irq_timer_virt_out", first = 1, help = "EL1 virtual timer" },
            { name = "irq_timer_hyp_out", first = 2, help = "EL2 physical timer" },
            { name = "irq_timer_sec_out", first = 3, help = "secure physical timer" },
            { name = "irq_timer_hyp_virt_out", first = 4, help = "EL2 virtual timer" },
            { name = "irq_maintenance_out", list = "gicv3-maintenance-interrupt", help = "GIC maintenance" },
            { name = "irq_pmu_out", list = "pmu-interrupt", help = "performance monitors' overflow" },
        },
    }
end

-- Lines of a GIC: the interrupts that it takes, and for each CPU the four that it gives.
local function gic_inputs()
    return {
        { name = "spi_in_%", help = "shared interrupt n (INTID 32 + n)" },
        { name = "ppi_in_cpu_%_%", first = "num_spi", strides = { 32, 1 },
          help = "interrupt of one CPU: CPU c, INTID n (16 to 31)" },
    }
end

local function gic_outputs()
    return {
        { name = "irq_out_%", list = "sysbus-irq", help = "to CPU c's irq_in" },
        { name = "fiq_out_%", list = "sysbus-irq", first = "num_cpus", help = "to CPU c's fiq_in" },
        { name = "virq_out_%", list = "sysbus-irq", first = "2*num_cpus", help = "to CPU c's virq_in" },
        { name = "vfiq_out_%", list = "sysbus-irq", first = "3*num_cpus", help = "to CPU c's vfiq_in" },
    }
end

-- Arm microcontroller CPUs: hw/arm/armv7m.c, a container with the CPU, its NVIC and SysTick.
local function cortex_m(cpu, help)
    return {
        kind = "cpu",
        qom = "armv7m",
        inner = "cpu",
        help = help .. " with NVIC and SysTick, of QEMU; args: {\"&qemu_inst\"}",
        properties = { ["cpu-type"] = cpu .. "-arm-cpu" },
        params = {
            { name = "num_irq", property = "num-irq", type = "integer", default = 64, range = { 0, 496 },
              help = "number of external interrupts" },
            { name = "init_nsvtor", property = "init-nsvtor", type = "integer", range = { 0, 0xffffffff },
              help = "address of the (non-secure) vector table after reset" },
            { name = "init_svtor", property = "init-svtor", type = "integer", range = { 0, 0xffffffff },
              help = "address of the secure vector table after reset" },
            { name = "start_powered_off", property = "start-powered-off", type = "boolean",
              help = "does not run before it is powered on" },
            { name = "cpuclk_hz", property = "cpuclk", type = "clock", default = 100000000, unit = "Hz", range = { 1, 1000000000 },
              help = "what SysTick counts by default" },
            { name = "refclk_hz", property = "refclk", type = "clock", unit = "Hz", range = { 1, 1000000000 },
              help = "SysTick's other clock; left out: there is none" },
        },
        inputs = {
            { name = "irq_in_%", help = "external interrupt n" },
            { name = "nmi_in", list = "NMI", help = "non-maskable interrupt" },
        },
        outputs = {
            { name = "reset_request_out", list = "SYSRESETREQ", help = "the guest asks for a reset" },
        },
    }
end

-- RISC-V CPUs: target/riscv/cpu.c, riscv_cpu_init() and riscv_cpu_properties. Interrupt n is bit n of the CSR mip
-- (RISC-V privileged architecture, "Machine Interrupt Registers").
local function riscv_cpu(qom, help)
    return {
        kind = "cpu",
        qom = qom .. "-riscv-cpu",
        help = help .. ", of QEMU; args: {\"&qemu_inst\"}",
        params = {
            { name = "hartid", property = "hartid", type = "integer", help = "mhartid; a number of its own for each CPU of a QEMU" },
            { name = "resetvec", property = "resetvec", type = "integer", help = "address of the first instruction after reset" },
            { name = "mmu", property = "mmu", type = "boolean", help = "has virtual memory" },
            { name = "pmp", property = "pmp", type = "boolean", help = "has physical memory protection" },
            { name = "debug", property = "debug", type = "boolean", help = "has the debug triggers" },
            { name = "priv_spec", property = "priv_spec", type = "text", help = "version of the privileged architecture, e.g. v1.12.0" },
        },
        inputs = {
            { name = "irq_in_%", help = "interrupt n of mip: 3 M software, 7 M timer, 9 S external, 11 M external; 16 up: local" },
        },
    }
end

-- What the general-purpose types leave open.
local function riscv_general(qom, help)
    local row = riscv_cpu(qom, help)
    row.params[#row.params + 1] =
        { name = "vector", property = "v", type = "boolean", help = "has the vector extension" }
    return row
end

-- hw/virtio/virtio-mmio.c: the transport, with nothing on its bus or one device. Path names come without the transport's
-- address, which is not in QEMU's map.
local function virtio_mmio(device, help, params)
    return {
        kind = "device",
        qom = "virtio-mmio",
        child = device,
        help = help,
        params = params,
        properties = { ["format_transport_address"] = "false", ["force-legacy"] = "false" },
        outputs = {
            { name = "irq_out", list = "sysbus-irq", help = "interrupt" },
        },
        regions = {
            { name = "mem", help = "registers" },
        },
    }
end

qemu_models = {
    -- Any type that this QEMU has.
    qemu_cpu = { kind = "cpu", help = "any CPU of QEMU's; args: {\"&qemu_inst\", \"TYPE\"}" },
    qemu_device = { kind = "device", help = "any device of QEMU's; args: {\"&qemu_inst\", \"TYPE\"}, or {\"&device\", \"TYPE\"} for one on its bus" },
    qemu_object = { kind = "device", help = "what devices link to and is none, as QEMU's -object: an rng-builtin, an iothread; args: {\"&qemu_inst\", \"TYPE\"}" },

    cpu_arm_cortexM0 = cortex_m("cortex-m0", "Arm Cortex-M0"),
    cpu_arm_cortexM3 = cortex_m("cortex-m3", "Arm Cortex-M3"),
    cpu_arm_cortexM4 = cortex_m("cortex-m4", "Arm Cortex-M4"),
    cpu_arm_cortexM7 = cortex_m("cortex-m7", "Arm Cortex-M7"),
    cpu_arm_cortexM33 = cortex_m("cortex-m33", "Arm Cortex-M33"),
    cpu_arm_cortexM55 = cortex_m("cortex-m55", "Arm Cortex-M55"),
    cpu_arm_cortexR5 = arm_cpu("cortex-r5", "Arm Cortex-R5", 10),
    cpu_arm_cortexR52 = arm_cpu("cortex-r52", "Arm Cortex-R52", 10),

    cpu_arm_cortexA35 = arm_cpu("cortex-a35", "Arm Cortex-A35"),
    cpu_arm_cortexA53 = arm_cpu("cortex-a53", "Arm Cortex-A53"),
    cpu_arm_cortexA55 = arm_cpu("cortex-a55", "Arm Cortex-A55"),
    cpu_arm_cortexA57 = arm_cpu("cortex-a57", "Arm Cortex-A57"),
    cpu_arm_cortexA72 = arm_cpu("cortex-a72", "Arm Cortex-A72"),
    cpu_arm_cortexA76 = arm_cpu("cortex-a76", "Arm Cortex-A76"),
    cpu_arm_cortexA710 = arm_cpu("cortex-a710", "Arm Cortex-A710"),
    cpu_arm_neoverseN1 = arm_cpu("neoverse-n1", "Arm Neoverse N1"),

    cpu_riscv64 = riscv_general("rv64", "64-bit RISC-V"),
    cpu_riscv32 = riscv_general("rv32", "32-bit RISC-V"),
    cpu_sifive_e51 = riscv_cpu("sifive-e51", "SiFive E51"),
    cpu_sifive_u54 = riscv_cpu("sifive-u54", "SiFive U54"),
    cpu_sifive_e31 = riscv_cpu("sifive-e31", "SiFive E31"),
    cpu_sifive_u34 = riscv_cpu("sifive-u34", "SiFive U34"),

    -- hw/intc/riscv_aclint.c; RISC-V Advanced Core Local Interruptor Specification, 1.0-rc4.
    riscv_aclint_swi = {
        kind = "device",
        qom = "riscv.aclint.swi",
        help = "RISC-V ACLINT software interrupts (MSWI or SSWI), of QEMU; args: {\"&qemu_inst\"}",
        params = {
            { name = "hartid_base", property = "hartid-base", type = "integer", help = "hart ID of its first hart" },
            { name = "num_harts", property = "num-harts", type = "integer", default = 1, range = { 1, 4095 }, help = "number of harts" },
            { name = "sswi", property = "sswi", type = "integer", range = { 0, 1 }, help = "0: machine mode's, 1: supervisor mode's" },
        },
        outputs = {
            { name = "soft_irq_%", help = "to hart n's irq_in_3, or irq_in_1 with sswi" },
        },
        regions = {
            { name = "mem", help = "a register of 4 bytes for each hart" },
        },
    },
    riscv_aclint_mtimer = {
        kind = "device",
        qom = "riscv.aclint.mtimer",
        help = "RISC-V ACLINT machine timer, of QEMU; args: {\"&qemu_inst\"}",
        params = {
            { name = "hartid_base", property = "hartid-base", type = "integer", help = "hart ID of its first hart" },
            { name = "num_harts", property = "num-harts", type = "integer", default = 1, range = { 1, 4095 }, help = "number of harts" },
            { name = "timecmp_base", property = "timecmp-base", type = "integer", unit = "bytes", help = "offset of the first MTIMECMP" },
            { name = "time_base", property = "time-base", type = "integer", unit = "bytes", default = 0x7ff8, help = "offset of MTIME" },
            { name = "aperture_size", property = "aperture-size", type = "integer", unit = "bytes", default = 0x8000, help = "size of its window" },
            { name = "timebase_freq", property = "timebase-freq", type = "integer", default = 10000000, unit = "Hz",
              range = { 1, 1000000000 }, help = "frequency of MTIME and the time CSR" },
            { name = "provide_rdtime", property = "provide-rdtime", type = "boolean", default = true,
              help = "the harts' time CSR is MTIME" },
        },
        outputs = {
            { name = "timer_irq_%", help = "to hart n's irq_in_7" },
        },
        regions = {
            { name = "mem", help = "MTIMECMP of each hart, and MTIME" },
        },
    },

    -- hw/intc/sifive_plic.c, sifive_plic_realize(): outputs are all of supervisor mode, then all of machine mode. The
    -- defaults are the RISC-V PLIC Specification's memory map (1.0.0, section 3).
    plic_sifive = {
        kind = "device",
        qom = "riscv.sifive.plic",
        help = "RISC-V platform-level interrupt controller, of QEMU; args: {\"&qemu_inst\"}",
        params = {
            { name = "hart_config", property = "hart-config", type = "text",
              help = "modes of each hart that have a context: \"MS,MS\"" },
            { name = "num_harts", property = "num-harts", type = "integer", default = 1, range = { 1, 4095 }, help = "number of harts in hart_config" },
            { name = "hartid_base", property = "hartid-base", type = "integer", help = "hart ID of its first hart" },
            { name = "num_sources", property = "num-sources", type = "integer", default = 96, range = { 1, 1024 },
              help = "number of interrupt sources, source 0 (which is none) included" },
            { name = "num_priorities", property = "num-priorities", type = "integer", default = 7, range = { 1, 0xffffffff }, help = "highest priority" },
            { name = "priority_base", property = "priority-base", type = "integer", unit = "bytes", default = 0, help = "offset of the priorities" },
            { name = "pending_base", property = "pending-base", type = "integer", unit = "bytes", default = 0x1000, help = "offset of the pending bits" },
            { name = "enable_base", property = "enable-base", type = "integer", unit = "bytes", default = 0x2000, help = "offset of the enable bits" },
            { name = "enable_stride", property = "enable-stride", type = "integer", unit = "bytes", default = 0x80,
              help = "from a context's enable bits to the next one's" },
            { name = "context_base", property = "context-base", type = "integer", unit = "bytes", default = 0x200000,
              help = "offset of the contexts' thresholds and claims" },
            { name = "context_stride", property = "context-stride", type = "integer", unit = "bytes", default = 0x1000,
              help = "from a context's to the next one's" },
            { name = "aperture_size", property = "aperture-size", type = "integer", unit = "bytes", default = 0x600000, help = "size of its window" },
        },
        inputs = {
            { name = "irq_in_%", help = "interrupt source n, from 1" },
        },
        outputs = {
            { name = "s_irq_out_%", help = "supervisor mode, to hart n's irq_in_9" },
            { name = "m_irq_out_%", first = "num_harts", help = "machine mode, to hart n's irq_in_11" },
        },
        regions = {
            { name = "mem", help = "registers" },
        },
    },

    -- hw/intc/arm_gicv3_common.c, gicv3_init_irqs_and_mmio(): inputs are the SPIs, then 32 for each CPU
    -- (its SGIs and PPIs); outputs are all IRQs, then all FIQs, vIRQs, vFIQs.
    arm_gicv3 = {
        kind = "device",
        qom = "arm-gicv3",
        help = "Arm GICv3 interrupt controller, of QEMU; args: {\"&qemu_inst\"}",
        params = {
            { name = "num_cpus", property = "num-cpu", type = "integer", default = 1, range = { 1, 512 }, help = "number of CPUs" },
            { name = "num_spi", property = "num-irq", type = "integer", default = 64, plus = 32, range = { 0, 960 },
              help = "number of shared interrupts, a multiple of 32" },
            { name = "redist_region", property = "redist-region-count", type = "list",
              help = "number of redistributors in each of the redistributor regions" },
            { name = "revision", property = "revision", type = "integer", range = { 3, 4 }, help = "3, or 4 with virtual LPIs" },
            { name = "has_security_extensions", property = "has-security-extensions", type = "boolean",
              help = "two security states" },
        },
        inputs = gic_inputs(),
        outputs = gic_outputs(),
        regions = {
            { name = "dist_iface", first = 0, help = "distributor" },
            { name = "redist_iface_%", first = 1, help = "redistributors of region n" },
        },
    },

    -- hw/intc/arm_gic_common.c, gic_init_irqs_and_mmio(): lines as those of the GICv3.
    arm_gicv2 = {
        kind = "device",
        qom = "arm_gic",
        help = "Arm GICv2 interrupt controller, of QEMU; args: {\"&qemu_inst\"}",
        params = {
            { name = "num_cpus", property = "num-cpu", type = "integer", default = 1, range = { 1, 8 }, help = "number of CPUs" },
            { name = "num_spi", property = "num-irq", type = "integer", default = 64, plus = 32, range = { 0, 960 },
              help = "number of shared interrupts, a multiple of 32" },
            { name = "revision", property = "revision", type = "integer", default = 2, range = { 1, 2 }, help = "version of the architecture" },
            { name = "has_security_extensions", property = "has-security-extensions", type = "boolean",
              help = "two security states" },
        },
        inputs = gic_inputs(),
        outputs = gic_outputs(),
        regions = {
            { name = "dist_iface", first = 0, help = "distributor" },
            { name = "cpu_iface", first = 1, help = "CPU interface" },
        },
    },

    -- The GIC needs properties = { has_lpi = true } and bus_sysmem bound to the router then.
    arm_gicv3_its = {
        kind = "device",
        qom = "arm-gicv3-its",
        help = "interrupt translation service of a GICv3, of QEMU; args: {\"&qemu_inst\"}",
        params = {
            { name = "gic", property = "parent-gicv3", type = "link", help = "the GICv3, \"&gic\"" },
        },
        regions = {
            { name = "target_socket", first = 0, help = "control and translation frames" },
        },
    },

    -- What virtio and PCI devices read and write is reached by `mem` of the QemuInstance: bind it to the router.
    virtio_mmio = virtio_mmio(nil, "virtio's memory-mapped transport, of QEMU; args: {\"&qemu_inst\"}; a device on its bus: qemu_device, {\"&this\", \"virtio-rng-device\"}"),
    virtio_mmio_net = virtio_mmio("virtio-net-device", "virtio network card, memory-mapped, of QEMU; args: {\"&qemu_inst\"}", {
        { name = "netdev_str", property = "netdev", type = "netdev", of_child = true, default = "user",
          help = "what it is connected to, as QEMU's -netdev" },
    }),
    virtio_mmio_blk = virtio_mmio("virtio-blk-device", "virtio disk, memory-mapped, of QEMU; args: {\"&qemu_inst\"}", {
        { name = "blkdev_str", property = "drive", type = "drive", of_child = true,
          help = "the disk, as QEMU's -drive: file=disk.img,format=raw" },
    }),
    virtio_mmio_rng = virtio_mmio("virtio-rng-device", "virtio entropy source, memory-mapped, of QEMU; args: {\"&qemu_inst\"}"),

    -- hw/pci-host/gpex.c, gpex_host_realize(). A device on its bus: qemu_device, {"&pcie", "virtio-blk-pci"}. An offset in the
    -- windows is an address on PCI: with relative_addresses = false that is the CPUs' own.
    gpex_pcihost = {
        kind = "device",
        qom = "gpex-pcihost",
        help = "generic PCI Express host bridge, of QEMU; args: {\"&qemu_inst\"}; a device on its bus: qemu_device, {\"&this\", \"nvme\"}",
        regions = {
            { name = "ecam_iface", first = 0, help = "configuration space (ECAM), 1 MiB for each bus" },
            { name = "mmio_iface", first = 1, help = "memory window; an offset is an address on PCI" },
            { name = "mmio_iface_high", first = 1, help = "another piece of it, above 4 GiB" },
            { name = "pio_iface", first = 2, help = "I/O ports" },
        },
        outputs = {
            { name = "irq_out_%", list = "sysbus-irq", help = "INTA to INTD" },
        },
    },
}
