/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Start, run, stop and shutdown; the main loop's thread.
 */
#include "glue.h"

#include "exec/page-vary.h"
#include "qemu/rcu.h"
#include "qemu/thread.h"
#include "system/cpus.h"
#include "system/replay.h"
#include "system/runstate-action.h"
#include "system/runstate.h"
#include "system/system.h"
#include "system/tcg.h"

typedef struct StartResult {
    QemuSemaphore done;
    int code;
    char *error;
} StartResult;

static int state = LIBQEMU_NEW;
static libqemu_config host;
static QemuThread main_loop;
static char **start_argv; /* QEMU keeps pointers into it */
static int start_argc;
static Notifier shutdown_notifier;
static bool machine_complete; /* run() was called; BQL */

/* What every instance needs; the caller's arguments follow. */
static const char *const OWN_ARGUMENTS[] = {
    "libqemu-system-" TARGET_NAME,
    "-S",
    "-nodefaults",
    "-no-user-config",
    "-display",
    "none",
    "-action",
    "shutdown=pause",
};

LibqemuState libqemu_state(void)
{
    return (LibqemuState)qatomic_load_acquire(&state);
}

static void set_state(LibqemuState new_state)
{
    qatomic_store_release(&state, (int)new_state);
}

static bool change_state(LibqemuState from, LibqemuState to)
{
    return qatomic_cmpxchg(&state, (int)from, (int)to) == (int)from;
}

void libqemu_set_failed(void)
{
    set_state(LIBQEMU_FAILED);
}

const libqemu_config *libqemu_host(void)
{
    return &host;
}

/* --- what the guest asks for ----------------------------------------------------------------- */

void libqemu_request_host(enum libqemu_request what)
{
    if (host.guest_request && libqemu_state() == LIBQEMU_READY) {
        host.guest_request(host.opaque, what);
    }
}

void __real_qemu_system_shutdown_request(ShutdownCause cause);
void __wrap_qemu_system_shutdown_request(ShutdownCause cause);
void __wrap_qemu_system_reset_request(ShutdownCause cause);

/*
 * QEMU would stop every vCPU. The host program decides: the other CPUs go on until it does. It hears of it at
 * once and not from the main loop, for the CPU that asks is off right after this: who looked in between would
 * see a machine that does nothing and has nothing to wait for.
 */
void __wrap_qemu_system_shutdown_request(ShutdownCause cause)
{
    (void)cause;
    libqemu_request_host(LIBQEMU_REQUEST_POWER_OFF);
}

/*
 * QEMU's main loop would stop the vCPUs and reset its part of the machine, when the host program's part is
 * not. So this is the host program's: reset_begin() and system_reset(). The CPU that asks executes nothing
 * more.
 */
void __wrap_qemu_system_reset_request(ShutdownCause cause)
{
    bool ends = reboot_action == REBOOT_ACTION_SHUTDOWN && cause != SHUTDOWN_CAUSE_SUBSYSTEM_RESET;

    libqemu_request_host(ends ? LIBQEMU_REQUEST_POWER_OFF : LIBQEMU_REQUEST_RESET);
    cpu_stop_current();
}

/* Requests that stay inside system/runstate.c. QEMU then pauses the VM. */
static void shutdown_requested(Notifier *notifier, void *cause)
{
    (void)notifier;
    (void)cause;
    libqemu_request_host(LIBQEMU_REQUEST_POWER_OFF);
}

/* --- the main loop's thread ------------------------------------------------------------------ */

static void answer(StartResult *result, int code, const char *message)
{
    result->code = code;
    result->error = g_strchomp(g_strdup(message ? message : ""));
    qemu_sem_post(&result->done);
}

/* QEMU's vCPUs must each have a thread: the rest of the glue (and the guest's speed) relies on it. */
static const char *unfit(void)
{
    if (!tcg_enabled()) {
        return "the accelerator must be tcg (-accel tcg)";
    }
    if (!qemu_tcg_mttcg_enabled()) {
        return "vCPUs must run on a thread each: no -icount, no -accel tcg,thread=single";
    }
    return NULL;
}

/* The call's frame must outlive exit(), so this is where sigsetjmp() is. True: initialised, BQL held. */
static bool initialise(StartResult *result)
{
    LibqemuCall call = {0};
    char *error = NULL;
    const char *why_not;

    libqemu_call_adopt(&call);
    if (sigsetjmp(call.exited, 0)) {
        call.unlock = true;
        libqemu_call_exited(&call, &error);
        answer(result, LIBQEMU_EQEMU, error);
        g_free(error);
        return false;
    }
    if (host.page_bits > 0) {
        set_preferred_target_page_bits((int)host.page_bits); /* the first to say so: it holds */
    }
    qemu_init(start_argc, start_argv);
    call.unlock = false;
    libqemu_call_end(&call, LIBQEMU_OK);
    why_not = unfit();
    if (why_not) {
        libqemu_set_failed();
        bql_unlock();
        answer(result, LIBQEMU_EQEMU, why_not);
        return false;
    }
    return true;
}

static void *main_loop_thread(void *opaque)
{
    StartResult *result = opaque;
    int status;

    libqemu_thread_known();
    if (!initialise(result)) {
        return NULL;
    }
    shutdown_notifier.notify = shutdown_requested;
    qemu_register_shutdown_notifier(&shutdown_notifier);
    set_state(LIBQEMU_READY);
    answer(result, LIBQEMU_OK, NULL);

    do {
        status = qemu_main_loop();
    } while (libqemu_state() == LIBQEMU_READY);

    qemu_cleanup(status);
    libqemu_vcpus_join();
    libqemu_run_atexit();
    bql_unlock();
    replay_mutex_unlock();
    return NULL;
}

/* --- calls ----------------------------------------------------------------------------------- */

static void keep_arguments(const libqemu_config *config)
{
    size_t own = G_N_ELEMENTS(OWN_ARGUMENTS);
    int given = config->argv ? config->argc : 0;

    start_argv = g_new0(char *, own + (size_t)given + 1);
    for (size_t i = 0; i < own; i++) {
        start_argv[i] = g_strdup(OWN_ARGUMENTS[i]);
    }
    for (int i = 0; i < given; i++) {
        start_argv[own + (size_t)i] = g_strdup(config->argv[i]);
    }
    start_argc = (int)own + given;
}

/* -daemonize would fork the host program. */
static bool forks(const libqemu_config *config)
{
    for (int i = 0; config->argv && i < config->argc; i++) {
        if (g_str_equal(config->argv[i], "-daemonize") || g_str_equal(config->argv[i], "--daemonize")) {
            return true;
        }
    }
    return false;
}

int libqemu_start(const libqemu_config *config, char **error)
{
    static StartResult result; /* not on the stack: the other thread may be about to leave its semaphore */

    if (!config || config->argc < 0) {
        return libqemu_error(error, LIBQEMU_EINVAL, "start() needs a configuration");
    }
    if (config->page_bits != 0 && (config->page_bits < 10 || config->page_bits > 16)) {
        return libqemu_error(error, LIBQEMU_EINVAL, "page_bits is %u; it must be 0, or 10 to 16",
                             config->page_bits);
    }
    if (forks(config)) {
        return libqemu_error(error, LIBQEMU_EINVAL, "-daemonize is not for a library");
    }
    if (!change_state(LIBQEMU_NEW, LIBQEMU_STARTING)) {
        return libqemu_error(error, LIBQEMU_ESTATE,
                             "a QEMU library starts once: load a copy of it for another instance");
    }
    host = *config;
    keep_arguments(config);
    libqemu_map_init();
    rcu_disable_atfork(); /* else each fork() of the host program's would get an RCU thread */
    qemu_thread_naming(true);
    qemu_sem_init(&result.done, 0);
    qemu_thread_create(&main_loop, "qemu_main", main_loop_thread, &result, QEMU_THREAD_JOINABLE);
    qemu_sem_wait(&result.done);
    if (result.code != LIBQEMU_OK) {
        qemu_thread_join(&main_loop);
        libqemu_error(error, result.code, "%s", result.error);
    }
    g_free(result.error);
    return result.code;
}

/*
 * Devices are reset when they are realized, but only now all are there: a GIC, say, adds registers to CPUs
 * that were reset before it came. QEMU does the same for boards (qdev_machine_creation_done()).
 */
static void complete_machine(void)
{
    if (!machine_complete) {
        qemu_system_reset(SHUTDOWN_CAUSE_NONE);
        machine_complete = true;
    }
}

int libqemu_run(void)
{
    LibqemuCall call;

    LIBQEMU_CALL(&call, NULL);
    if (runstate_needs_reset()) {
        return libqemu_call_end(&call, LIBQEMU_ESTATE);
    }
    libqemu_vcpus_settle();
    complete_machine();
    if (!libqemu_gdb_holds()) {
        vm_start();
    }
    return libqemu_call_end(&call, LIBQEMU_OK);
}

int libqemu_stop(void)
{
    LibqemuCall call;

    LIBQEMU_CALL(&call, NULL);
    vm_stop(RUN_STATE_PAUSED);
    return libqemu_call_end(&call, LIBQEMU_OK);
}

int libqemu_shutdown(void)
{
    bool unlock;

    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    if (!unlock || !change_state(LIBQEMU_READY, LIBQEMU_ENDING)) {
        libqemu_leave(unlock);
        return LIBQEMU_ESTATE;
    }
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    __real_qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    libqemu_leave(unlock);
    qemu_thread_join(&main_loop);
    set_state(LIBQEMU_ENDED);
    return LIBQEMU_OK;
}
