/* SPDX-License-Identifier: MIT */
#include "console.h"
#include "machine.h"
#include "mmio.h"
#include "spinlock.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* DDI 0183, table 3-1. */
#define UARTDR (MACHINE_UART_BASE + 0x00)
#define UARTFR (MACHINE_UART_BASE + 0x18)
#define UARTLCR_H (MACHINE_UART_BASE + 0x2c)
#define UARTCR (MACHINE_UART_BASE + 0x30)

#define UARTFR_TXFF (1u << 5)
#define UARTLCR_H_FEN (1u << 4)
#define UARTLCR_H_8BIT (3u << 5)
#define UARTCR_UARTEN (1u << 0)
#define UARTCR_TXE (1u << 8)

#define DIGITS_MAX 20 /* of 2^64 - 1 */

static spinlock s_lock;
static bool s_seized;

struct conversion {
    unsigned width;
    bool zeros;
    bool left;
};

void console_init(void)
{
    mmio_write32(UARTCR, 0);
    mmio_write32(UARTLCR_H, UARTLCR_H_8BIT | UARTLCR_H_FEN);
    mmio_write32(UARTCR, UARTCR_UARTEN | UARTCR_TXE);
}

void console_seize(void)
{
    s_seized = true;
}

static void put(char c)
{
    while (mmio_read32(UARTFR) & UARTFR_TXFF) {
    }
    mmio_write32(UARTDR, (uint8_t)c);
}

static void put_padding(char c, unsigned length, unsigned width)
{
    for (; length < width; length++)
        put(c);
}

static void put_string(const char *text, const struct conversion *how)
{
    unsigned length = 0;

    while (text[length] != '\0')
        length++;
    if (!how->left)
        put_padding(' ', length, how->width);
    for (unsigned i = 0; i < length; i++)
        put(text[i]);
    if (how->left)
        put_padding(' ', length, how->width);
}

static void put_number(uint64_t value, unsigned base, bool minus, const struct conversion *how)
{
    char digits[DIGITS_MAX + 2];
    unsigned at = DIGITS_MAX + 1;
    unsigned last = at;

    digits[at] = '\0';
    do
        digits[--at] = "0123456789abcdef"[value % base];
    while ((value /= base) != 0);
    while (how->zeros && last - at + minus < how->width && at > 1)
        digits[--at] = '0';
    if (minus)
        digits[--at] = '-';
    put_string(&digits[at], how);
}

/* One conversion after '%'; returns the position after it. */
static const char *put_conversion(const char *format, va_list *arguments)
{
    struct conversion how = {0};
    bool is_long = false;

    for (; *format == '-' || *format == '0'; format++) {
        how.left |= *format == '-';
        how.zeros |= *format == '0';
    }
    for (; *format >= '0' && *format <= '9'; format++)
        how.width = how.width * 10 + (unsigned)(*format - '0');
    for (; *format == 'l'; format++)
        is_long = true;

    switch (*format) {
    case 's':
        put_string(va_arg(*arguments, const char *), &how);
        break;
    case 'c':
        put((char)va_arg(*arguments, int));
        break;
    case 'u':
        put_number(is_long ? va_arg(*arguments, uint64_t) : va_arg(*arguments, unsigned), 10, false, &how);
        break;
    case 'x':
        put_number(is_long ? va_arg(*arguments, uint64_t) : va_arg(*arguments, unsigned), 16, false, &how);
        break;
    case 'd': {
        int64_t value = is_long ? va_arg(*arguments, int64_t) : va_arg(*arguments, int);
        put_number(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0, &how);
        break;
    }
    case '\0':
        return format;
    default:
        put(*format);
        break;
    }
    return format + 1;
}

void console_printf(const char *format, ...)
{
    bool locked = !s_seized;
    va_list arguments;

    if (locked)
        spinlock_take(&s_lock);
    va_start(arguments, format);
    while (*format != '\0') {
        if (*format == '%') {
            format = put_conversion(format + 1, &arguments);
        } else {
            if (*format == '\n')
                put('\r');
            put(*format++);
        }
    }
    va_end(arguments);
    if (locked)
        spinlock_release(&s_lock);
}
