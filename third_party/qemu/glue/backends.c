/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Back ends that devices name by their id: -chardev, -drive, -netdev, after the start.
 */
#include "glue.h"

#include "chardev/char.h"
#include "net/net.h"
#include "qemu/config-file.h"
#include "qemu/option.h"
#include "system/blockdev.h"

/* Each takes the options over, or fails with an error. */
static bool add_chardev(QemuOpts *options, Error **errp)
{
    return qemu_chr_new_from_opts(options, NULL, errp);
}

static bool add_drive(QemuOpts *options, Error **errp)
{
    return drive_new(options, IF_NONE, errp);
}

static bool add_netdev(QemuOpts *options, Error **errp)
{
    Error *err = NULL;

    netdev_add(options, &err);
    error_propagate(errp, err);
    return !err;
}

typedef struct BackendKind {
    const char *name;   /* of the kind, and of QEMU's list of options */
    bool first_is_type; /* "user,..." for "type=user,..." */
    bool (*add)(QemuOpts *options, Error **errp);
} BackendKind;

static const BackendKind *find_kind(const char *name)
{
    static const BackendKind kinds[] = {
        {"chardev", true, add_chardev},
        {"drive", false, add_drive},
        {"netdev", true, add_netdev},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_str_equal(kinds[i].name, name)) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* What QEMU said, else the error, else that it said nothing (it prints help for some options). */
static int refused(char **error, Error *err)
{
    const char *said = libqemu_said();

    if (err) {
        return libqemu_error_from(error, LIBQEMU_EINVAL, err);
    }
    return libqemu_error(error, LIBQEMU_EINVAL, "%s", *said ? said : "it makes nothing of these options");
}

static int add_backend(const BackendKind *kind, const char *id, const char *text, char **error)
{
    g_autofree char *with_id = g_strdup_printf("%s%sid=%s", text, *text ? "," : "", id);
    Error *err = NULL;
    QemuOpts *options = qemu_opts_parse(qemu_find_opts(kind->name), with_id, kind->first_is_type, &err);

    if (options && !g_str_equal(qemu_opts_id(options), id)) {
        qemu_opts_del(options);
        return libqemu_error(error, LIBQEMU_EINVAL,
                             "it has the id '%s': its options must not give it another", id);
    }
    if (!options) {
        return refused(error, err);
    }
    if (!kind->add(options, &err)) {
        qemu_opts_del(options);
        return refused(error, err);
    }
    return LIBQEMU_OK;
}

int libqemu_backend_add(const char *kind, const char *id, const char *options, char **error)
{
    const BackendKind *found = kind ? find_kind(kind) : NULL;
    LibqemuCall call;

    if (!found || !id || !options) {
        return libqemu_error(error, LIBQEMU_EINVAL,
                             "backend_add() needs chardev, drive or netdev, an id, and options");
    }
    LIBQEMU_CALL(&call, error);
    return libqemu_call_end(&call, add_backend(found, id, options, error));
}
