/* SPDX-License-Identifier: MIT
 *
 * The monitor's JSON API: docs/monitor.md is its reference. From a request to a response; what is asked of
 * the simulation goes through api_simulation, so that tests need none.
 */
#ifndef PLATFORMS_VP_MONITOR_API_H
#define PLATFORMS_VP_MONITOR_API_H

#include "guard.h"
#include "http_server.h"
#include "run_view.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- what it shows ------------------------------------------------------------------------------------ */

/* One window of the memory map. */
typedef struct api_window {
    const char *module, *type, *socket, *router;
    uint64_t first, size;
    int64_t priority;
} api_window;

typedef struct api_register {
    const char *name;
    uint64_t offset;
    uint32_t value;
    unsigned bits;
} api_register;

/* A TLM component that declares registers. */
typedef struct api_component {
    const char *module, *type;
    const api_register *registers;
    size_t count;
} api_component;

/* --- what it changes ---------------------------------------------------------------------------------- */

enum api_change {
    API_PAUSE,
    API_CONTINUE,
    API_STEP,        /* one quantum */
    API_RUN_UNTIL,   /* time_ps */
    API_SET_RATE,    /* of `vcpu`, a place in the platform's order, to insn_per_second */
    API_SET_QUANTUM, /* to time_ps */
    API_PRINT_WHY,   /* "why is it stuck?" on stderr */
};

typedef struct api_command {
    enum api_change change;
    uint64_t time_ps;
    unsigned vcpu;
    uint64_t insn_per_second;
} api_command;

enum api_outcome {
    API_DONE,
    API_UNDER_WAY, /* it will be: the simulation has not come to it yet */
    API_REFUSED,   /* not in this state: `message` says why */
};

typedef struct api_simulation {
    void *opaque;
    /* All may be called on any thread, several at once, and wait for a few seconds at most. */

    /* False: the simulation's lock cannot be had. */
    bool (*look)(void *opaque, run_view *view);
    /* `one` is called for each component, with SystemC's kernel at rest at time *at_ps. False: it did not
     * come to rest soon enough. */
    bool (*registers)(void *opaque, void (*one)(void *context, const api_component *component), void *context,
                      uint64_t *at_ps);
    /* What the page shows, as JSON, malloc'ed: docs/trace.md. NULL: there is none. */
    char *(*report)(void *opaque);
    enum api_outcome (*change)(void *opaque, const api_command *command, char *message, size_t size);
} api_simulation;

typedef struct api {
    guard rules; /* but for the port, which requests bring */
    api_simulation simulation;
    const api_window *windows;
    size_t window_count;
    const char *page; /* what is served at /; ends with a zero */
    const char *platform, *version;
} api;

/* The http_handler; `opaque` is the api. */
void api_answer(void *opaque, const http_request *request, http_response *response);

#ifdef __cplusplus
}
#endif

#endif
