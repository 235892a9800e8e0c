/* SPDX-License-Identifier: MIT */
#include "guard.h"

#include "address.h"
#include "token.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_address(const char *host)
{
    unsigned char binary[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, binary) == 1 || inet_pton(AF_INET6, host, binary) == 1;
}

/* Without a port it is HTTP's, 80. */
static bool parse_host(const char *header, address *result)
{
    char text[ADDRESS_HOST_MAX + 8];
    const char *colon = strrchr(header, ':');
    const bool has_port = colon && colon[1] != '\0' && !strchr(colon, ']');

    if (strlen(header) >= ADDRESS_HOST_MAX) {
        return false;
    }
    snprintf(text, sizeof(text), has_port ? "%s" : "%s:80", header);
    return address_parse(text, result);
}

static bool right_host(const guard *rules, const char *header)
{
    address said;

    return header && parse_host(header, &said) && said.port == rules->port &&
           (is_address(said.host) || strcasecmp(said.host, "localhost") == 0 ||
            strcasecmp(said.host, rules->host) == 0);
}

/* A page of ours has the origin that its Host header says. */
static bool right_origin(const char *origin, const char *host)
{
    static const char scheme[] = "http://";

    return strncasecmp(origin, scheme, sizeof(scheme) - 1) == 0 &&
           strcasecmp(origin + sizeof(scheme) - 1, host) == 0;
}

/* "none": the user typed the address, or followed a bookmark. */
static bool right_site(const char *site)
{
    return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
}

const char *guard_refusal(const guard *rules, const guard_headers *headers)
{
    if (!right_host(rules, headers->host)) {
        return "the Host header names another host; use an address of this machine, or localhost";
    }
    if (headers->origin && !right_origin(headers->origin, headers->host)) {
        return "the request comes from a page of another origin";
    }
    if (headers->fetch_site && !right_site(headers->fetch_site)) {
        return "the request comes from a page of another site";
    }
    return NULL;
}

bool guard_has_token(const guard *rules, const guard_headers *headers)
{
    static const char scheme[] = "Bearer ";

    return headers->authorization && strncasecmp(headers->authorization, scheme, sizeof(scheme) - 1) == 0 &&
           token_equal(rules->token, headers->authorization + sizeof(scheme) - 1);
}
