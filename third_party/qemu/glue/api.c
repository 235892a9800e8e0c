/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of calls, in the header's order.
 */
#include "glue.h"

static const libqemu_api api = {
    .version = LIBQEMU_API_VERSION,
    .qemu_version = QEMU_VERSION,
    .target = TARGET_NAME,

    .start = libqemu_start,
    .run = libqemu_run,
    .stop = libqemu_stop,
    .shutdown = libqemu_shutdown,

    .backend_add = libqemu_backend_add,
    .object_new = libqemu_object_new,
    .property_set = libqemu_property_set,
    .property_get = libqemu_property_get,
    .link_set = libqemu_link_set,
    .link_memory = libqemu_link_memory,
    .realize = libqemu_realize,
    .realize_on = libqemu_realize_on,
    .object_find = libqemu_object_find,
    .clock_set = libqemu_clock_set,
    .types = libqemu_types,
    .describe = libqemu_describe,
    .type_exists = libqemu_type_exists,

    .memory_container = libqemu_memory_container,
    .memory_ram = libqemu_memory_ram,
    .memory_rom = libqemu_memory_rom,
    .memory_callback = libqemu_memory_callback,
    .memory_alias = libqemu_memory_alias,
    .memory_of_device = libqemu_memory_of_device,
    .memory_size = libqemu_memory_size,
    .memory_add = libqemu_memory_add,
    .memory_remove = libqemu_memory_remove,
    .memory_sync = libqemu_memory_sync,
    .memory_system = libqemu_memory_system,
    .memory_access = libqemu_memory_access,
    .memory_written = libqemu_memory_written,

    .gpio_in = libqemu_gpio_in,
    .irq_set = libqemu_irq_set,
    .gpio_connect = libqemu_gpio_connect,
    .gpio_watch = libqemu_gpio_watch,

    .cpu_index = libqemu_cpu_index,
    .cpu_kick = libqemu_cpu_kick,
    .cpu_pause = libqemu_cpu_pause,
    .cpu_resume = libqemu_cpu_resume,
    .cpu_reset = libqemu_cpu_reset,
    .cpu_power = libqemu_cpu_power,

    .reset_begin = libqemu_reset_begin,
    .system_reset = libqemu_system_reset,
    .cpu_start = libqemu_cpu_start,

    .gdb_start = libqemu_gdb_start,

    .clock_ns = libqemu_clock_ns,
    .clock_set_ns = libqemu_clock_set_ns,
    .timer_deadline_ns = libqemu_timer_deadline_ns,
    .timers_run = libqemu_timers_run,
};

const libqemu_api *libqemu_get_api(uint32_t version)
{
    return version == LIBQEMU_API_VERSION ? &api : NULL;
}
