/* SPDX-License-Identifier: MIT
 *
 * For the body of a loop that looks at memory until another thread writes there.
 */
#ifndef TIMEKEEPER_TIMELINE_RELAX_H
#define TIMEKEEPER_TIMELINE_RELAX_H

static inline void tk_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
