/* SPDX-License-Identifier: MIT
 *
 * GICv3 with one security state (GICD_CTLR.DS is 1) and affinity routing: Arm GICv3 and GICv4
 * Architecture Specification (IHI 0069), chapter 12 "Programmers' Model". All interrupts are in group 1 and
 * have one priority.
 */
#ifndef FIRMWARE_GIC_H
#define FIRMWARE_GIC_H

#include <stdint.h>

#define GIC_INTID_SPECIAL 1020 /* from here on: no interrupt */

/* The distributor. Once, by one CPU, before the others call gic_init_cpu(). */
void gic_init(void);

/* The calling CPU's redistributor and CPU interface. */
void gic_init_cpu(void);

/* The calling CPU gets no more interrupts, and sleeps in WFI even if one is pending. */
void gic_stop_cpu(void);

/* Enables a private interrupt (INTID 0..31) of the calling CPU. */
void gic_enable_private(unsigned intid);

/* Enables a shared, level-sensitive interrupt (INTID 32..1019), routed to `cpu`. */
void gic_enable_shared(unsigned intid, unsigned cpu);

/* Routes a shared interrupt to `cpu` from now on. Any CPU, also from its handler. */
void gic_route(unsigned intid, unsigned cpu);

/* Sends software-generated interrupt 0..15 to all CPUs but the calling one. */
void gic_send_to_others(unsigned intid);

/* Takes the pending interrupt: its INTID, or one from GIC_INTID_SPECIAL on. */
unsigned gic_acknowledge(void);

/* Ends the interrupt that gic_acknowledge() took. */
void gic_end(unsigned intid);

#endif
