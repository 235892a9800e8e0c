/* SPDX-License-Identifier: MIT */
#include "http_server.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A connection, from accept() to close(). */
typedef struct connection {
    int fd;
    time_t since; /* when its present request began, or the last one ended */
    struct connection *next;
} connection;

struct http_server {
    struct MHD_Daemon *daemon;
    http_handler handler;
    void *opaque;
    uint16_t port;
    pthread_mutex_t lock; /* of what follows; a leaf */
    pthread_cond_t ends;  /* `ending`, and then each connection */
    bool ending;
    bool coming;   /* accepted, and not begun yet */
    unsigned open; /* begun, and their threads not joined yet */
    connection *connections;
    pthread_t reaper;
};

/* A request while its body comes in. */
typedef struct upload {
    size_t size;
    bool too_large;
    char body[HTTP_BODY_MAX + 1];
} upload;

static time_t now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* --- connections -------------------------------------------------------------------------------------- */

/* On the thread that accepts, which goes on to on_connection. */
static enum MHD_Result may_come(void *cls, const struct sockaddr *from, socklen_t size)
{
    http_server *server = cls;
    bool may;

    (void)from;
    (void)size;
    pthread_mutex_lock(&server->lock);
    may = server->coming = !server->ending;
    pthread_mutex_unlock(&server->lock);
    return may ? MHD_YES : MHD_NO;
}

/* The end of a connection is told when its thread has been joined. */
static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    http_server *server = cls;
    connection *c;

    pthread_mutex_lock(&server->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        server->coming = false;
        server->open++;
        c = calloc(1, sizeof(*c));
        *context = c;
        if (c) {
            c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
            c->since = now_s();
            c->next = server->connections;
            server->connections = c;
            if (server->ending) {
                shutdown(c->fd, SHUT_RD);
            }
        }
    } else {
        server->open--;
        for (connection **p = &server->connections; *p; p = &(*p)->next) {
            if (*p == *context) {
                *p = (*p)->next;
                break;
            }
        }
        free(*context);
        *context = NULL;
    }
    if (server->ending) {
        pthread_cond_broadcast(&server->ends);
    }
    pthread_mutex_unlock(&server->lock);
}

static void restart_time(http_server *server, struct MHD_Connection *mhd)
{
    connection *c = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;

    pthread_mutex_lock(&server->lock);
    if (c) {
        c->since = now_s();
    }
    pthread_mutex_unlock(&server->lock);
}

/* MHD's own timeout is for silence only: who sends a byte now and then would hold a connection for ever. */
static void *reap(void *cls)
{
    http_server *server = cls;

    pthread_mutex_lock(&server->lock);
    while (!server->ending) {
        struct timespec next;

        clock_gettime(CLOCK_REALTIME, &next);
        next.tv_sec += 1;
        for (const connection *c = server->connections; c; c = c->next) {
            if (now_s() - c->since > HTTP_REQUEST_S) {
                shutdown(c->fd, SHUT_RDWR); /* its thread closes it */
            }
        }
        pthread_cond_timedwait(&server->ends, &server->lock, &next); /* a second, or the end */
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* --- requests ----------------------------------------------------------------------------------------- */

static void fail(http_response *response, unsigned status, const char *text)
{
    response->status = status;
    response->type = "text/plain; charset=utf-8";
    response->body = strdup(text);
    response->size = response->body ? strlen(text) : 0;
}

/* No page of another origin gets to read or to frame anything, and nothing is kept. */
static void add_headers(struct MHD_Response *out, const http_response *response)
{
    MHD_add_response_header(out, "Content-Type", response->type);
    MHD_add_response_header(out, "Cache-Control", "no-store");
    MHD_add_response_header(out, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(out, "Cross-Origin-Resource-Policy", "same-origin");
    MHD_add_response_header(out, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(out, "Content-Security-Policy",
                            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                            "img-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
                            "form-action 'none'");
    if (response->allow) {
        MHD_add_response_header(out, "Allow", response->allow);
    }
    if (response->status == MHD_HTTP_UNAUTHORIZED) {
        MHD_add_response_header(out, "WWW-Authenticate", "Bearer");
    }
}

static enum MHD_Result reply(struct MHD_Connection *mhd, http_response *response)
{
    struct MHD_Response *out;
    enum MHD_Result result;

    out = MHD_create_response_from_buffer(response->size, response->body, MHD_RESPMEM_MUST_FREE);
    if (!out) {
        free(response->body);
        return MHD_NO;
    }
    add_headers(out, response);
    result = MHD_queue_response(mhd, response->status, out);
    MHD_destroy_response(out);
    return result;
}

static const char *header(struct MHD_Connection *mhd, const char *name)
{
    return MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);
}

static enum MHD_Result answer(http_server *server, struct MHD_Connection *mhd, const char *path,
                              const char *method, const upload *up)
{
    http_response response = {.status = MHD_HTTP_OK, .type = "text/plain; charset=utf-8"};
    const http_request request = {
        .method = method,
        .path = path,
        .host = header(mhd, "Host"),
        .origin = header(mhd, "Origin"),
        .fetch_site = header(mhd, "Sec-Fetch-Site"),
        .authorization = header(mhd, "Authorization"),
        .body = up->body,
        .body_size = up->size,
        .port = server->port,
        .connection = mhd,
    };

    if (up->too_large) {
        fail(&response, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large\n");
    } else {
        server->handler(server->opaque, &request, &response);
    }
    return reply(mhd, &response);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *path, const char *method,
                                  const char *version, const char *data, size_t *data_size, void **context)
{
    http_server *server = cls;
    upload *up = *context;

    (void)version;
    if (!up) { /* the headers are here */
        *context = calloc(1, sizeof(*up));
        return *context ? MHD_YES : MHD_NO;
    }
    if (*data_size > 0) { /* a piece of the body */
        up->too_large = up->too_large || *data_size > HTTP_BODY_MAX - up->size;
        if (!up->too_large) {
            memcpy(up->body + up->size, data, *data_size);
            up->size += *data_size;
        }
        *data_size = 0;
        return MHD_YES;
    }
    restart_time(server, mhd);
    return answer(server, mhd, path, method, up);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
                         enum MHD_RequestTerminationCode code)
{
    (void)code;
    restart_time(cls, mhd);
    free(*context);
    *context = NULL;
}

const char *http_argument(const http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* What clients do wrong is no news for the terminal. */
static void say_nothing(void *cls, const char *format, va_list arguments)
{
    (void)cls;
    (void)format;
    (void)arguments;
}

/* --- start and end ------------------------------------------------------------------------------------ */

static int listen_at(const struct addrinfo *where, uint16_t *port)
{
    const int on = 1;
    const int fd = socket(where->ai_family, where->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_storage bound = {0};
    socklen_t size = sizeof(bound);

    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, where->ai_addr, where->ai_addrlen) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, (struct sockaddr *)&bound, &size) != 0) {
        const int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    *port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                              : ((struct sockaddr_in *)&bound)->sin_port);
    return fd;
}

static int open_socket(const address *where, uint16_t *port, char *message, size_t size)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char service[8];
    int fd, error;

    snprintf(service, sizeof(service), "%u", (unsigned)where->port);
    error = getaddrinfo(where->host, service, &hints, &found);
    if (error) {
        snprintf(message, size, "no such host: %s", gai_strerror(error));
        return -1;
    }
    fd = listen_at(found, port);
    if (fd < 0) {
        snprintf(message, size, "cannot listen there: %s", strerror(errno));
    }
    freeaddrinfo(found);
    return fd;
}

static struct MHD_Daemon *start_daemon(http_server *server, int fd)
{
    /* ITC: a connection's end is seen to at once. */
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL |
                           MHD_USE_ITC | MHD_USE_ERROR_LOG;

    return MHD_start_daemon(
        flags, 0, may_come, server, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HTTP_CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
}

static http_server *make(http_handler handler, void *opaque)
{
    http_server *server = calloc(1, sizeof(*server));

    if (server) {
        server->handler = handler;
        server->opaque = opaque;
        pthread_mutex_init(&server->lock, NULL);
        pthread_cond_init(&server->ends, NULL);
    }
    return server;
}

static void destroy(http_server *server)
{
    pthread_cond_destroy(&server->ends);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

http_server *http_server_start(const address *where, http_handler handler, void *opaque, char *message,
                               size_t size)
{
    http_server *server = make(handler, opaque);
    int fd;

    if (!server) {
        snprintf(message, size, "out of memory");
        return NULL;
    }
    fd = open_socket(where, &server->port, message, size);
    if (fd >= 0) {
        server->daemon = start_daemon(server, fd);
        if (!server->daemon) {
            snprintf(message, size, "cannot start the HTTP server: %s", strerror(errno));
            close(fd);
        } else if (pthread_create(&server->reaper, NULL, reap, server) != 0) {
            snprintf(message, size, "cannot start a thread");
            MHD_stop_daemon(server->daemon);
            server->daemon = NULL;
        }
    }
    if (!server->daemon) {
        destroy(server);
        return NULL;
    }
    return server;
}

uint16_t http_server_port(const http_server *server)
{
    return server->port;
}

static void shut_all(const http_server *server, int how)
{
    for (const connection *c = server->connections; c; c = c->next) {
        shutdown(c->fd, how);
    }
}

/* What is under way is answered, for who reads it; no more requests come. With the lock. */
static void await_answers(http_server *server)
{
    struct timespec end;

    shut_all(server, SHUT_RD);
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += HTTP_ANSWER_S;
    while ((server->open > 0 || server->coming) &&
           pthread_cond_timedwait(&server->ends, &server->lock, &end) == 0) { /* ends: time is over */
    }
}

/* MHD_stop_daemon alone will not do while clients are busy: a request that is malformed, on a connection
 * whose thread has not seen yet that the end has come, is to be answered with an error then, and MHD 0.9.75
 * takes an answer for queued that it has dropped: it follows a null pointer. So no connection's thread may be
 * left. */
static void end_connections(http_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->ending = true;
    pthread_cond_broadcast(&server->ends);
    await_answers(server);
    shut_all(server, SHUT_RDWR);
    while (server->open > 0) {
        pthread_cond_wait(&server->ends, &server->lock); /* ends: no handler waits long, and nobody comes */
    }
    pthread_mutex_unlock(&server->lock);
}

void http_server_stop(http_server *server)
{
    end_connections(server);
    pthread_join(server->reaper, NULL);
    MHD_stop_daemon(server->daemon);
    destroy(server);
}
