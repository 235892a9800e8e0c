/* SPDX-License-Identifier: MIT */
#include "address.h"

#include <string.h>

static bool parse_port(const char *text, uint16_t *port)
{
    uint32_t value = 0;

    if (*text == '\0') {
        return false;
    }
    for (; *text; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        value = value * 10 + (uint32_t)(*text - '0');
        if (value > UINT16_MAX) {
            return false;
        }
    }
    *port = (uint16_t)value;
    return true;
}

/* A colon in a host is an IPv6 address, which stands in brackets. */
static bool parse_host(const char *text, size_t size, char host[ADDRESS_HOST_MAX])
{
    const bool brackets = size >= 2 && text[0] == '[' && text[size - 1] == ']';

    if (brackets) {
        text++;
        size -= 2;
    }
    if (size == 0 || size >= ADDRESS_HOST_MAX || (!brackets && memchr(text, ':', size)) ||
        memchr(text, '[', size) || memchr(text, ']', size)) {
        return false;
    }
    memcpy(host, text, size);
    host[size] = '\0';
    return true;
}

bool address_parse(const char *text, address *result)
{
    const char *colon = strrchr(text, ':');

    if (!colon) {
        strcpy(result->host, "127.0.0.1");
        return parse_port(text, &result->port);
    }
    return parse_host(text, (size_t)(colon - text), result->host) && parse_port(colon + 1, &result->port);
}
