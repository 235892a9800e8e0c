/* SPDX-License-Identifier: MIT
 *
 * Where everything is on the board, for C, assembly and the linker script.
 *
 * Devices that QEMU's machine `virt` also has are at its addresses (QEMU, hw/arm/virt.c, base_memmap[]
 * and a15irqmap[]), so that most of the firmware also runs there. conf/smp.lua describes the same board.
 */
#ifndef FIRMWARE_MACHINE_H
#define FIRMWARE_MACHINE_H

#define MACHINE_MAX_CPUS 8 /* stacks and tables are sized by it */

#define MACHINE_GICD_BASE 0x08000000 /* GICv3 distributor, 64 KiB */
#define MACHINE_GICR_BASE 0x080a0000 /* GICv3 redistributors, 128 KiB for each CPU */
#define MACHINE_GICR_STRIDE 0x20000
#define MACHINE_UART_BASE 0x09000000  /* PL011 */
#define MACHINE_TIMER_BASE 0x0a100000 /* the SystemC timer */
#define MACHINE_EXIT_BASE 0x0a200000  /* a 32-bit write ends the run with that exit code */

#define MACHINE_RAM_BASE 0x40000000 /* code; 128 MiB of RAM */
#define MACHINE_PARAMS_BASE 0x40010000
#define MACHINE_DATA_BASE 0x40020000

/* Interrupt numbers (INTID): SPI n is INTID 32 + n. */
#define MACHINE_INTID_VIRTUAL_TIMER 27
#define MACHINE_INTID_SC_TIMER 48 /* SPI 16 */

#endif
