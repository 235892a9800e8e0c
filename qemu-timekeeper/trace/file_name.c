/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <string.h>

bool tk_ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), wanted = strlen(end);

    return length > wanted && strcmp(text + length - wanted, end) == 0;
}

bool tk_trace_file_known(const char *path)
{
    return tk_ends_with(path, ".json") || tk_ends_with(path, ".csv");
}
