/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A call of the host program's: state check, RCU, BQL, and where exit() goes meanwhile.
 */
#include "glue.h"

#include "block/aio.h"
#include "qemu/rcu.h"

static __thread LibqemuCall *current_call;
static __thread bool registered; /* with QEMU's RCU, and to be unregistered when the thread ends */
static pthread_key_t thread_end;

static void forget_thread(void *unused)
{
    (void)unused;
    rcu_unregister_thread();
}

/* Host threads end without telling QEMU. */
static void remember_thread(void)
{
    registered = true;
    pthread_setspecific(thread_end, &thread_end);
}

/* QEMU's RCU registers the thread that loads the library, in a constructor of its own. */
static void __attribute__((constructor)) loaded(void)
{
    pthread_key_create(&thread_end, forget_thread);
    remember_thread();
}

/* vCPUs and QEMU's event loops, which call from call-backs, have registered themselves. */
static bool is_qemus_thread(void)
{
    return current_cpu || qemu_get_current_aio_context();
}

void libqemu_thread_known(void)
{
    if (!registered && !is_qemus_thread()) {
        rcu_register_thread();
        remember_thread();
    }
}

bool libqemu_enter(bool *unlock)
{
    if (libqemu_state() != LIBQEMU_READY) {
        return false;
    }
    libqemu_thread_known();
    *unlock = !bql_locked();
    if (*unlock) {
        bql_lock();
        if (libqemu_state() != LIBQEMU_READY) {
            bql_unlock();
            return false;
        }
    }
    return true;
}

void libqemu_leave(bool unlock)
{
    if (unlock) {
        bql_unlock();
    }
}

LibqemuCall *libqemu_call_current(void)
{
    return current_call;
}

void libqemu_call_adopt(LibqemuCall *call)
{
    libqemu_said_clear();
    call->outer = current_call;
    current_call = call;
}

int libqemu_call_begin(LibqemuCall *call, char **error)
{
    if (!libqemu_enter(&call->unlock)) {
        return libqemu_error(
            error, LIBQEMU_ESTATE,
            "this QEMU is not running: start() must have succeeded, and shutdown() not been called");
    }
    libqemu_call_adopt(call);
    return LIBQEMU_OK;
}

int libqemu_call_end(LibqemuCall *call, int result)
{
    current_call = call->outer;
    libqemu_leave(call->unlock);
    return result;
}

int libqemu_call_exited(LibqemuCall *call, char **error)
{
    const char *said = libqemu_said();

    current_call = call->outer;
    libqemu_set_failed();
    if (call->unlock && bql_locked()) {
        bql_unlock();
    }
    return libqemu_error(error, LIBQEMU_EQEMU, "%s", *said ? said : "QEMU ended without saying why");
}

int libqemu_error(char **error, int code, const char *format, ...)
{
    va_list args;

    if (error) {
        va_start(args, format);
        *error = g_strdup_vprintf(format, args); /* g_malloc() is malloc(): the caller may free() */
        va_end(args);
        g_strchomp(*error);
    }
    return code;
}

int libqemu_error_from(char **error, int code, Error *err)
{
    libqemu_error(error, code, "%s", error_get_pretty(err));
    error_free(err);
    return code;
}
