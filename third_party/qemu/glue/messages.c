/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What QEMU says (error_report() and friends) goes to the host program, line by line.
 */
#include "glue.h"

#include "monitor/monitor.h"

enum { LINE_SIZE = 1024, SAID_SIZE = 4096 };

static __thread char line[LINE_SIZE]; /* the line that the thread is saying */
static __thread char said[SAID_SIZE]; /* the errors that it said, joined */

int __real_error_vprintf(const char *format, va_list args);
int __wrap_error_vprintf(const char *format, va_list args) G_GNUC_PRINTF(1, 0);
int __real_error_vprintf_unless_qmp(const char *format, va_list args);
int __wrap_error_vprintf_unless_qmp(const char *format, va_list args) G_GNUC_PRINTF(1, 0);
const char *__wrap_g_get_prgname(void);
void __wrap_g_set_prgname(const char *name);
GLogFunc __wrap_g_log_set_default_handler(GLogFunc function, gpointer data);

void libqemu_said_clear(void)
{
    said[0] = '\0';
}

const char *libqemu_said(void)
{
    return said;
}

static bool is_error(const char *text)
{
    return !strstr(text, "warning: ") && !strstr(text, "info: ");
}

static void say_line(void)
{
    const libqemu_config *host = libqemu_host();

    if (!*line) {
        return;
    }
    if (!libqemu_call_current()) {
        libqemu_said_clear(); /* nobody will ask but exit(), for the last words */
    }
    if (is_error(line)) {
        if (*said) {
            g_strlcat(said, "; ", sizeof(said));
        }
        g_strlcat(said, line, sizeof(said));
    }
    if (host->log) {
        host->log(host->opaque, line);
    }
    line[0] = '\0';
}

/* QEMU says a line in pieces: the location, "warning: ", the text, the newline. */
static int G_GNUC_PRINTF(1, 0) say(const char *format, va_list args)
{
    g_autofree char *text = g_strdup_vprintf(format, args);
    int length = (int)strlen(text);
    char *part = text;

    for (char *end = strchr(part, '\n'); end; end = strchr(part, '\n')) {
        *end = '\0';
        g_strlcat(line, part, sizeof(line));
        say_line();
        part = end + 1;
    }
    g_strlcat(line, part, sizeof(line));
    return length;
}

int __wrap_error_vprintf(const char *format, va_list args)
{
    return monitor_cur() ? __real_error_vprintf(format, args) : say(format, args);
}

int __wrap_error_vprintf_unless_qmp(const char *format, va_list args)
{
    return monitor_cur() ? __real_error_vprintf_unless_qmp(format, args) : say(format, args);
}

void libqemu_log(const char *format, ...)
{
    const libqemu_config *host = libqemu_host();
    va_list args;

    if (host->log) {
        g_autofree char *text = NULL;

        va_start(args, format);
        text = g_strdup_vprintf(format, args);
        va_end(args);
        host->log(host->opaque, text);
    }
}

/* The program's name is the host program's: QEMU neither changes it nor puts it before its messages. */
const char *__wrap_g_get_prgname(void)
{
    return NULL;
}

void __wrap_g_set_prgname(const char *name)
{
    (void)name;
}

/* So is glib's log handler. */
GLogFunc __wrap_g_log_set_default_handler(GLogFunc function, gpointer data)
{
    (void)function;
    (void)data;
    return g_log_default_handler;
}
