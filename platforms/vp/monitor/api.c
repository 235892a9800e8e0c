/* SPDX-License-Identifier: MIT */
#include "api.h"

#include "waits.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status {
    STATUS_OK = 200,
    STATUS_ACCEPTED = 202,
    STATUS_BAD_REQUEST = 400,
    STATUS_UNAUTHORIZED = 401,
    STATUS_FORBIDDEN = 403,
    STATUS_NOT_FOUND = 404,
    STATUS_NOT_ALLOWED = 405,
    STATUS_CONFLICT = 409,
    STATUS_INTERNAL = 500,
    STATUS_UNAVAILABLE = 503,
};

static const char type_json[] = "application/json";
static const char type_text[] = "text/plain; charset=utf-8";
static const char type_page[] = "text/html; charset=utf-8";

/* --- responses ---------------------------------------------------------------------------------------- */

static void set_body(http_response *response, unsigned status, const char *type, char *body)
{
    *response = (http_response){.status = body ? status : STATUS_INTERNAL,
                                .type = type,
                                .body = body,
                                .size = body ? strlen(body) : 0};
}

/* Takes the reference to `value`. */
static void answer_json(http_response *response, unsigned status, json_t *value)
{
    set_body(response, status, type_json, value ? json_dumps(value, JSON_COMPACT) : NULL);
    json_decref(value);
}

__attribute__((format(printf, 3, 4))) static void answer_error(http_response *response, unsigned status,
                                                               const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    answer_json(response, status, json_pack("{s:s}", "error", text));
}

/* --- values ------------------------------------------------------------------------------------------- */

/* JSON's integers are 64 bits with a sign here: 106 days of picoseconds. Beyond, and for addresses and masks,
 * a number would not be exact: a hexadecimal string is. */
static json_t *json_uint(uint64_t value)
{
    char text[24];

    if (value <= INT64_MAX) {
        return json_integer((json_int_t)value);
    }
    snprintf(text, sizeof(text), "0x%" PRIx64, value);
    return json_string(text);
}

static json_t *json_time(uint64_t ps)
{
    return ps == TK_NEVER ? json_null() : json_uint(ps);
}

static json_t *json_place(const run_view *view, int vcpu)
{
    const int place = vcpu < 0 ? -1 : run_view_place(view, vcpu);

    return place < 0 ? json_null() : json_integer(place);
}

/* --- GET /api/state ----------------------------------------------------------------------------------- */

static json_t *json_waits(const run_view *view, const waits *what)
{
    return json_pack("{s:s, s:o, s:s}", "whom", waits_word(what->whom), "vcpu", json_place(view, what->vcpu),
                     "why", what->why);
}

static json_t *json_vcpu(const run_view *view, unsigned place)
{
    const unsigned i = view->order[place];
    const tk_vcpu_view *v = &view->time.vcpus[i];
    waits what;

    waits_of_vcpu(view, i, &what);
    return json_pack("{s:i, s:s?, s:s, s:i, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "index",
                     (int)place, "name", view->vcpu_names[i], "instance", v->source, "cpu",
                     (int)v->qemu_index, "state", what.state, "waits_for", json_waits(view, &what), "token",
                     view->time.holder == (int)i, "insn_per_second", json_uint(v->info.insn_per_second),
                     "instructions", json_uint(v->executed), "local_time_ps", json_time(v->info.local_ps),
                     "idle_ps", json_time(v->info.idle_ps), "annotated_ps", json_time(v->info.annotated_ps),
                     "pauses", json_uint(v->info.pauses), "token_holds", json_uint(v->info.token_holds));
}

static json_t *json_vcpus(const run_view *view)
{
    json_t *all = json_array();

    for (unsigned place = 0; place < view->count; place++) {
        json_array_append_new(all, json_vcpu(view, place));
    }
    return all;
}

static json_t *json_systemc(const run_view *view)
{
    waits what;

    waits_of_systemc(view, &what);
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "state", what.state, "waits_for", json_waits(view, &what),
                     "time_ps", json_time(view->time.keeper_now_ps), "next_event_ps",
                     json_time(view->time.keeper_next_ps), "transactions", json_uint(view->time.accepted));
}

static json_t *json_state(const api *self, const run_view *view)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:o, s:f, s:o, s:o}", "platform",
                     self->platform, "state", run_view_state(view), "global_time_ps",
                     json_time(view->time.global_ps), "host_ns", json_uint(view->host_ns), "quantum_ps",
                     json_time(view->time.quantum_ps), "timer_ps", json_time(view->time.deadline_ps), "token",
                     json_place(view, view->time.holder), "idle",
                     view->time.idle == TK_IDLE_WARP ? "warp" : "wallclock", "deterministic",
                     view->time.deterministic, "run_until_ps", json_time(view->run_until_ps), "speed",
                     view->speed, "systemc", json_systemc(view), "vcpus", json_vcpus(view));
}

/* False: it is answered already. *view is the caller's to free. */
static bool look(const api *self, http_response *response, run_view **view)
{
    *view = calloc(1, sizeof(**view));
    if (!*view) {
        answer_error(response, STATUS_INTERNAL, "out of memory");
        return false;
    }
    if (!self->simulation.look(self->simulation.opaque, *view)) {
        free(*view);
        answer_error(response, STATUS_UNAVAILABLE, "the timeline's lock cannot be had");
        return false;
    }
    return true;
}

static void get_state(const api *self, const http_request *request, http_response *response)
{
    run_view *view;

    (void)request;
    if (look(self, response, &view)) {
        answer_json(response, STATUS_OK, json_state(self, view));
        free(view);
    }
}

/* --- the other GETs ----------------------------------------------------------------------------------- */

static void get_page(const api *self, const http_request *request, http_response *response)
{
    (void)request;
    set_body(response, STATUS_OK, type_page, strdup(self->page));
}

static void get_api(const api *self, const http_request *request, http_response *response)
{
    (void)request;
    answer_json(response, STATUS_OK,
                json_pack("{s:s, s:i, s:s, s:s}", "name", "qemu-timekeeper monitor", "api", 1, "version",
                          self->version, "platform", self->platform));
}

static json_t *json_window(const api_window *window)
{
    char first[24], size[24];

    snprintf(first, sizeof(first), "0x%" PRIx64, window->first);
    snprintf(size, sizeof(size), "0x%" PRIx64, window->size);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "module", window->module, "type", window->type,
                     "socket", window->socket, "router", window->router, "address", first, "size", size,
                     "priority", (json_int_t)window->priority);
}

static void get_memory(const api *self, const http_request *request, http_response *response)
{
    json_t *all = json_array();

    (void)request;
    for (size_t i = 0; i < self->window_count; i++) {
        json_array_append_new(all, json_window(&self->windows[i]));
    }
    answer_json(response, STATUS_OK, json_pack("{s:o}", "windows", all));
}

static json_t *json_register(const api_register *reg)
{
    char offset[24], value[24];

    snprintf(offset, sizeof(offset), "0x%" PRIx64, reg->offset);
    snprintf(value, sizeof(value), "0x%0*" PRIx32, (int)reg->bits / 4, reg->value);
    return json_pack("{s:s, s:s, s:s, s:i}", "name", reg->name, "offset", offset, "value", value, "bits",
                     (int)reg->bits);
}

struct register_list {
    const char *only; /* a module's name, or NULL: all */
    json_t *modules;
};

static void add_component(void *context, const api_component *component)
{
    struct register_list *list = context;
    json_t *registers;

    if (list->only && strcmp(list->only, component->module) != 0) {
        return;
    }
    registers = json_array();
    for (size_t i = 0; i < component->count; i++) {
        json_array_append_new(registers, json_register(&component->registers[i]));
    }
    json_array_append_new(list->modules, json_pack("{s:s, s:s, s:o}", "module", component->module, "type",
                                                   component->type, "registers", registers));
}

static void get_registers(const api *self, const http_request *request, http_response *response)
{
    struct register_list list = {.only = http_argument(request, "module"), .modules = json_array()};
    uint64_t at_ps = 0;

    if (!self->simulation.registers(self->simulation.opaque, add_component, &list, &at_ps)) {
        json_decref(list.modules);
        answer_error(response, STATUS_UNAVAILABLE, "SystemC did not come to rest soon enough; ask again");
    } else if (list.only && json_array_size(list.modules) == 0) {
        json_decref(list.modules);
        answer_error(response, STATUS_NOT_FOUND, "no module of that name declares registers");
    } else {
        answer_json(response, STATUS_OK,
                    json_pack("{s:o, s:o}", "time_ps", json_time(at_ps), "modules", list.modules));
    }
}

static void get_report(const api *self, const http_request *request, http_response *response)
{
    char *report = self->simulation.report(self->simulation.opaque);

    (void)request;
    if (report) {
        set_body(response, STATUS_OK, type_json, report);
    } else {
        answer_error(response, STATUS_UNAVAILABLE, "nothing is traced yet");
    }
}

static void get_why(const api *self, const http_request *request, http_response *response)
{
    run_view *view;

    (void)request;
    if (look(self, response, &view)) {
        set_body(response, STATUS_OK, type_text, waits_screen(view));
        free(view);
    }
}

/* --- POST --------------------------------------------------------------------------------------------- */

/* The parameters of a command: a JSON object with exactly these members, all of them whole numbers. */
struct member {
    const char *name;
    uint64_t least, most;
    uint64_t value; /* out */
};

static bool take_member(const json_t *object, struct member *member, http_response *response)
{
    const json_t *value = json_object_get(object, member->name);

    if (!json_is_integer(value)) {
        answer_error(response, STATUS_BAD_REQUEST, "'%s' must be there, a whole number", member->name);
        return false;
    }
    if (json_integer_value(value) < 0 || (uint64_t)json_integer_value(value) < member->least ||
        (uint64_t)json_integer_value(value) > member->most) {
        answer_error(response, STATUS_BAD_REQUEST, "'%s' must be %" PRIu64 " to %" PRIu64, member->name,
                     member->least, member->most);
        return false;
    }
    member->value = (uint64_t)json_integer_value(value);
    return true;
}

static bool take_members(const http_request *request, struct member *members, size_t count,
                         http_response *response)
{
    json_error_t error;
    json_t *object = request->body_size == 0
                         ? json_object()
                         : json_loadb(request->body, request->body_size, JSON_REJECT_DUPLICATES, &error);
    bool good = json_is_object(object);

    if (!good) {
        answer_error(response, STATUS_BAD_REQUEST, "the body must be a JSON object");
    } else if (json_object_size(object) > count) {
        answer_error(response, STATUS_BAD_REQUEST, "there are %zu members, but %zu are known",
                     json_object_size(object), count);
        good = false;
    }
    for (size_t i = 0; good && i < count; i++) {
        good = take_member(object, &members[i], response);
    }
    json_decref(object);
    return good;
}

static void change(const api *self, const api_command *command, http_response *response)
{
    char message[256] = "";
    run_view *view;
    const enum api_outcome outcome =
        self->simulation.change(self->simulation.opaque, command, message, sizeof(message));

    if (outcome == API_REFUSED) {
        answer_error(response, STATUS_CONFLICT, "%s", message);
    } else if (look(self, response, &view)) {
        answer_json(response, outcome == API_DONE ? STATUS_OK : STATUS_ACCEPTED, json_state(self, view));
        free(view);
    }
}

static void change_plainly(const api *self, const http_request *request, http_response *response,
                           enum api_change what)
{
    const api_command command = {.change = what};

    if (take_members(request, NULL, 0, response)) {
        change(self, &command, response);
    }
}

static void post_pause(const api *self, const http_request *request, http_response *response)
{
    change_plainly(self, request, response, API_PAUSE);
}

static void post_continue(const api *self, const http_request *request, http_response *response)
{
    change_plainly(self, request, response, API_CONTINUE);
}

static void post_step(const api *self, const http_request *request, http_response *response)
{
    change_plainly(self, request, response, API_STEP);
}

static void post_why(const api *self, const http_request *request, http_response *response)
{
    change_plainly(self, request, response, API_PRINT_WHY);
}

static void post_run_until(const api *self, const http_request *request, http_response *response)
{
    struct member time = {.name = "time_ps", .most = INT64_MAX};

    if (take_members(request, &time, 1, response)) {
        const api_command command = {.change = API_RUN_UNTIL, .time_ps = time.value};
        change(self, &command, response);
    }
}

static void post_rate(const api *self, const http_request *request, http_response *response)
{
    struct member members[] = {{.name = "vcpu", .most = TK_VCPUS_MAX - 1},
                               {.name = "insn_per_second", .least = 1, .most = TK_RATE_MAX}};

    if (take_members(request, members, 2, response)) {
        const api_command command = {
            .change = API_SET_RATE, .vcpu = (unsigned)members[0].value, .insn_per_second = members[1].value};
        change(self, &command, response);
    }
}

static void post_quantum(const api *self, const http_request *request, http_response *response)
{
    /* As the parameter quantum_ns: an hour at most. */
    struct member quantum = {
        .name = "quantum_ps", .least = TK_PS_PER_NS, .most = UINT64_C(3600) * TK_PS_PER_SECOND};

    if (take_members(request, &quantum, 1, response)) {
        const api_command command = {.change = API_SET_QUANTUM, .time_ps = quantum.value};
        change(self, &command, response);
    }
}

/* --- which is which ----------------------------------------------------------------------------------- */

typedef void (*route_fn)(const api *self, const http_request *request, http_response *response);

static const struct route {
    const char *path;
    route_fn get, post; /* NULL: not this method */
} routes[] = {
    {"/", get_page, NULL},
    {"/api", get_api, NULL},
    {"/api/state", get_state, NULL},
    {"/api/memory", get_memory, NULL},
    {"/api/registers", get_registers, NULL},
    {"/api/report", get_report, NULL},
    {"/api/why", get_why, post_why},
    {"/api/pause", NULL, post_pause},
    {"/api/continue", NULL, post_continue},
    {"/api/step", NULL, post_step},
    {"/api/run_until", NULL, post_run_until},
    {"/api/rate", NULL, post_rate},
    {"/api/quantum", NULL, post_quantum},
};

static const struct route *find_route(const char *path)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
        if (strcmp(path, routes[i].path) == 0) {
            return &routes[i];
        }
    }
    return NULL;
}

static void answer_not_allowed(const struct route *route, http_response *response)
{
    const char *allow = route->get && route->post ? "GET, HEAD, POST" : route->get ? "GET, HEAD" : "POST";

    answer_error(response, STATUS_NOT_ALLOWED, "%s is for %s", route->path, allow);
    response->allow = allow;
}

void api_answer(void *opaque, const http_request *request, http_response *response)
{
    const api *self = opaque;
    const guard_headers headers = {.host = request->host,
                                   .origin = request->origin,
                                   .fetch_site = request->fetch_site,
                                   .authorization = request->authorization};
    const struct route *route = find_route(request->path);
    const guard rules = {.host = self->rules.host, .port = request->port, .token = self->rules.token};
    const char *refusal = guard_refusal(&rules, &headers);
    const bool get = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    const bool post = strcmp(request->method, "POST") == 0;

    if (refusal) {
        answer_error(response, STATUS_FORBIDDEN, "%s", refusal);
    } else if (!route) {
        answer_error(response, STATUS_NOT_FOUND, "there is nothing here; docs/monitor.md says what there is");
    } else if (get && route->get) {
        route->get(self, request, response);
    } else if (!post || !route->post) {
        answer_not_allowed(route, response);
    } else if (!guard_has_token(&rules, &headers)) {
        answer_error(response, STATUS_UNAUTHORIZED,
                     "needs the header 'Authorization: Bearer TOKEN', with the token that vp printed");
    } else {
        route->post(self, request, response);
    }
}
