/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QEMU's exit() and atexit(), which must not be the host program's.
 */
#include "glue.h"

static GSList *at_exit;

int __wrap_atexit(void (*function)(void));
void __wrap_exit(int status) G_NORETURN;

/* Some come from constructors, so this may use nothing but glib. */
int __wrap_atexit(void (*function)(void))
{
    at_exit = g_slist_prepend(at_exit, (gpointer)function);
    return 0;
}

void libqemu_run_atexit(void)
{
    while (at_exit) {
        void (*function)(void) = (void (*)(void))at_exit->data;

        at_exit = g_slist_delete_link(at_exit, at_exit);
        function();
    }
}

/*
 * Inside a call of the host program's (start() included) the call fails. Else nobody is there to take an
 * error: tell the host program, let others have the BQL, and stay here for ever, as the callers of exit()
 * rely on its not returning.
 */
void __wrap_exit(int status)
{
    LibqemuCall *call = libqemu_call_current();
    const libqemu_config *host = libqemu_host();

    if (call) {
        siglongjmp(call->exited, 1);
    }
    libqemu_set_failed();
    if (bql_locked()) {
        bql_unlock();
    }
    if (host->fatal) {
        host->fatal(host->opaque, status, libqemu_said());
    }
    for (;;) {
        pause();
    }
}
