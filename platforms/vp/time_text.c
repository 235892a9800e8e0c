/* SPDX-License-Identifier: MIT */
#include "time_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    uint64_t ps;
} units[] = {
    {"ps", 1},
    {"ns", 1000},
    {"us", 1000000},
    {"ms", 1000000000},
    {"s", UINT64_C(1000000000000)},
    {"min", UINT64_C(60000000000000)},
};

static uint64_t unit_ps(const char *name)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(name, units[i].name) == 0) {
            return units[i].ps;
        }
    }
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Adds digit * ps to *sum. */
static bool add(uint64_t *sum, uint64_t digit, uint64_t ps)
{
    uint64_t product;

    return !__builtin_mul_overflow(digit, ps, &product) && !__builtin_add_overflow(*sum, product, sum) &&
           *sum <= INT64_MAX;
}

uint64_t time_text_read(const char *text)
{
    const size_t whole = strspn(text, "0123456789");
    const size_t fraction = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    const size_t end = whole + (fraction > 0 ? 1 + fraction : 0);
    uint64_t ps = unit_ps(text + end);
    uint64_t number = 0, result = 0;

    if (whole == 0 || ps == 0) {
        return 0;
    }
    for (const char *at = text; is_digit(*at); at++) {
        if (__builtin_mul_overflow(number, UINT64_C(10), &number) ||
            __builtin_add_overflow(number, (uint64_t)(*at - '0'), &number)) {
            return 0;
        }
    }
    if (!add(&result, number, ps)) {
        return 0;
    }
    for (const char *at = text + whole + 1; at < text + end; at++) {
        if (*at != '0' && ps % 10 != 0) {
            return 0;
        }
        ps /= 10;
        if (!add(&result, (uint64_t)(*at - '0'), ps)) {
            return 0;
        }
    }
    return result;
}
