/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QOM objects: create, set, realize.
 */
#include "glue.h"

#include "hw/boards.h"
#include "hw/clock.h"
#include "hw/pci/msi.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "qapi/qobject-input-visitor.h"
#include "qobject/qlist.h"
#include "qobject/qstring.h"
#include "qom/object_interfaces.h"
#include "system/reset.h"
#include "tcg/tcg.h"

/* From tcg/tcg-internal.h, which is for files in tcg/ only. */
extern TCGContext tcg_init_ctx;

Object *libqemu_qom(libqemu_object *object)
{
    return (Object *)object;
}

/* --- near names, for messages ---------------------------------------------------------------- */

/* Levenshtein's distance of two names. */
static unsigned distance(const char *a, const char *b)
{
    size_t width = strlen(b) + 1;
    g_autofree unsigned *row = g_new(unsigned, width);

    for (unsigned j = 0; j < width; j++) {
        row[j] = j;
    }
    for (unsigned i = 1; *a; i++, a++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j < width; j++) {
            unsigned replaced = diagonal + (*a != b[j - 1]);

            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j - 1], row[j]) + 1);
        }
    }
    return row[width - 1];
}

static const char *nearest_property(Object *object, const char *name)
{
    ObjectPropertyIterator each;
    ObjectProperty *property;
    const char *nearest = NULL;
    unsigned least = (unsigned)strlen(name) / 2 + 1; /* farther is no help */

    object_property_iter_init(&each, object);
    while ((property = object_property_iter_next(&each))) {
        unsigned d = distance(name, property->name);

        if (d < least) {
            least = d;
            nearest = property->name;
        }
    }
    return nearest;
}

/* NULL and a message if there is no such property. */
static ObjectProperty *find_property(libqemu_object *object, const char *name, char **error)
{
    ObjectProperty *property = object && name ? object_property_find(libqemu_qom(object), name) : NULL;
    const char *nearest;

    if (property) {
        return property;
    }
    if (!object || !name) {
        libqemu_error(error, LIBQEMU_EINVAL, "an object and the name of a property are needed");
        return NULL;
    }
    nearest = nearest_property(libqemu_qom(object), name);
    libqemu_error(error, LIBQEMU_EINVAL, "type '%s' has no property '%s'%s%s%s",
                  object_get_typename(libqemu_qom(object)), name, nearest ? "; did you mean '" : "",
                  nearest ? nearest : "", nearest ? "'?" : "");
    return NULL;
}

/* --- create ---------------------------------------------------------------------------------- */

const char *libqemu_kind_of(ObjectClass *class)
{
    if (object_class_dynamic_cast(class, TYPE_CPU)) {
        return "cpu";
    }
    if (object_class_dynamic_cast(class, TYPE_SYS_BUS_DEVICE)) {
        return "sysbus-device";
    }
    return object_class_dynamic_cast(class, TYPE_DEVICE) ? "device" : "object";
}

bool libqemu_can_be_created(ObjectClass *class)
{
    return !object_class_is_abstract(class) && (object_class_dynamic_cast(class, TYPE_DEVICE) ||
                                                object_class_dynamic_cast(class, TYPE_USER_CREATABLE));
}

bool libqemu_type_exists(const char *type, const char **kind)
{
    ObjectClass *class;
    bool unlock;
    bool exists;

    if (!type || !libqemu_enter(&unlock)) {
        return false;
    }
    class = object_class_by_name(type);
    exists = class && !object_class_is_abstract(class);
    if (exists && kind) {
        *kind = libqemu_kind_of(class);
    }
    libqemu_leave(unlock);
    return exists;
}

/* LIBQEMU_OK if objects of the type can be created under that name. */
static int check_new(const char *type, const char *name, char **error)
{
    ObjectClass *class = object_class_by_name(type);

    if (!class) {
        return libqemu_error(error, LIBQEMU_EINVAL, "this QEMU has no type '%s'", type);
    }
    if (object_class_is_abstract(class)) {
        return libqemu_error(error, LIBQEMU_EINVAL, "type '%s' is abstract: name a concrete one", type);
    }
    if (!libqemu_can_be_created(class)) {
        return libqemu_error(error, LIBQEMU_EINVAL,
                             "type '%s' is neither a device nor a user-creatable object", type);
    }
    if (!*name || strchr(name, '/')) {
        return libqemu_error(error, LIBQEMU_EINVAL, "'%s' is no name for an object: not empty, no '/'", name);
    }
    if (object_property_find(qdev_get_machine(), name)) {
        return libqemu_error(error, LIBQEMU_EINVAL, "the name '%s' is taken in QEMU's /machine", name);
    }
    return LIBQEMU_OK;
}

/* See timekeeper/libqemu.h, object_new(). */
static void set_defaults(Object *object)
{
    msi_nonbroken = true; /* a message is a write to memory: where it leads is the platform's affair */
    if (object_property_find(object, "ioeventfd")) {
        object_property_set_bool(object, "ioeventfd", false, &error_abort);
    }
    if (object_property_find(object, "romfile")) {
        object_property_set_str(object, "romfile", "", &error_abort);
    }
}

int libqemu_object_new(const char *type, const char *name, libqemu_object **object, char **error)
{
    LibqemuCall call;
    Object *made;
    int result;

    if (!type || !name || !object) {
        return libqemu_error(error, LIBQEMU_EINVAL,
                             "object_new() needs a type, a name and where to put the object");
    }
    LIBQEMU_CALL(&call, error);
    result = check_new(type, name, error);
    if (result != LIBQEMU_OK) {
        return libqemu_call_end(&call, result);
    }
    made = object_new(type);
    set_defaults(made);
    object_property_add_child(qdev_get_machine(), name, made);
    object_unref(made); /* its parent keeps it */
    *object = (libqemu_object *)made;
    return libqemu_call_end(&call, LIBQEMU_OK);
}

/* --- properties ------------------------------------------------------------------------------ */

/* Array properties take QAPI lists. */
static QObject *list_of(const char *value)
{
    g_auto(GStrv) elements = g_strsplit(value, ",", -1);
    QList *list = qlist_new();

    for (char **each = elements; *each; each++) {
        qlist_append_str(list, g_strstrip(*each));
    }
    return QOBJECT(list);
}

/* Parsed like -device's values: object_property_parse() cannot do all types (a PCI card's addr). */
static void set_from_text(Object *object, const ObjectProperty *property, const char *value, Error **errp)
{
    bool is_list = g_str_equal(property->type, "list");
    QObject *parts = is_list ? list_of(value) : QOBJECT(qstring_from_str(value));
    Visitor *visitor = qobject_input_visitor_new_keyval(parts);

    object_property_set(object, property->name, visitor, errp);
    visit_free(visitor);
    qobject_unref(parts);
}

int libqemu_property_set(libqemu_object *object, const char *property, const char *value, char **error)
{
    LibqemuCall call;
    ObjectProperty *found;
    Error *err = NULL;

    if (!value) {
        return libqemu_error(error, LIBQEMU_EINVAL, "property_set() needs a value");
    }
    LIBQEMU_CALL(&call, error);
    found = find_property(object, property, error);
    if (!found) {
        return libqemu_call_end(&call, LIBQEMU_EINVAL);
    }
    set_from_text(libqemu_qom(object), found, value, &err);
    return libqemu_call_end(&call, err ? libqemu_error_from(error, LIBQEMU_EINVAL, err) : LIBQEMU_OK);
}

int libqemu_property_get(libqemu_object *object, const char *property, char **value, char **error)
{
    LibqemuCall call;
    Error *err = NULL;

    if (!value) {
        return libqemu_error(error, LIBQEMU_EINVAL, "property_get() needs somewhere to put the value");
    }
    LIBQEMU_CALL(&call, error);
    if (!find_property(object, property, error)) {
        return libqemu_call_end(&call, LIBQEMU_EINVAL);
    }
    *value = object_property_print(libqemu_qom(object), property, false, &err);
    return libqemu_call_end(&call, err ? libqemu_error_from(error, LIBQEMU_EINVAL, err) : LIBQEMU_OK);
}

static int set_link(libqemu_object *object, const char *property, Object *target, char **error)
{
    LibqemuCall call;
    Error *err = NULL;

    LIBQEMU_CALL(&call, error);
    if (!find_property(object, property, error)) {
        return libqemu_call_end(&call, LIBQEMU_EINVAL);
    }
    object_property_set_link(libqemu_qom(object), property, target, &err);
    return libqemu_call_end(&call, err ? libqemu_error_from(error, LIBQEMU_EINVAL, err) : LIBQEMU_OK);
}

int libqemu_link_set(libqemu_object *object, const char *property, libqemu_object *target, char **error)
{
    return set_link(object, property, libqemu_qom(target), error);
}

int libqemu_link_memory(libqemu_object *object, const char *property, libqemu_memory *memory, char **error)
{
    if (!memory) {
        return libqemu_error(error, LIBQEMU_EINVAL, "link_memory() needs a memory region");
    }
    return set_link(object, property, OBJECT(memory->mr), error);
}

/* --- realize --------------------------------------------------------------------------------- */

static unsigned cpu_count(void)
{
    CPUState *cpu;
    unsigned count = 0;

    CPU_FOREACH(cpu)
    {
        count++;
    }
    return count;
}

/*
 * The first CPU defines TCG's globals in the context that its thread has: that is the main loop's, which
 * initialised TCG, unless another one is told to use the same.
 */
static void share_tcg_context(void)
{
    if (!tcg_ctx) {
        tcg_ctx = &tcg_init_ctx;
    }
}

/* What has no bus is not reset with the system unless somebody says so; for CPUs boards do. */
static bool realize_busless(DeviceState *device, Error **errp)
{
    if (!qdev_realize(device, NULL, errp)) {
        return false;
    }
    qemu_register_resettable(OBJECT(device));
    return true;
}

/* CPUs that the device made for itself (a Cortex-M's container): boards would reset those, too. */
static void reset_parts_with_system(unsigned cpus_before)
{
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        if ((unsigned)cpu->cpu_index >= cpus_before) {
            qemu_register_resettable(OBJECT(cpu));
        }
    }
}

static bool realize_on_system_bus(DeviceState *device, Error **errp)
{
    unsigned cpus_before = cpu_count();

    if (!sysbus_realize(SYS_BUS_DEVICE(device), errp)) {
        return false;
    }
    reset_parts_with_system(cpus_before);
    return true;
}

static int realize_device(DeviceState *device, char **error)
{
    const char *type = object_get_typename(OBJECT(device));
    const char *bus = DEVICE_GET_CLASS(device)->bus_type;
    unsigned max_cpus = current_machine->smp.max_cpus;
    Error *err = NULL;

    if (device->realized) {
        return libqemu_error(error, LIBQEMU_ESTATE, "the '%s' is realized already", type);
    }
    if (object_dynamic_cast(OBJECT(device), TYPE_CPU) && cpu_count() >= max_cpus) {
        return libqemu_error(error, LIBQEMU_EINVAL,
                             "this QEMU was started for %u CPUs: give start() a larger -smp", max_cpus);
    }
    share_tcg_context();
    if (!bus) {
        realize_busless(device, &err);
    } else if (object_dynamic_cast(OBJECT(device), TYPE_SYS_BUS_DEVICE)) {
        realize_on_system_bus(device, &err);
    } else {
        return libqemu_error(error, LIBQEMU_EINVAL,
                             "a '%s' sits on a bus of type '%s': name the device that has the bus", type,
                             bus);
    }
    return err ? libqemu_error_from(error, LIBQEMU_EQEMU, err) : LIBQEMU_OK;
}

static int realize_object(Object *object, char **error)
{
    UserCreatable *creatable = (UserCreatable *)object_dynamic_cast(object, TYPE_USER_CREATABLE);
    Error *err = NULL;

    if (!creatable) {
        return libqemu_error(error, LIBQEMU_EINVAL, "a '%s' cannot be realized", object_get_typename(object));
    }
    user_creatable_complete(creatable, &err);
    return err ? libqemu_error_from(error, LIBQEMU_EQEMU, err) : LIBQEMU_OK;
}

int libqemu_realize(libqemu_object *object, char **error)
{
    LibqemuCall call;
    DeviceState *device;

    if (!object) {
        return libqemu_error(error, LIBQEMU_EINVAL, "realize() needs an object");
    }
    LIBQEMU_CALL(&call, error);
    device = (DeviceState *)object_dynamic_cast(libqemu_qom(object), TYPE_DEVICE);
    return libqemu_call_end(&call, device ? realize_device(device, error)
                                          : realize_object(libqemu_qom(object), error));
}

/* --- devices on a bus ------------------------------------------------------------------------ */

static bool has_room(BusState *bus)
{
    unsigned most = BUS_GET_CLASS(bus)->max_dev;

    return !most || (unsigned)bus->num_children < most;
}

static BusState *bus_of(DeviceState *parent, const char *type);

/* That of a device which the parent has made for itself: virtio-serial-pci is a card with a serial device on
 * it. */
static BusState *bus_of_part(DeviceState *parent, BusState *bus, const char *type)
{
    BusState *found = NULL;
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling)
    {
        if (!found && OBJECT(kid->child)->parent == OBJECT(parent)) {
            found = bus_of(kid->child, type);
        }
    }
    return found;
}

static BusState *bus_of(DeviceState *parent, const char *type)
{
    BusState *bus, *found = NULL;

    QLIST_FOREACH(bus, &parent->child_bus, sibling)
    {
        if (object_dynamic_cast(OBJECT(bus), type) && has_room(bus)) {
            return bus;
        }
        found = found ? found : bus_of_part(parent, bus, type);
    }
    return found;
}

static int realize_on(DeviceState *device, DeviceState *parent, char **error)
{
    const char *type = object_get_typename(OBJECT(device));
    const char *bus_type = DEVICE_GET_CLASS(device)->bus_type;
    BusState *bus = bus_type ? bus_of(parent, bus_type) : NULL;
    Error *err = NULL;

    if (device->realized) {
        return libqemu_error(error, LIBQEMU_ESTATE, "the '%s' is realized already", type);
    }
    if (!bus) {
        return libqemu_error(error, LIBQEMU_EINVAL, "a '%s' sits on a bus of type '%s', and the '%s' has %s",
                             type, bus_type ? bus_type : "(none)", object_get_typename(OBJECT(parent)),
                             bus_type ? "none that has room" : "nothing for it");
    }
    qdev_realize(device, bus, &err);
    return err ? libqemu_error_from(error, LIBQEMU_EQEMU, err) : LIBQEMU_OK;
}

int libqemu_realize_on(libqemu_object *object, libqemu_object *parent, char **error)
{
    LibqemuCall call;
    DeviceState *device, *owner;

    if (!object || !parent) {
        return libqemu_error(error, LIBQEMU_EINVAL, "realize_on() needs two objects");
    }
    LIBQEMU_CALL(&call, error);
    device = (DeviceState *)object_dynamic_cast(libqemu_qom(object), TYPE_DEVICE);
    owner = (DeviceState *)object_dynamic_cast(libqemu_qom(parent), TYPE_DEVICE);
    if (!device || !owner) {
        return libqemu_call_end(&call,
                                libqemu_error(error, LIBQEMU_EINVAL, "only devices sit on buses of devices"));
    }
    return libqemu_call_end(&call, realize_on(device, owner, error));
}

/* --- parts ----------------------------------------------------------------------------------- */

libqemu_object *libqemu_object_find(libqemu_object *object, const char *path)
{
    Object *found;
    bool unlock;

    if (!object || !path || !libqemu_enter(&unlock)) {
        return NULL;
    }
    found = object_resolve_path_at(libqemu_qom(object), path);
    libqemu_leave(unlock);
    return (libqemu_object *)found;
}

static Clock *clock_input(DeviceState *device, const char *name)
{
    NamedClockList *each;

    QLIST_FOREACH(each, &device->clocks, node)
    {
        if (!each->output && g_str_equal(each->name, name)) {
            return each->clock;
        }
    }
    return NULL;
}

/* The source that we gave to the input earlier is named so. */
static int feed_clock(DeviceState *device, const char *name, uint64_t hz, char **error)
{
    g_autofree char *source_name = g_strdup_printf("libqemu-clock-%s", name);
    Object *ours = object_resolve_path_component(OBJECT(device), source_name);
    Clock *input = clock_input(device, name);

    if (!input) {
        return libqemu_error(error, LIBQEMU_EINVAL, "a '%s' has no clock input '%s'",
                             object_get_typename(OBJECT(device)), name);
    }
    if (ours) {
        clock_update_hz(CLOCK(ours), (unsigned)hz);
        return LIBQEMU_OK;
    }
    if (clock_has_source(input) || device->realized) {
        return libqemu_error(error, LIBQEMU_EINVAL,
                             "the clock input '%s' is fed already, or it is too late for it", name);
    }
    ours = OBJECT(clock_new(OBJECT(device), source_name));
    clock_set_hz(CLOCK(ours), (unsigned)hz);
    qdev_connect_clock_in(device, name, CLOCK(ours));
    return LIBQEMU_OK;
}

int libqemu_clock_set(libqemu_object *object, const char *name, uint64_t hz, char **error)
{
    LibqemuCall call;
    DeviceState *device;

    if (!object || !name || !hz || hz > UINT32_MAX) {
        return libqemu_error(error, LIBQEMU_EINVAL, "clock_set() needs a device, a name, and 1 to 2^32-1 Hz");
    }
    LIBQEMU_CALL(&call, error);
    device = (DeviceState *)object_dynamic_cast(libqemu_qom(object), TYPE_DEVICE);
    if (!device) {
        return libqemu_call_end(&call,
                                libqemu_error(error, LIBQEMU_EINVAL, "only devices have clock inputs"));
    }
    return libqemu_call_end(&call, feed_clock(device, name, hz, error));
}
