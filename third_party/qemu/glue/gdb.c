/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A debugger: QEMU's gdbstub, on a port of this machine only.
 */
#include "glue.h"

#include "exec/gdbstub.h"

static bool serving;    /* QEMU has one server; BQL */
static bool first_held; /* the debugger starts the vCPUs, not run(); BQL */

int libqemu_gdb_start(uint16_t port, bool hold, char **error)
{
    g_autofree char *device = g_strdup_printf("tcp:127.0.0.1:%u", port);
    LibqemuCall call;
    Error *err = NULL;

    if (port == 0) {
        return libqemu_error(error, LIBQEMU_EINVAL, "a debugger needs a port, 1 to 65535");
    }
    LIBQEMU_CALL(&call, error);
    if (serving) {
        return libqemu_call_end(&call, libqemu_error(error, LIBQEMU_ESTATE, "a debugger has a port already"));
    }
    if (!gdbserver_start(device, &err)) {
        const char *said = libqemu_said(); /* why; the error only tells what failed */

        libqemu_error(error, LIBQEMU_EQEMU, "%s", *said ? said : error_get_pretty(err));
        error_free(err);
        return libqemu_call_end(&call, LIBQEMU_EQEMU);
    }
    serving = true;
    first_held = hold;
    return libqemu_call_end(&call, LIBQEMU_OK);
}

bool libqemu_gdb_holds(void)
{
    bool holds = first_held;

    first_held = false;
    return holds;
}
