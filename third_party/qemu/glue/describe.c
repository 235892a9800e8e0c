/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What types there are, and what an object offers: for people who write platforms.
 */
#include "glue.h"

#include "hw/clock.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"

/* --- types ----------------------------------------------------------------------------------- */

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(object_class_get_name((ObjectClass *)a), object_class_get_name((ObjectClass *)b));
}

int libqemu_types(libqemu_type_fn fn, void *opaque)
{
    GSList *all;
    bool unlock;

    if (!fn) {
        return LIBQEMU_EINVAL;
    }
    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    all = g_slist_sort(object_class_get_list(TYPE_OBJECT, false), by_name);
    for (GSList *each = all; each; each = each->next) {
        ObjectClass *class = each->data;
        DeviceClass *device = (DeviceClass *)object_class_dynamic_cast(class, TYPE_DEVICE);

        if (libqemu_can_be_created(class)) {
            fn(opaque, object_class_get_name(class), libqemu_kind_of(class), device ? device->bus_type : NULL,
               device ? device->desc : NULL);
        }
    }
    g_slist_free(all);
    libqemu_leave(unlock);
    return LIBQEMU_OK;
}

/* --- properties ------------------------------------------------------------------------------ */

/* Those that belong to every object, or that are ways to lines and children. */
static bool is_for_users(const ObjectProperty *property)
{
    static const char *const others[] = {"type", "realized", "hotplugged", "hotpluggable", "parent_bus"};

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        if (g_str_equal(property->name, others[i])) {
            return false;
        }
    }
    return property->set && !strchr(property->name, '[') && !g_str_has_prefix(property->type, "child<");
}

/* Reading others may want a realized object. */
static bool is_plain(const char *type)
{
    return g_str_equal(type, "bool") || g_str_equal(type, "str") || g_str_equal(type, "size") ||
           g_str_has_prefix(type, "int") || g_str_has_prefix(type, "uint");
}

static gint by_property_name(gconstpointer a, gconstpointer b)
{
    return strcmp(((const ObjectProperty *)a)->name, ((const ObjectProperty *)b)->name);
}

static void describe_properties(Object *object, libqemu_feature_fn fn, void *opaque)
{
    ObjectPropertyIterator next;
    ObjectProperty *property;
    GSList *all = NULL;

    object_property_iter_init(&next, object);
    while ((property = object_property_iter_next(&next))) {
        if (is_for_users(property)) {
            all = g_slist_insert_sorted(all, property, by_property_name);
        }
    }
    for (GSList *each = all; each; each = each->next) {
        libqemu_feature feature = {.kind = LIBQEMU_FEATURE_PROPERTY};
        g_autofree char *value = NULL;

        property = each->data;
        value = is_plain(property->type) ? object_property_print(object, property->name, false, NULL) : NULL;
        feature.name = property->name;
        feature.type = property->type;
        feature.help = property->description;
        feature.value = value;
        fn(opaque, &feature);
    }
    g_slist_free(all);
}

/* --- devices --------------------------------------------------------------------------------- */

/* Each list once: a device may have made them in any order. */
static void describe_lines(DeviceState *device, libqemu_feature_fn fn, void *opaque)
{
    NamedGPIOList *list;

    QLIST_FOREACH(list, &device->gpios, node)
    {
        libqemu_feature feature = {.name = list->name ? list->name : ""};

        if (list->num_in > 0) {
            feature.kind = LIBQEMU_FEATURE_GPIO_IN;
            feature.number = (uint64_t)list->num_in;
            fn(opaque, &feature);
        }
        if (list->num_out > 0) {
            feature.kind = LIBQEMU_FEATURE_GPIO_OUT;
            feature.number = (uint64_t)list->num_out;
            fn(opaque, &feature);
        }
    }
}

static void describe_regions(Object *object, libqemu_feature_fn fn, void *opaque)
{
    SysBusDevice *sysbus = (SysBusDevice *)object_dynamic_cast(object, TYPE_SYS_BUS_DEVICE);
    MemoryRegion *region;

    for (int i = 0; sysbus && i < QDEV_MAX_MMIO && (region = sysbus_mmio_get_region(sysbus, i)); i++) {
        libqemu_feature feature = {
            .kind = LIBQEMU_FEATURE_REGION,
            .name = memory_region_name(region),
            .number = memory_region_size(region),
        };

        fn(opaque, &feature);
    }
}

static void describe_clocks(DeviceState *device, libqemu_feature_fn fn, void *opaque)
{
    NamedClockList *each;

    QLIST_FOREACH(each, &device->clocks, node)
    {
        libqemu_feature feature = {.kind = LIBQEMU_FEATURE_CLOCK, .name = each->name};

        if (!each->output) {
            fn(opaque, &feature);
        }
    }
}

/* "virtio-mmio-bus virtio-bus": devices for any of these fit. */
static char *with_ancestors(ObjectClass *class)
{
    GString *all = g_string_new(object_class_get_name(class));
    ObjectClass *parent = object_class_get_parent(class);

    for (; parent && !g_str_equal(object_class_get_name(parent), TYPE_BUS);
         parent = object_class_get_parent(parent)) {
        g_string_append_printf(all, " %s", object_class_get_name(parent));
    }
    return g_string_free(all, FALSE);
}

static void describe_buses(DeviceState *device, libqemu_feature_fn fn, void *opaque)
{
    BusState *bus;

    QLIST_FOREACH(bus, &device->child_bus, sibling)
    {
        g_autofree char *types = with_ancestors(object_get_class(OBJECT(bus)));
        libqemu_feature feature = {.kind = LIBQEMU_FEATURE_BUS,
                                   .name = bus->name,
                                   .type = object_get_typename(OBJECT(bus)),
                                   .value = types};

        fn(opaque, &feature);
    }
}

int libqemu_describe(libqemu_object *object, libqemu_feature_fn fn, void *opaque, char **error)
{
    LibqemuCall call;
    DeviceState *device;

    if (!object || !fn) {
        return libqemu_error(error, LIBQEMU_EINVAL, "describe() needs an object and a call-back");
    }
    LIBQEMU_CALL(&call, error);
    describe_properties(libqemu_qom(object), fn, opaque);
    device = (DeviceState *)object_dynamic_cast(libqemu_qom(object), TYPE_DEVICE);
    if (device) {
        describe_lines(device, fn, opaque);
        describe_regions(libqemu_qom(object), fn, opaque);
        describe_clocks(device, fn, opaque);
        describe_buses(device, fn, opaque);
    }
    return libqemu_call_end(&call, LIBQEMU_OK);
}
