/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a process has once, and QEMU takes for its own: glib's default main context, signal handlers, the
 * buffering of standard output, the limit of open files. The first becomes one per instance; the others stay
 * the host program's.
 */
#include "glue.h"

#include <sys/signalfd.h>

GMainContext *libqemu_context(void)
{
    static gsize made;

    if (g_once_init_enter(&made)) {
        g_once_init_leave(&made, (gsize)g_main_context_new());
    }
    return (GMainContext *)made;
}

static GMainContext *ours_if_null(GMainContext *context)
{
    return context ? context : libqemu_context();
}

/* --- glib: NULL means this instance's context ------------------------------------------------ */

gboolean __real_g_main_context_acquire(GMainContext *context);
void __real_g_main_context_release(GMainContext *context);
GSource *__real_g_main_context_find_source_by_id(GMainContext *context, guint id);
GMainLoop *__real_g_main_loop_new(GMainContext *context, gboolean is_running);
guint __real_g_source_attach(GSource *source, GMainContext *context);

GMainContext *__wrap_g_main_context_default(void);
gboolean __wrap_g_main_context_acquire(GMainContext *context);
void __wrap_g_main_context_release(GMainContext *context);
GSource *__wrap_g_main_context_find_source_by_id(GMainContext *context, guint id);
GMainLoop *__wrap_g_main_loop_new(GMainContext *context, gboolean is_running);
guint __wrap_g_source_attach(GSource *source, GMainContext *context);
gboolean __wrap_g_source_remove(guint id);
guint __wrap_g_timeout_add(guint interval_ms, GSourceFunc function, gpointer data);
guint __wrap_g_timeout_add_seconds(guint interval_s, GSourceFunc function, gpointer data);
guint __wrap_g_idle_add(GSourceFunc function, gpointer data);

GMainContext *__wrap_g_main_context_default(void)
{
    return libqemu_context();
}

gboolean __wrap_g_main_context_acquire(GMainContext *context)
{
    return __real_g_main_context_acquire(ours_if_null(context));
}

void __wrap_g_main_context_release(GMainContext *context)
{
    __real_g_main_context_release(ours_if_null(context));
}

GSource *__wrap_g_main_context_find_source_by_id(GMainContext *context, guint id)
{
    return __real_g_main_context_find_source_by_id(ours_if_null(context), id);
}

GMainLoop *__wrap_g_main_loop_new(GMainContext *context, gboolean is_running)
{
    return __real_g_main_loop_new(ours_if_null(context), is_running);
}

guint __wrap_g_source_attach(GSource *source, GMainContext *context)
{
    return __real_g_source_attach(source, ours_if_null(context));
}

gboolean __wrap_g_source_remove(guint id)
{
    GSource *source = __real_g_main_context_find_source_by_id(libqemu_context(), id);

    if (source) {
        g_source_destroy(source);
    }
    return source != NULL;
}

static guint attach(GSource *source, GSourceFunc function, gpointer data)
{
    guint id;

    g_source_set_callback(source, function, data, NULL);
    id = __real_g_source_attach(source, libqemu_context());
    g_source_unref(source);
    return id;
}

guint __wrap_g_timeout_add(guint interval_ms, GSourceFunc function, gpointer data)
{
    return attach(g_timeout_source_new(interval_ms), function, data);
}

guint __wrap_g_timeout_add_seconds(guint interval_s, GSourceFunc function, gpointer data)
{
    return attach(g_timeout_source_new_seconds(interval_s), function, data);
}

guint __wrap_g_idle_add(GSourceFunc function, gpointer data)
{
    return attach(g_idle_source_new(), function, data);
}

/* --- signals, standard output, limits -------------------------------------------------------- */

int __real_sigaction(int number, const struct sigaction *action, struct sigaction *old);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *old);
void (*__wrap_signal(int number, void (*handler)(int)))(int);
int __wrap_qemu_signalfd(const sigset_t *mask);
void __wrap_os_set_line_buffering(void);
void __wrap_os_setup_limits(void);

/* Asking is allowed, changing is not. */
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
    (void)action;
    return __real_sigaction(number, NULL, old);
}

void (*__wrap_signal(int number, void (*handler)(int)))(int)
{
    struct sigaction old;

    (void)handler;
    return __real_sigaction(number, NULL, &old) ? SIG_ERR : old.sa_handler;
}

/* QEMU would read the process's SIGIO, SIGALRM and SIGBUS from it, before the host program's handlers ran. */
int __wrap_qemu_signalfd(const sigset_t *mask)
{
    sigset_t none;

    (void)mask;
    sigemptyset(&none);
    return signalfd(-1, &none, SFD_CLOEXEC);
}

void __wrap_os_set_line_buffering(void) {}

void __wrap_os_setup_limits(void) {}
