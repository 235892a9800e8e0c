/* SPDX-License-Identifier: MIT
 *
 * libqemu: QEMU as a library. The C ABI of libqemu-system-<target>.so.
 *
 * The library exports one symbol of its own, libqemu_get_api(), which returns a table of calls (and
 * QEMU's qemu_plugin_* calls for TCG plugins). A table, not global symbols, so that several libraries
 * (two targets, or two copies of one) live in one process. One library is one instance: QEMU keeps its
 * state in globals, so start() succeeds once per loaded library.
 *
 *   load and start      libqemu_get_api, start, run, stop, shutdown
 *   back ends           backend_add
 *   objects             object_new, object_find, property_set, link_set, link_memory, clock_set, realize
 *   what there is       types, describe
 *   memory              memory_*: containers, host RAM, call-back regions, aliases, device regions
 *   interrupt lines     gpio_in, irq_set, gpio_connect, gpio_watch
 *   a system reset      reset_begin, system_reset, cpu_start
 *   vCPUs               cpu_index, cpu_kick, cpu_pause, cpu_resume, cpu_reset, cpu_power
 *   time                clock_ns, clock_set_ns, timer_deadline_ns, timers_run
 *
 * Threads: "any" means any host thread; "owner" means the thread that called start(). "BQL: takes" means
 * that the call takes QEMU's big lock and returns without it; if the calling thread already holds it, the
 * call uses that. "BQL: no" means that it neither needs nor takes it. No call waits for SystemC.
 *
 * Errors: calls return LIBQEMU_OK or a negative code, and where there is a parameter `char **error` it
 * receives a malloc'ed message (never with a trailing newline) that the caller frees; NULL is allowed.
 * QEMU's own exit() never ends the process: inside a call (start() included) it becomes LIBQEMU_EQEMU with
 * QEMU's message, on QEMU's own threads a call of config.fatal. Either way this QEMU is in pieces then: every
 * later call returns LIBQEMU_ESTATE (or NULL), threads that it had stay asleep, and the process may go on.
 * Assertions of QEMU's own (its bugs) do abort.
 *
 * The library is never unmapped (dlclose does nothing), and some threads sleep until the process ends: RCU's,
 * for up to 10 s QEMU's thread pool's, if a device used it. What objects and regions own is never freed.
 */
#ifndef TIMEKEEPER_LIBQEMU_H
#define TIMEKEEPER_LIBQEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIBQEMU_API_VERSION 6u

enum libqemu_error {
    LIBQEMU_OK = 0,
    LIBQEMU_EINVAL = -1, /* an argument is wrong: unknown type, property, line, index */
    LIBQEMU_ESTATE = -2, /* not in this state: before start, after shutdown, twice */
    LIBQEMU_EQEMU = -3,  /* QEMU refused; the message says what it said */
    LIBQEMU_ENOMEM = -4
};

typedef struct libqemu_object libqemu_object; /* a QOM object; lives until shutdown */
typedef struct libqemu_memory libqemu_memory; /* a memory region; lives until shutdown */
typedef struct libqemu_irq libqemu_irq;       /* an input line of a device; lives until shutdown */

/* What became of an access that QEMU handed out. */
enum libqemu_access_result {
    LIBQEMU_ACCESS_OK = 0,
    LIBQEMU_ACCESS_ERROR = 1,       /* the target answered with an error */
    LIBQEMU_ACCESS_DECODE_ERROR = 2 /* there is nothing at that address */
};

typedef struct libqemu_access {
    uint64_t address; /* offset within the region, bytes */
    uint64_t data;    /* value, in the low size*8 bits; in for writes, out for reads; guest byte order of
                         a little-endian bus: bits 7..0 are the byte at `address` */
    uint32_t size;    /* 1, 2, 4 or 8 bytes */
    int32_t cpu;      /* index of the vCPU whose thread makes the access, or -1 */
    bool is_write;
    bool secure; /* from MemTxAttrs */
    bool user;
    bool debug;            /* a debugger's, and nobody's while the VM runs: no side effects, no time */
    bool unspecified;      /* attributes not specified by the requester */
    uint16_t requester_id; /* from MemTxAttrs */
    bool fetch;            /* for an instruction that is about to be translated; its page-table walk, too */
    bool exclusive;        /* of an atomic instruction, while no other vCPU of this QEMU executes */
} libqemu_access;

/* Called for each access to a call-back region. Thread: the accessing thread (a vCPU's or the main loop's).
 * BQL: not held (the glue lets go of it and takes it back if the accessor had it), so the call may wait. */
typedef enum libqemu_access_result (*libqemu_access_fn)(void *opaque, libqemu_access *access);

/* Called when a device drives an output line. BQL: held, so it must not wait. Any thread of QEMU's. */
typedef void (*libqemu_gpio_fn)(void *opaque, int level);

/* What the guest (or something else inside QEMU) asks for. */
enum libqemu_request {
    /* PSCI SYSTEM_OFF, QMP quit, ... QEMU itself does nothing more about it: the CPU that asked is off, the
     * others go on; the host program decides and calls shutdown(). */
    LIBQEMU_REQUEST_POWER_OFF,
    /* A system reset (PSCI SYSTEM_RESET, a watchdog of QEMU's, the monitor): the same. The CPU that asked has
     * stopped; the host program decides, and carries it out with reset_begin(). */
    LIBQEMU_REQUEST_RESET,
    /* reset_begin() is over: all CPUs have stopped. */
    LIBQEMU_RESET_READY
};

/* What a QOM object offers; the strings live as long as the call-back that gets them. */
enum libqemu_feature_kind {
    LIBQEMU_FEATURE_PROPERTY, /* name, type ("bool", "uint32", "link<memory-region>"), help, value */
    LIBQEMU_FEATURE_GPIO_IN,  /* name of the list ("": the unnamed one), count of lines */
    LIBQEMU_FEATURE_GPIO_OUT, /* the same; "sysbus-irq": a sysbus device's interrupt outputs */
    LIBQEMU_FEATURE_REGION, /* a sysbus device's memory-mapped region, in their order: name, size in bytes */
    LIBQEMU_FEATURE_CLOCK,  /* a clock input: name */
    LIBQEMU_FEATURE_BUS     /* a bus that other devices sit on: name, type; value: its type and those that it
                               is derived from, with a space between: devices for each of them fit */
};

typedef struct libqemu_feature {
    enum libqemu_feature_kind kind;
    const char *name;
    const char *type;  /* or NULL */
    const char *help;  /* or NULL */
    const char *value; /* what it is now, in text; or NULL */
    uint64_t number;   /* lines, or bytes */
} libqemu_feature;

typedef void (*libqemu_feature_fn)(void *opaque, const libqemu_feature *feature);
/* `kind` as type_exists() has it; `bus`: the type of the bus that it sits on, or NULL; `help` or NULL. */
typedef void (*libqemu_type_fn)(void *opaque, const char *type, const char *kind, const char *bus,
                                const char *help);

typedef struct libqemu_config {
    const char *const *argv; /* QEMU's arguments, without the program's name; argc entries */
    int argc;
    /* Guest pages are at least 2^this bytes large (10 to 16): fewer entries in TLBs, and longer chains of
     * blocks. 0: as small as any CPU of the target may want. A CPU that wants smaller ones (Arm before ARMv7,
     * or with an MPU: 10) cannot be realized then. A board's own demand holds as well. */
    unsigned page_bits;
    /* QEMU said something (error_report and friends). Any thread, BQL unknown; must not call back. */
    void (*log)(void *opaque, const char *message);
    /* QEMU called exit(status) on a thread of its own, after start(). Thread: that one, without the BQL; it
     * never returns to QEMU, but sleeps for ever when this returns. */
    void (*fatal)(void *opaque, int status, const char *message);
    /* See enum libqemu_request. Thread: any of QEMU's (a vCPU's for PSCI), at once, so before that vCPU is
     * idle; BQL: held or not. Must not wait, nor call QEMU. */
    void (*guest_request)(void *opaque, enum libqemu_request request);
    void *opaque;
} libqemu_config;

typedef struct libqemu_api {
    uint32_t version;         /* LIBQEMU_API_VERSION */
    const char *qemu_version; /* "10.0.13" */
    const char *target;       /* "aarch64" */

    /* --- life cycle ------------------------------------------------------------------------------- */

    /* Parses the arguments, builds the machine, and starts the main loop on a thread of its own with a
     * glib context of its own. vCPUs do not execute before run(). Signals and their handlers stay the host
     * program's: QEMU's threads block all but SIGSEGV, SIGFPE and SIGILL.
     * Before config.argv go "-S -nodefaults -no-user-config -display none -action shutdown=pause". vCPUs must
     * have a thread each: -icount and thread=single are refused, as is -daemonize. A machine to which the
     * caller adds CPUs ("-M none") needs their number as -smp. Thread: any, becomes the owner. BQL: takes.
     * LIBQEMU_EQEMU with QEMU's message on failure. */
    int (*start)(const libqemu_config *config, char **error);
    /* Lets the vCPUs execute (QEMU's vm_start). All plugins have seen all vCPUs before the first executes.
     * The first call resets the machine, now that it is complete (a GIC adds registers to CPUs that were
     * reset before it came): registers, lines and power set earlier are lost, memory is not. LIBQEMU_ESTATE
     * where only a system reset helps (a guest that panicked). Thread: owner. BQL: takes. */
    int (*run)(void);
    /* Stops all vCPUs, and returns when none is executing (QEMU's vm_stop(RUN_STATE_PAUSED)). Must not be
     * called while a vCPU waits inside an access that needs the caller to go on. Thread: owner. BQL: takes.
     */
    int (*stop)(void);
    /* Stops vCPUs and main loop, joins their threads, runs what QEMU and plugins want at exit. Afterwards no
     * call-back comes any more. Every access in flight must be answered by its call-back returning, and other
     * calls return LIBQEMU_ESTATE meanwhile. Thread: owner, without BQL. Not calling it before the process
     * ends is allowed. */
    int (*shutdown)(void);

    /* --- back ends -------------------------------------------------------------------------------- */

    /* Makes a back end that devices name by its id in a property: `kind` is "chardev", "drive" or "netdev",
     * `options` what stands behind that option of QEMU's ("user,restrict=on", "file=disk.img,format=raw"),
     * without an id. A drive is on no bus of its own accord (if=none). LIBQEMU_EINVAL: QEMU refuses, in its
     * words; the id is taken, or is none (a letter, then letters, digits, "-._"). Thread: owner. BQL: takes.
     */
    int (*backend_add)(const char *kind, const char *id, const char *options, char **error);

    /* --- objects ---------------------------------------------------------------------------------- */

    /* Creates a device or user-creatable object of a QOM type (not abstract) as /machine/<name>.
     * Two properties get a value that suits a library: "ioeventfd" is false, so that a vCPU's notification
     * does its work at once instead of waking the main loop for it, at a moment of the host's choosing;
     * "romfile" is empty, for there is no firmware that would execute a card's ROM. LIBQEMU_EINVAL: no such
     * type, name taken. Thread: owner, as for all of this group. BQL: takes. */
    int (*object_new)(const char *type, const char *name, libqemu_object **object, char **error);
    /* Sets a property from its textual form, as QEMU's -device does ("true", "0x10", "psci-conduit=..").
     * An array property takes its elements as "1,2,3", once, without "len-NAME".
     * LIBQEMU_EINVAL: no such property (the message names the nearest), or the text does not parse. */
    int (*property_set)(libqemu_object *object, const char *property, const char *value, char **error);
    /* Reads a property in its textual form; malloc'ed, the caller frees. */
    int (*property_get)(libqemu_object *object, const char *property, char **value, char **error);
    int (*link_set)(libqemu_object *object, const char *property, libqemu_object *target, char **error);
    int (*link_memory)(libqemu_object *object, const char *property, libqemu_memory *memory, char **error);
    /* Realizes a device (for a CPU: its thread starts, executing only once run() was called), and has it
     * reset with the system from now on. Objects that are no devices are completed. LIBQEMU_EQEMU: the device
     * refuses, with its words; LIBQEMU_EINVAL: it sits on a bus that is not the system bus, or it is one CPU
     * more than -smp said; LIBQEMU_ESTATE: is realized. */
    int (*realize)(libqemu_object *object, char **error);
    /* The same for a device on a bus: that of `parent` (or of a device which that made for itself), its first
     * of the fitting type that has room. LIBQEMU_EINVAL: there is none. */
    int (*realize_on)(libqemu_object *object, libqemu_object *parent, char **error);
    /* The object at a path below this one ("cpu", "nvic/..."), or NULL. */
    libqemu_object *(*object_find)(libqemu_object *object, const char *path);
    /* Feeds a clock input: before realize, as devices want to know that it is there; later calls change the
     * frequency. LIBQEMU_EINVAL: no such input, or something in QEMU feeds it. */
    int (*clock_set)(libqemu_object *object, const char *name, uint64_t hz, char **error);
    /* Calls `fn` for each type that object_new() takes, by name. */
    int (*types)(libqemu_type_fn fn, void *opaque);
    /* Calls `fn` for each thing that the object offers, by kind. Many devices have their lines and regions
     * only when they are realized. `fn` must not call QEMU. */
    int (*describe)(libqemu_object *object, libqemu_feature_fn fn, void *opaque, char **error);
    /* True if `type` exists in this QEMU and is not abstract; `kind` receives "cpu", "sysbus-device",
     * "device" or "object" (static strings; may be NULL). Only between start() and shutdown(). */
    bool (*type_exists)(const char *type, const char **kind);

    /* --- memory; thread: any; BQL: takes; NULL: bad argument or state ------------------------------ */

    libqemu_memory *(*memory_container)(const char *name, uint64_t size); /* size UINT64_MAX: all 2^64 */
    /* Host memory as guest RAM (or ROM). `host` must stay valid until shutdown and be page-aligned.
     * One RAM block for one host range, however often and in however many parts it is given: self-modifying
     * code and exclusives rely on it. So give the largest range first: NULL (and a line to config.log) if one
     * overlaps an older range without lying within it. A forked child does not see the memory
     * (MADV_DONTFORK). `readonly`: the CPUs' writes are ignored. */
    libqemu_memory *(*memory_ram)(const char *name, void *host, uint64_t size, bool readonly);
    /* The same for reading only: what is read comes from the host memory, and each write calls `fn`, whose
     * access has the offset within the range as address. Once more for each user of the range: `fn` and
     * `opaque` are kept until shutdown. */
    libqemu_memory *(*memory_rom)(const char *name, void *host, uint64_t size, libqemu_access_fn fn,
                                  void *opaque);
    /* A region whose every access calls `fn`. CPUs make larger and unaligned accesses as several. */
    libqemu_memory *(*memory_callback)(const char *name, uint64_t size, libqemu_access_fn fn, void *opaque);
    libqemu_memory *(*memory_alias)(const char *name, libqemu_memory *target, uint64_t offset, uint64_t size);
    /* MMIO region `index` of a sysbus device; NULL if there is none. */
    libqemu_memory *(*memory_of_device)(libqemu_object *device, unsigned index);
    uint64_t (*memory_size)(libqemu_memory *memory);
    /* A higher priority hides a lower one. LIBQEMU_EINVAL: not a container, or `sub` has its place already
     * (an alias gives it another). */
    int (*memory_add)(libqemu_memory *container, libqemu_memory *sub, uint64_t address, int priority);
    /* Takes it out. Of this, as of memory_add, each vCPU learns before its next translation block; a block
     * that it is in may still finish with the old map, unless it returns from a call-back in it: what follows
     * then has the new one. memory_sync() waits for that. LIBQEMU_EINVAL: `sub` is not in there. */
    int (*memory_remove)(libqemu_memory *container, libqemu_memory *sub);
    /* Returns when no vCPU makes an access with a map from before the latest memory_remove(): each has
     * followed it, does not execute, or is in a call-back, after which it follows first. (The calling thread,
     * if it is a vCPU's, is.) Host memory that a device of QEMU's has mapped for work under way is not waited
     * for. Waits for translation blocks, not for call-backs or for what waits for one. Thread: any that is in
     * no other call. BQL: no, a holder lets go of it meanwhile. */
    int (*memory_sync)(void);
    /* The system address space's root (what bus masters without a link of their own see). */
    libqemu_memory *(*memory_system)(void);
    /* Accesses a region directly, as a bus master would; access->address is the offset within the region, the
     * attributes go with it, size is 1, 2, 4 or 8. BQL: takes where QEMU's devices need it, so none for RAM
     * and call-backs. LIBQEMU_ACCESS_ERROR also for bad arguments and states. */
    enum libqemu_access_result (*memory_access)(libqemu_memory *memory, libqemu_access *access);
    /* Somebody else than this QEMU's CPUs and devices has written `size` bytes of host memory that
     * memory_ram() got (other memory: nothing happens). Code that was translated from them is translated
     * anew: each vCPU forgets it before its next translation block. Waits for nobody. One hole, the same as
     * for QEMU's own devices: a block that is being translated while it is written may keep the old
     * instructions. Thread: any. BQL: no. LIBQEMU_EINVAL: no bytes. */
    int (*memory_written)(const void *host, uint64_t size);

    /* --- interrupt lines; BQL: takes --------------------------------------------------------------- */

    /* Input `index` of the list `name` (NULL: the unnamed list); NULL if there is none. */
    libqemu_irq *(*gpio_in)(libqemu_object *device, const char *name, int index);
    /* Thread: any. */
    int (*irq_set)(libqemu_irq *irq, int level);
    /* Wires output `index` of the list `name` (NULL: the unnamed list; "sysbus-irq": a sysbus device's
     * IRQ outputs) to an input line of this instance. Before realize or after, as soon as the device has its
     * lines (some make them when realized); once per output. Thread: owner. */
    int (*gpio_connect)(libqemu_object *device, const char *name, int index, libqemu_irq *irq, char **error);
    /* The same, to a call-back. */
    int (*gpio_watch)(libqemu_object *device, const char *name, int index, libqemu_gpio_fn fn, void *opaque,
                      char **error);

    /* --- vCPUs; thread: any; BQL: takes, but for cpu_kick ------------------------------------------ */

    int (*cpu_index)(libqemu_object *cpu); /* 0.., or LIBQEMU_EINVAL when it is no realized CPU */
    int (*cpu_kick)(libqemu_object *cpu);  /* BQL: no. Leaves its execution loop and looks around. */
    int (*cpu_pause)(libqemu_object *cpu); /* asks it to stop; cpu_resume and run() let it go on */
    int (*cpu_resume)(libqemu_object *cpu);
    /* Cold reset, by the vCPU's own thread before it executes its next translation block; does not wait for
     * it, since it may be inside an access that waits for the caller. */
    int (*cpu_reset)(libqemu_object *cpu);
    /* Holds the CPU off, whatever interrupts come (false), or resets it and lets it execute (true; nothing if
     * it is on), as a power controller does. By the vCPU's own thread, as cpu_reset. */
    int (*cpu_power)(libqemu_object *cpu, bool on);

    /* --- a system reset; BQL: takes; thread: any ------------------------------------------------------ */

    /* Asks all vCPUs to stop, each at the end of its translation block or of the access that it is in, and
     * does not wait: guest_request(LIBQEMU_RESET_READY) follows when all have, in here if there is none.
     * Until cpu_start() they execute nothing. */
    int (*reset_begin)(void);
    /* Resets all CPUs and devices; those CPUs that a Cortex-M is have read their vectors then. Call-back
     * regions may be accessed on the calling thread meanwhile. LIBQEMU_ESTATE: a vCPU is not stopped (a
     * debugger let it go on): begin again. */
    int (*system_reset)(void);
    /* Lets go of a CPU after system_reset(): to execute, if it does so after a reset, or held off as by
     * cpu_power(false), without having executed anything. A CPU that is to stay paused is not let go of. */
    int (*cpu_start)(libqemu_object *cpu, bool on);

    /* --- debugger ------------------------------------------------------------------------------------ */

    /* Listens for gdb on 127.0.0.1:`port`: all CPUs, which must be there, are its threads. `hold`: the next
     * run() leaves it to the debugger to let the vCPUs execute. A connection stops the VM. LIBQEMU_EQEMU: the
     * port is in use, or there is no CPU. LIBQEMU_ESTATE: there is a port already. Thread: owner. BQL: takes.
     */
    int (*gdb_start)(uint16_t port, bool hold, char **error);

    /* --- time --------------------------------------------------------------------------------------- */

    /* QEMU_CLOCK_VIRTUAL, ns. Thread: any. BQL: no. */
    int64_t (*clock_ns)(void);
    /* Moves it forward. LIBQEMU_EINVAL: back. LIBQEMU_ESTATE: a plugin owns the clock. Thread: any. BQL:
     * takes. */
    int (*clock_set_ns)(int64_t ns);
    /* When the next virtual timer is due, absolute ns; -1: none, or the VM is stopped. Thread: any. BQL: no.
     */
    int64_t (*timer_deadline_ns)(void);
    /* Runs the virtual timers that are due. Thread: any. BQL: takes. */
    int (*timers_run)(void);
} libqemu_api;

/* The library's calls, or NULL if it does not speak this version. Thread: any. */
const libqemu_api *libqemu_get_api(uint32_t version);
typedef const libqemu_api *(*libqemu_get_api_fn)(uint32_t version);

#ifdef __cplusplus
}
#endif

#endif
