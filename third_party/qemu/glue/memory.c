/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory regions: containers, host RAM, call-backs, aliases, devices' own.
 */
#include "glue.h"

#include "exec/address-spaces.h"
#include "hw/sysbus.h"
#include "system/runstate.h"
#include "tcg/tcg.h"

static GHashTable *regions; /* MemoryRegion * -> libqemu_memory *; BQL */
static GSList *ram_blocks;  /* libqemu_memory * of each host range; BQL */

/* The handle of a region of QEMU's; `made` is a new one to use if it has none. */
static libqemu_memory *remember(libqemu_memory *memory)
{
    if (!regions) {
        regions = g_hash_table_new(NULL, NULL);
    }
    g_hash_table_insert(regions, memory->mr, memory);
    return memory;
}

static libqemu_memory *handle_of(MemoryRegion *mr)
{
    libqemu_memory *memory = regions ? g_hash_table_lookup(regions, mr) : NULL;

    if (!memory) {
        memory = g_new0(libqemu_memory, 1);
        memory->mr = mr;
        remember(memory);
    }
    return memory;
}

static libqemu_memory *new_region(void)
{
    libqemu_memory *memory = g_new0(libqemu_memory, 1);

    memory->mr = &memory->own;
    return remember(memory);
}

libqemu_memory *libqemu_memory_container(const char *name, uint64_t size)
{
    libqemu_memory *memory;
    bool unlock;

    if (!name || !size || !libqemu_enter(&unlock)) {
        return NULL;
    }
    memory = new_region();
    memory_region_init(memory->mr, NULL, name, size);
    libqemu_leave(unlock);
    return memory;
}

/* --- aliases --------------------------------------------------------------------------------- */

static libqemu_memory *new_alias(const char *name, libqemu_memory *target, uint64_t offset, uint64_t size)
{
    libqemu_memory *memory = new_region();

    memory_region_init_alias(memory->mr, NULL, name, target->mr, offset, size);
    return memory;
}

libqemu_memory *libqemu_memory_alias(const char *name, libqemu_memory *target, uint64_t offset, uint64_t size)
{
    libqemu_memory *memory = NULL;
    bool unlock;

    if (!name || !target || !size || !libqemu_enter(&unlock)) {
        return NULL;
    }
    memory = new_alias(name, target, offset, size);
    libqemu_leave(unlock);
    return memory;
}

/* --- host RAM -------------------------------------------------------------------------------- */

static char *block_start(libqemu_memory *block)
{
    return block->opaque;
}

static uint64_t block_size(libqemu_memory *block)
{
    return memory_region_size(block->mr);
}

static bool overlap(libqemu_memory *block, char *host, uint64_t size)
{
    return host < block_start(block) + block_size(block) && block_start(block) < host + size;
}

static bool contains(libqemu_memory *block, char *host, uint64_t size)
{
    return host >= block_start(block) && host + size <= block_start(block) + block_size(block);
}

/* The block that has the range, a new one, or NULL if the range straddles the edge of an older block. */
static libqemu_memory *ram_block_for(const char *name, char *host, uint64_t size)
{
    libqemu_memory *block;

    for (GSList *each = ram_blocks; each; each = each->next) {
        if (contains(each->data, host, size)) {
            return each->data;
        }
        if (overlap(each->data, host, size)) {
            libqemu_log("RAM '%s': its host memory overlaps that of '%s' in part: map the larger range first",
                        name, memory_region_name(((libqemu_memory *)each->data)->mr));
            return NULL;
        }
    }
    block = new_region();
    block->opaque = host;
    memory_region_init_ram_ptr(block->mr, NULL, name, size, host);
    ram_blocks = g_slist_prepend(ram_blocks, block);
    return block;
}

static bool is_whole_pages(const char *name, void *host, uint64_t size)
{
    if (!name || !host || !size || ((uintptr_t)host & (qemu_real_host_page_size() - 1))) {
        libqemu_log("RAM '%s': it needs page-aligned host memory, and a size", name ? name : "");
        return false;
    }
    return true;
}

/* Always an alias: a region has one place in one container, and TCG tracks dirty pages by block. */
libqemu_memory *libqemu_memory_ram(const char *name, void *host, uint64_t size, bool readonly)
{
    libqemu_memory *block;
    libqemu_memory *memory = NULL;
    bool unlock;

    if (!is_whole_pages(name, host, size) || !libqemu_enter(&unlock)) {
        return NULL;
    }
    block = ram_block_for(name, host, size);
    if (block) {
        memory = new_alias(name, block, (uint64_t)((char *)host - block_start(block)), size);
        memory_region_set_readonly(memory->mr, readonly);
    }
    libqemu_leave(unlock);
    return memory;
}

/* --- call-backs ------------------------------------------------------------------------------ */

static uint64_t low_bits(uint64_t value, unsigned size)
{
    return size >= 8 ? value : value & ((UINT64_C(1) << (size * 8)) - 1);
}

static MemTxResult call_back(libqemu_memory *memory, libqemu_access *access, MemTxAttrs attributes)
{
    bool locked = bql_locked();
    enum libqemu_access_result result;

    access->cpu = current_cpu ? current_cpu->cpu_index : -1;
    /* Devices do nothing while the VM stands: then it is the debugger who looks. */
    access->debug = !current_cpu && !runstate_is_running();
    access->fetch = current_cpu && tcg_ctx && tcg_ctx->gen_tb;
    access->exclusive = current_cpu && cpu_in_exclusive_context(current_cpu);
    access->secure = attributes.secure;
    access->user = attributes.user;
    access->unspecified = attributes.unspecified;
    access->requester_id = (uint16_t)attributes.requester_id;
    if (locked) {
        bql_unlock();
    }
    libqemu_away(true);
    result = memory->fn(memory->opaque, access);
    libqemu_away(false);
    if (locked) {
        bql_lock();
    }
    switch (result) {
    case LIBQEMU_ACCESS_OK:
        return MEMTX_OK;
    case LIBQEMU_ACCESS_DECODE_ERROR:
        return MEMTX_DECODE_ERROR;
    case LIBQEMU_ACCESS_ERROR:
    default:
        return MEMTX_ERROR;
    }
}

static MemTxResult read_call_back(void *opaque, hwaddr address, uint64_t *data, unsigned size,
                                  MemTxAttrs attributes)
{
    libqemu_access access = {.address = address, .size = size};
    MemTxResult result = call_back(opaque, &access, attributes);

    *data = low_bits(access.data, size);
    return result;
}

static MemTxResult write_call_back(void *opaque, hwaddr address, uint64_t data, unsigned size,
                                   MemTxAttrs attributes)
{
    libqemu_access access = {
        .address = address, .data = low_bits(data, size), .size = size, .is_write = true};

    return call_back(opaque, &access, attributes);
}

static const MemoryRegionOps call_back_ops = {
    .read_with_attrs = read_call_back,
    .write_with_attrs = write_call_back,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {.min_access_size = 1, .max_access_size = 8, .unaligned = true},
    .impl = {.min_access_size = 1, .max_access_size = 8, .unaligned = true},
};

libqemu_memory *libqemu_memory_callback(const char *name, uint64_t size, libqemu_access_fn fn, void *opaque)
{
    libqemu_memory *memory;
    bool unlock;

    if (!name || !size || !fn || !libqemu_enter(&unlock)) {
        return NULL;
    }
    memory = new_region();
    memory->fn = fn;
    memory->opaque = opaque;
    memory_region_init_io(memory->mr, NULL, &call_back_ops, memory, name, size);
    memory->mr->lockless_io = true;
    libqemu_leave(unlock);
    return memory;
}

/* --- host RAM that is only read directly ------------------------------------------------------- */

static MemTxResult read_rom(void *opaque, hwaddr address, uint64_t *data, unsigned size,
                            MemTxAttrs attributes)
{
    libqemu_memory *memory = opaque;

    return read_call_back(memory, address - memory->offset, data, size, attributes);
}

/* What the host program has written then may have been translated. */
static MemTxResult write_rom(void *opaque, hwaddr address, uint64_t data, unsigned size,
                             MemTxAttrs attributes)
{
    libqemu_memory *memory = opaque;
    uint64_t offset = address - memory->offset;
    MemTxResult result = write_call_back(memory, offset, data, size, attributes);

    libqemu_memory_written(memory->host + offset, size);
    return result;
}

static const MemoryRegionOps rom_ops = {
    .read_with_attrs = read_rom,
    .write_with_attrs = write_rom,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {.min_access_size = 1, .max_access_size = 8, .unaligned = true},
    .impl = {.min_access_size = 1, .max_access_size = 8, .unaligned = true},
};

/*
 * QEMU's rom-device, but with a RAM block that others have, too: what was translated from one view of it is
 * forgotten with all. (Regions are never finalized, so nothing frees the block twice.)
 */
static libqemu_memory *new_rom_view(const char *name, libqemu_memory *block, uint64_t offset)
{
    libqemu_memory *memory = new_region();

    memory_region_init_io(memory->mr, NULL, &rom_ops, memory, name, block_size(block));
    memory->mr->rom_device = true;
    memory->mr->ram_block = block->mr->ram_block;
    memory->mr->lockless_io = true;
    memory->host = block_start(block) + offset;
    memory->offset = offset;
    return memory;
}

libqemu_memory *libqemu_memory_rom(const char *name, void *host, uint64_t size, libqemu_access_fn fn,
                                   void *opaque)
{
    libqemu_memory *memory = NULL;
    libqemu_memory *block;
    bool unlock;

    if (!fn || !is_whole_pages(name, host, size) || !libqemu_enter(&unlock)) {
        return NULL;
    }
    block = ram_block_for(name, host, size);
    if (block) {
        uint64_t offset = (uint64_t)((char *)host - block_start(block));
        libqemu_memory *view = new_rom_view(name, block, offset);

        view->fn = fn;
        view->opaque = opaque;
        memory = new_alias(name, view, offset, size);
    }
    libqemu_leave(unlock);
    return memory;
}

/* --- QEMU's own ------------------------------------------------------------------------------ */

libqemu_memory *libqemu_memory_of_device(libqemu_object *device, unsigned index)
{
    libqemu_memory *memory = NULL;
    SysBusDevice *sysbus;
    MemoryRegion *mr;
    bool unlock;

    if (!device || index >= QDEV_MAX_MMIO || !libqemu_enter(&unlock)) {
        return NULL;
    }
    sysbus = (SysBusDevice *)object_dynamic_cast(libqemu_qom(device), TYPE_SYS_BUS_DEVICE);
    mr = sysbus ? sysbus_mmio_get_region(sysbus, (int)index) : NULL;
    if (mr) {
        memory = handle_of(mr);
    }
    libqemu_leave(unlock);
    return memory;
}

libqemu_memory *libqemu_memory_system(void)
{
    libqemu_memory *memory;
    bool unlock;

    if (!libqemu_enter(&unlock)) {
        return NULL;
    }
    memory = handle_of(get_system_memory());
    libqemu_leave(unlock);
    return memory;
}

/* --- the map --------------------------------------------------------------------------------- */

uint64_t libqemu_memory_size(libqemu_memory *memory)
{
    return memory ? memory_region_size(memory->mr) : 0;
}

int libqemu_memory_add(libqemu_memory *container, libqemu_memory *sub, uint64_t address, int priority)
{
    int result = LIBQEMU_EINVAL;
    bool unlock;

    if (!container || !sub || container == sub) {
        return LIBQEMU_EINVAL;
    }
    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    /* Only pure containers have sub-regions here, and a region is in one place (more: aliases) */
    if (!container->mr->terminates && !container->mr->alias && !sub->mr->container) {
        memory_region_add_subregion_overlap(container->mr, address, sub->mr, priority);
        result = LIBQEMU_OK;
    }
    libqemu_leave(unlock);
    return result;
}

int libqemu_memory_remove(libqemu_memory *container, libqemu_memory *sub)
{
    int result = LIBQEMU_EINVAL;
    bool unlock;

    if (!container || !sub) {
        return LIBQEMU_EINVAL;
    }
    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    if (sub->mr->container == container->mr) {
        memory_region_del_subregion(container->mr, sub->mr);
        libqemu_map_changed();
        result = LIBQEMU_OK;
    }
    libqemu_leave(unlock);
    return result;
}

/* --- direct accesses ------------------------------------------------------------------------- */

/* An address space that begins with a region, wherever else that has its place. */
struct LibqemuSpace {
    AddressSpace as;
    MemoryRegion root;
    MemoryRegion alias;
    MemoryRegion empty;
};

/*
 * QEMU takes a root's only sub-region, and what that is an alias of, for the root itself, and then maps it at
 * its place in its own container (memory_region_get_flatview_root()). A second, empty one prevents that.
 */
static struct LibqemuSpace *new_space(MemoryRegion *mr)
{
    struct LibqemuSpace *space = g_new0(struct LibqemuSpace, 1);

    memory_region_init(&space->root, NULL, "libqemu-root", UINT64_MAX);
    memory_region_init_alias(&space->alias, NULL, "libqemu-alias", mr, 0, memory_region_size(mr));
    memory_region_init(&space->empty, NULL, "libqemu-empty", 1);
    memory_region_add_subregion(&space->root, 0, &space->alias);
    memory_region_add_subregion_overlap(&space->root, 0, &space->empty, -1);
    address_space_init(&space->as, &space->root, memory_region_name(mr));
    return space;
}

static AddressSpace *space_of(libqemu_memory *memory)
{
    bool unlock;

    if (!qatomic_load_acquire(&memory->space)) {
        if (!libqemu_enter(&unlock)) {
            return NULL;
        }
        if (!memory->space) {
            qatomic_store_release(&memory->space, new_space(memory->mr));
        }
        libqemu_leave(unlock);
    }
    return &qatomic_load_acquire(&memory->space)->as;
}

/* QEMU itself takes the BQL for regions that need it. */
enum libqemu_access_result libqemu_memory_access(libqemu_memory *memory, libqemu_access *access)
{
    MemTxAttrs attributes = {0};
    uint8_t bytes[8];
    AddressSpace *as;
    MemTxResult result;

    if (!memory || !access || !is_power_of_2(access->size) || access->size > sizeof(bytes) ||
        libqemu_state() != LIBQEMU_READY) {
        return LIBQEMU_ACCESS_ERROR;
    }
    libqemu_thread_known();
    as = space_of(memory);
    if (!as) {
        return LIBQEMU_ACCESS_ERROR;
    }
    attributes.secure = access->secure;
    attributes.user = access->user;
    attributes.unspecified = access->unspecified;
    attributes.requester_id = access->requester_id;
    if (access->is_write) {
        stn_le_p(bytes, (int)access->size, access->data);
    }
    result = address_space_rw(as, access->address, attributes, bytes, access->size, access->is_write);
    if (result == MEMTX_OK && !access->is_write) {
        access->data = ldn_le_p(bytes, (int)access->size);
    }
    if (result == MEMTX_OK) {
        return LIBQEMU_ACCESS_OK;
    }
    return result & MEMTX_DECODE_ERROR ? LIBQEMU_ACCESS_DECODE_ERROR : LIBQEMU_ACCESS_ERROR;
}
