/* SPDX-License-Identifier: MIT
 *
 * The calls of the QEMU that loaded the plugin. They are looked up in the object that called
 * qemu_plugin_install() and not left to the dynamic linker: with several libqemu in a process each instance
 * of the plugin has to talk to its own.
 */
#ifndef TIMEKEEPER_PLUGIN_QEMU_API_H
#define TIMEKEEPER_PLUGIN_QEMU_API_H

#include <qemu-plugin.h>

#define QEMU_API_MAP(X)                                                                                      \
    X(qemu_plugin_register_vcpu_init_cb)                                                                     \
    X(qemu_plugin_register_vcpu_tb_trans_cb)                                                                 \
    X(qemu_plugin_register_atexit_cb)                                                                        \
    X(qemu_plugin_register_vcpu_tb_count)                                                                    \
    X(qemu_plugin_vcpu_count)                                                                                \
    X(qemu_plugin_request_time_control)                                                                      \
    X(qemu_plugin_own_time)                                                                                  \
    X(qemu_plugin_timer_deadline_ns)                                                                         \
    X(qemu_plugin_run_timers)                                                                                \
    X(qemu_plugin_vcpu_leave)

typedef struct qemu_api {
#define QEMU_API_MEMBER(name) __typeof__(name) *name;
    QEMU_API_MAP(QEMU_API_MEMBER)
#undef QEMU_API_MEMBER
} qemu_api;

/* Fills the table from the object that contains `caller`. Returns NULL, or the name of a call that it lacks.
 */
const char *qemu_api_bind(qemu_api *api, const void *caller);

#endif
