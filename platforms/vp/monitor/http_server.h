/* SPDX-License-Identifier: MIT
 *
 * A small HTTP/1.1 server over libmicrohttpd: takes whole requests, of bounded size and in bounded time, and
 * hands each to one function. It knows nothing of what is served.
 *
 * Each connection has a thread of its own, so that a client who is slow, or gone, waits alone. Limits: below.
 */
#ifndef PLATFORMS_VP_MONITOR_HTTP_SERVER_H
#define PLATFORMS_VP_MONITOR_HTTP_SERVER_H

#include "address.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HTTP_CONNECTIONS_MAX 64
#define HTTP_BODY_MAX 4096           /* bytes of a request's body; more: 413 */
#define HTTP_CONNECTION_MEMORY 32768 /* for a request's line and headers; more: 414 or 431 */
#define HTTP_IDLE_S 10               /* a connection that is silent for that long is closed */
#define HTTP_REQUEST_S 20            /* and one that takes longer for one request */
#define HTTP_ANSWER_S 1 /* at the end, who does not read his answer for that long does not get it */

typedef struct http_request {
    const char *method;
    const char *path;                                       /* without the query */
    const char *host, *origin, *fetch_site, *authorization; /* headers; NULL: not there */
    const char *body; /* never NULL, ends with a zero that is not counted */
    size_t body_size;
    uint16_t port;    /* the one that it came to */
    void *connection; /* for http_argument */
} http_request;

typedef struct http_response {
    unsigned status;
    const char *type;  /* Content-Type; a literal */
    const char *allow; /* for 405: the right methods; else NULL */
    char *body;        /* malloc'ed; the server frees it */
    size_t size;
} http_response;

/* Answers. Any thread, several at once. */
typedef void (*http_handler)(void *opaque, const http_request *request, http_response *response);

typedef struct http_server http_server;

/* NULL: `message` says why in one line. */
http_server *http_server_start(const address *where, http_handler handler, void *opaque, char *message,
                               size_t size);
uint16_t http_server_port(const http_server *server);
/* Answers what is under way, takes nothing more, and returns when no handler runs any more: handlers do not
 * wait long. */
void http_server_stop(http_server *server);
/* The value of ?name=value, or NULL. */
const char *http_argument(const http_request *request, const char *name);

#ifdef __cplusplus
}
#endif

#endif
