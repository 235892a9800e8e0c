/* SPDX-License-Identifier: MIT
 *
 * Text out through the PL011 (Arm DDI 0183, chapter 3 "Programmers Model").
 */
#ifndef FIRMWARE_CONSOLE_H
#define FIRMWARE_CONSOLE_H

/* Enables the UART's transmitter. Once, by one CPU, before anyone prints. */
void console_init(void);

/* printf with %s, %c, %u, %lu, %ld, %lx, %% and a decimal width (0w: zeros; -w: to the left). One call
 * prints without another CPU's text in between. Any CPU; not from interrupt handlers, but for one that
 * ends the program. */
void console_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints from now on without asking for the lock: for a CPU that is about to end the program, and
 * that may itself hold it. */
void console_seize(void);

#endif
