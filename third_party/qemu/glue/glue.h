/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of the glue share. Public calls are documented in timekeeper/libqemu.h.
 */
#ifndef LIBQEMU_GLUE_H
#define LIBQEMU_GLUE_H

#include "qemu/osdep.h" /* QEMU wants it first */

#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "timekeeper/libqemu.h"

#include <setjmp.h>

/* --- state (lifecycle.c) --------------------------------------------------------------------- */

typedef enum LibqemuState {
    LIBQEMU_NEW,
    LIBQEMU_STARTING,
    LIBQEMU_READY,
    LIBQEMU_ENDING,
    LIBQEMU_ENDED,
    LIBQEMU_FAILED, /* QEMU called exit(): its state is in pieces, nothing may touch it any more */
} LibqemuState;

LibqemuState libqemu_state(void);
void libqemu_set_failed(void);
/* The host program's configuration; all zero before start(). */
const libqemu_config *libqemu_host(void);

/* Tells the host program, while this QEMU is ready. BQL: held or not. */
void libqemu_request_host(enum libqemu_request what);

int libqemu_start(const libqemu_config *config, char **error);
int libqemu_run(void);
int libqemu_stop(void);
int libqemu_shutdown(void);

/* --- calls from the host program (call.c) ---------------------------------------------------- */

/* One call of the host program's, on its thread's stack. */
typedef struct LibqemuCall {
    sigjmp_buf exited; /* where exit() of QEMU's goes while the call lasts */
    struct LibqemuCall *outer;
    bool unlock;
} LibqemuCall;

/*
 * Enters a call that may make QEMU call exit(): in that case the function that this stands in returns
 * LIBQEMU_EQEMU with QEMU's message. A macro, since the frame that called sigsetjmp() must stay.
 * Local variables that changed after it are lost by exit(), so none is used.
 */
#define LIBQEMU_CALL(call, error)                                                                            \
    do {                                                                                                     \
        int libqemu_begun_ = libqemu_call_begin(call, error);                                                \
        if (libqemu_begun_ != LIBQEMU_OK) {                                                                  \
            return libqemu_begun_;                                                                           \
        }                                                                                                    \
        if (sigsetjmp((call)->exited, 0)) {                                                                  \
            return libqemu_call_exited(call, error);                                                         \
        }                                                                                                    \
    } while (0)

/* Checks the state, makes the thread known to QEMU, and takes the BQL unless the thread holds it. */
int libqemu_call_begin(LibqemuCall *call, char **error);
/* For start(): only makes the call this thread's current one. */
void libqemu_call_adopt(LibqemuCall *call);
/* Leaves the call; returns `result`. */
int libqemu_call_end(LibqemuCall *call, int result);
int libqemu_call_exited(LibqemuCall *call, char **error);
/* The innermost call of this thread, or NULL. */
LibqemuCall *libqemu_call_current(void);

/* The same for calls that cannot make QEMU exit. False: not in a state for it. */
bool libqemu_enter(bool *unlock);
void libqemu_leave(bool unlock);
/* Makes the calling thread known to QEMU's RCU, once per thread. */
void libqemu_thread_known(void);

/* Writes a malloc'ed message; returns `code`. */
int libqemu_error(char **error, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The same with QEMU's error, which it frees. */
int libqemu_error_from(char **error, int code, Error *err);

/* --- exit() (exit.c) ------------------------------------------------------------------------- */

/* Runs what QEMU gave to atexit(), latest first, and forgets it. */
void libqemu_run_atexit(void);

/* --- messages (messages.c) ------------------------------------------------------------------- */

/* Hands one line to the host program. */
void libqemu_log(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Forgets what the thread said until now. */
void libqemu_said_clear(void);
/* What QEMU said on this thread (errors, not warnings) since libqemu_said_clear(), on one line. */
const char *libqemu_said(void);

/* --- the host program's things (host.c) ------------------------------------------------------ */

/* This instance's own glib context, made at the first call. */
GMainContext *libqemu_context(void);

/* --- objects, memory, lines, vCPUs, time ----------------------------------------------------- */

struct libqemu_memory {
    MemoryRegion *mr; /* &own, or a device's */
    MemoryRegion own;
    struct LibqemuSpace *space; /* for memory_access(), made at its first call */
    libqemu_access_fn fn;
    void *opaque;
    char *host;      /* of memory_rom(): where the range begins */
    uint64_t offset; /* the same, in the region */
};

Object *libqemu_qom(libqemu_object *object);
/* The object as a realized CPU, or NULL. */
CPUState *libqemu_cpu(libqemu_object *object);

int libqemu_backend_add(const char *kind, const char *id, const char *options, char **error);
int libqemu_object_new(const char *type, const char *name, libqemu_object **object, char **error);
int libqemu_property_set(libqemu_object *object, const char *property, const char *value, char **error);
int libqemu_property_get(libqemu_object *object, const char *property, char **value, char **error);
int libqemu_link_set(libqemu_object *object, const char *property, libqemu_object *target, char **error);
int libqemu_link_memory(libqemu_object *object, const char *property, libqemu_memory *memory, char **error);
int libqemu_realize(libqemu_object *object, char **error);
int libqemu_realize_on(libqemu_object *object, libqemu_object *parent, char **error);
libqemu_object *libqemu_object_find(libqemu_object *object, const char *path);
int libqemu_clock_set(libqemu_object *object, const char *name, uint64_t hz, char **error);
/* "cpu", "sysbus-device", "device" or "object". */
const char *libqemu_kind_of(ObjectClass *class);
/* True if objects of it can be created: a device or a user-creatable object, not abstract. */
bool libqemu_can_be_created(ObjectClass *class);
int libqemu_types(libqemu_type_fn fn, void *opaque);
int libqemu_describe(libqemu_object *object, libqemu_feature_fn fn, void *opaque, char **error);
bool libqemu_type_exists(const char *type, const char **kind);

libqemu_memory *libqemu_memory_container(const char *name, uint64_t size);
libqemu_memory *libqemu_memory_ram(const char *name, void *host, uint64_t size, bool readonly);
libqemu_memory *libqemu_memory_rom(const char *name, void *host, uint64_t size, libqemu_access_fn fn,
                                   void *opaque);
libqemu_memory *libqemu_memory_callback(const char *name, uint64_t size, libqemu_access_fn fn, void *opaque);
libqemu_memory *libqemu_memory_alias(const char *name, libqemu_memory *target, uint64_t offset,
                                     uint64_t size);
libqemu_memory *libqemu_memory_of_device(libqemu_object *device, unsigned index);
uint64_t libqemu_memory_size(libqemu_memory *memory);
int libqemu_memory_add(libqemu_memory *container, libqemu_memory *sub, uint64_t address, int priority);
int libqemu_memory_remove(libqemu_memory *container, libqemu_memory *sub);
libqemu_memory *libqemu_memory_system(void);
enum libqemu_access_result libqemu_memory_access(libqemu_memory *memory, libqemu_access *access);
int libqemu_memory_sync(void);
int libqemu_memory_written(const void *host, uint64_t size);

libqemu_irq *libqemu_gpio_in(libqemu_object *device, const char *name, int index);
int libqemu_irq_set(libqemu_irq *irq, int level);
int libqemu_gpio_connect(libqemu_object *device, const char *name, int index, libqemu_irq *irq, char **error);
int libqemu_gpio_watch(libqemu_object *device, const char *name, int index, libqemu_gpio_fn fn, void *opaque,
                       char **error);

/* Once, before there are CPUs. */
void libqemu_map_init(void);
/* Something was taken out of the map: memory_sync() is about that. BQL: held. */
void libqemu_map_changed(void);
/* A vCPU's thread begins, or ends, to do something else in the middle of a block, which may take long; it
 * makes no access of the guest's meanwhile. Other threads: nothing. May be nested. */
void libqemu_away(bool begins);

int libqemu_cpu_index(libqemu_object *cpu);
int libqemu_cpu_kick(libqemu_object *cpu);
int libqemu_cpu_pause(libqemu_object *cpu);
int libqemu_cpu_resume(libqemu_object *cpu);
int libqemu_cpu_reset(libqemu_object *cpu);
int libqemu_cpu_power(libqemu_object *cpu, bool on);
int libqemu_cpu_start(libqemu_object *cpu, bool on);
/* Returns when every vCPU's thread has done the work that is queued for it. BQL: held. */
void libqemu_vcpus_settle(void);
/* Ends and joins the vCPUs' threads; they must be stopped. BQL: held. */
void libqemu_vcpus_join(void);

int libqemu_reset_begin(void);
int libqemu_system_reset(void);

int libqemu_gdb_start(uint16_t port, bool hold, char **error);
/* True once: the debugger starts the vCPUs. BQL: held. */
bool libqemu_gdb_holds(void);

int64_t libqemu_clock_ns(void);
int libqemu_clock_set_ns(int64_t ns);
int64_t libqemu_timer_deadline_ns(void);
int libqemu_timers_run(void);

#endif
