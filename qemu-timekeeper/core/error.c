/* SPDX-License-Identifier: MIT */
#include "timekeeper/timekeeper.h"

const char *tk_strerror(int error)
{
    switch (error) {
#define TK_ERROR_CASE(name, value, text)                                                                     \
    case name:                                                                                               \
        return text;
        TK_ERROR_MAP(TK_ERROR_CASE)
#undef TK_ERROR_CASE
    default:
        return "unknown error";
    }
}
