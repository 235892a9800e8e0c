/* SPDX-License-Identifier: MIT */
#include "gic.h"
#include "cpu.h"
#include "machine.h"
#include "mmio.h"

/* Distributor: IHI 0069, section 12.9. Bit arrays have one bit for each INTID. */
#define GICD_CTLR (MACHINE_GICD_BASE + 0x0000)
#define GICD_IGROUPR (MACHINE_GICD_BASE + 0x0080)
#define GICD_ISENABLER (MACHINE_GICD_BASE + 0x0100)
#define GICD_IPRIORITYR (MACHINE_GICD_BASE + 0x0400)
#define GICD_IROUTER (MACHINE_GICD_BASE + 0x6000)

#define GICD_CTLR_ENABLE_GRP1 (1u << 1)
#define GICD_CTLR_ARE (1u << 4)
#define GICD_CTLR_RWP (1u << 31)

/* Redistributor: section 12.11; the second 64 KiB (SGI_base) hold what concerns private interrupts. */
#define GICR_TYPER 0x0008
#define GICR_WAKER 0x0014
#define GICR_IGROUPR0 0x10080
#define GICR_ISENABLER0 0x10100
#define GICR_IPRIORITYR 0x10400

#define GICR_TYPER_LAST (1u << 4)
#define GICR_WAKER_PROCESSOR_SLEEP (1u << 1)
#define GICR_WAKER_CHILDREN_ASLEEP (1u << 2)

#define SGI1R_INTID_SHIFT 24
#define SGI1R_IRM_OTHERS (1ull << 40)

#define PRIORITY 0x80
#define PRIORITY_MASK_ALL 0xff
#define ALL_PRIVATE 0xffffffffu

static uintptr_t register_of(uintptr_t bits, unsigned intid)
{
    return bits + intid / 32 * 4;
}
static uint32_t bit_of(unsigned intid)
{
    return 1u << intid % 32;
}

static void set_priority(uintptr_t priorities, unsigned intid)
{
    uintptr_t address = priorities + intid / 4 * 4;
    unsigned shift = intid % 4 * 8;
    uint32_t value = mmio_read32(address) & ~(0xffu << shift);

    mmio_write32(address, value | (uint32_t)PRIORITY << shift);
}

/* The calling CPU's redistributor: the one whose GICR_TYPER has the CPU's affinity (section 12.11.35). */
static uintptr_t redistributor(void)
{
    uintptr_t base = MACHINE_GICR_BASE;

    for (;; base += MACHINE_GICR_STRIDE) {
        uint64_t type = mmio_read64(base + GICR_TYPER);
        if (type >> 32 == cpu_number() || (type & GICR_TYPER_LAST))
            return base;
    }
}

void gic_init(void)
{
    mmio_write32(GICD_CTLR, GICD_CTLR_ARE);
    mmio_write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
    while (mmio_read32(GICD_CTLR) & GICD_CTLR_RWP) {
    }
}

void gic_init_cpu(void)
{
    uintptr_t base = redistributor();

    mmio_write32(base + GICR_WAKER, mmio_read32(base + GICR_WAKER) & ~GICR_WAKER_PROCESSOR_SLEEP);
    while (mmio_read32(base + GICR_WAKER) & GICR_WAKER_CHILDREN_ASLEEP) {
    }
    mmio_write32(base + GICR_IGROUPR0, ALL_PRIVATE);

    __asm__ volatile("mrs x9, s3_0_c12_c12_5\n\t" /* ICC_SRE_EL1.SRE: system registers, not memory */
                     "orr x9, x9, #1\n\t"
                     "msr s3_0_c12_c12_5, x9\n\t"
                     "isb\n\t"
                     "msr s3_0_c4_c6_0, %0\n\t"   /* ICC_PMR_EL1 */
                     "msr s3_0_c12_c12_7, %1\n\t" /* ICC_IGRPEN1_EL1 */
                     "isb" ::"r"((uint64_t)PRIORITY_MASK_ALL),
                     "r"((uint64_t)1)
                     : "x9", "memory");
}

void gic_stop_cpu(void)
{
    __asm__ volatile("msr s3_0_c12_c12_7, xzr\n\tisb" ::: "memory"); /* ICC_IGRPEN1_EL1 */
}

void gic_enable_private(unsigned intid)
{
    uintptr_t base = redistributor();

    set_priority(base + GICR_IPRIORITYR, intid);
    mmio_write32(base + GICR_ISENABLER0, bit_of(intid));
}

void gic_enable_shared(unsigned intid, unsigned cpu)
{
    uintptr_t group = register_of(GICD_IGROUPR, intid);

    mmio_write32(group, mmio_read32(group) | bit_of(intid));
    set_priority(GICD_IPRIORITYR, intid);
    gic_route(intid, cpu);
    mmio_write32(register_of(GICD_ISENABLER, intid), bit_of(intid));
}

void gic_route(unsigned intid, unsigned cpu)
{
    mmio_write64(GICD_IROUTER + intid * 8ul, cpu);
}

void gic_send_to_others(unsigned intid)
{
    uint64_t value = SGI1R_IRM_OTHERS | (uint64_t)intid << SGI1R_INTID_SHIFT;

    __asm__ volatile("dsb ish\n\tmsr s3_0_c12_c11_5, %0\n\tisb" ::"r"(value) : "memory"); /* ICC_SGI1R_EL1 */
}

unsigned gic_acknowledge(void)
{
    uint64_t intid;

    __asm__ volatile("mrs %0, s3_0_c12_c12_0\n\tdsb sy" : "=r"(intid)::"memory"); /* ICC_IAR1_EL1 */
    return (unsigned)intid;
}

void gic_end(unsigned intid)
{
    __asm__ volatile("dsb sy\n\tmsr s3_0_c12_c12_1, %0\n\tisb" ::"r"((uint64_t)intid) : "memory"); /* EOIR1 */
}
