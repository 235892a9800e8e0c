/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Interrupt lines (qemu_irq) in and out of devices.
 */
#include "glue.h"

#include "hw/irq.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"

typedef struct Watch {
    libqemu_gpio_fn fn;
    void *opaque;
} Watch;

static DeviceState *device_of(libqemu_object *object)
{
    return object ? (DeviceState *)object_dynamic_cast(libqemu_qom(object), TYPE_DEVICE) : NULL;
}

/* The device's list of lines, or NULL; QEMU's own look-up would create one. */
static NamedGPIOList *lines_of(DeviceState *device, const char *name)
{
    NamedGPIOList *list;

    QLIST_FOREACH(list, &device->gpios, node)
    {
        if (g_strcmp0(name, list->name) == 0) {
            return list;
        }
    }
    return NULL;
}

libqemu_irq *libqemu_gpio_in(libqemu_object *device, const char *name, int index)
{
    DeviceState *dev = device_of(device);
    NamedGPIOList *list;
    qemu_irq line = NULL;
    bool unlock;

    if (!dev || !libqemu_enter(&unlock)) {
        return NULL;
    }
    list = lines_of(dev, name);
    if (list && index >= 0 && index < list->num_in) {
        line = list->in[index];
    }
    libqemu_leave(unlock);
    return (libqemu_irq *)line;
}

int libqemu_irq_set(libqemu_irq *irq, int level)
{
    bool unlock;

    if (!irq) {
        return LIBQEMU_EINVAL;
    }
    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    qemu_set_irq((qemu_irq)irq, level);
    libqemu_leave(unlock);
    return LIBQEMU_OK;
}

/* --- outputs --------------------------------------------------------------------------------- */

static const char *list_name(const char *name)
{
    return name ? name : "unnamed";
}

/* LIBQEMU_OK if the output exists and leads nowhere yet. */
static int check_output(DeviceState *device, const char *name, int index, char **error)
{
    g_autofree char *property = g_strdup_printf("%s[%d]", name ? name : "unnamed-gpio-out", index);

    if (!object_property_find(OBJECT(device), property)) {
        return libqemu_error(error, LIBQEMU_EINVAL, "a '%s' has no output %d in its list '%s'",
                             object_get_typename(OBJECT(device)), index, list_name(name));
    }
    if (qdev_get_gpio_out_connector(device, name, index)) {
        return libqemu_error(error, LIBQEMU_EINVAL,
                             "output %d in the list '%s' of a '%s' is connected already", index,
                             list_name(name), object_get_typename(OBJECT(device)));
    }
    return LIBQEMU_OK;
}

static void connect_output(DeviceState *device, const char *name, int index, qemu_irq line)
{
    if (g_strcmp0(name, SYSBUS_DEVICE_GPIO_IRQ) == 0) {
        sysbus_connect_irq(SYS_BUS_DEVICE(device), index, line);
    } else {
        qdev_connect_gpio_out_named(device, name, index, line);
    }
}

int libqemu_gpio_connect(libqemu_object *device, const char *name, int index, libqemu_irq *irq, char **error)
{
    DeviceState *dev = device_of(device);
    LibqemuCall call;
    int result;

    if (!dev || !irq) {
        return libqemu_error(error, LIBQEMU_EINVAL, "gpio_connect() needs a device and an input line");
    }
    LIBQEMU_CALL(&call, error);
    result = check_output(dev, name, index, error);
    if (result == LIBQEMU_OK) {
        connect_output(dev, name, index, (qemu_irq)irq);
    }
    return libqemu_call_end(&call, result);
}

static void line_driven(void *opaque, int unused, int level)
{
    Watch *watch = opaque;

    (void)unused;
    watch->fn(watch->opaque, level);
}

int libqemu_gpio_watch(libqemu_object *device, const char *name, int index, libqemu_gpio_fn fn, void *opaque,
                       char **error)
{
    DeviceState *dev = device_of(device);
    LibqemuCall call;
    int result;

    if (!dev || !fn) {
        return libqemu_error(error, LIBQEMU_EINVAL, "gpio_watch() needs a device and a call-back");
    }
    LIBQEMU_CALL(&call, error);
    result = check_output(dev, name, index, error);
    if (result == LIBQEMU_OK) {
        Watch *watch = g_new(Watch, 1);

        *watch = (Watch){.fn = fn, .opaque = opaque};
        connect_output(dev, name, index, qemu_allocate_irq(line_driven, watch, 0));
    }
    return libqemu_call_end(&call, result);
}
