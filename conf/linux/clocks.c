/* SPDX-License-Identifier: MIT
 *
 * clocks [SECONDS]: what time it is by the CPU's counter, by the kernel, and by SystemC; with SECONDS, how
 * much each of them went on while this process slept that long.
 *
 * A static program without a C library: the cross compiler alone builds it.
 */
#include <stddef.h>
#include <stdint.h>

#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/time.h>

enum { COUNT_LO = 0, COUNT_HI = 1 }; /* registers of platforms/components/sc_timer.h, in words */

/* --- the CPU --------------------------------------------------------------------------------- */

#if defined(__aarch64__)

static long syscall6(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;

    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

static uint64_t count(void)
{
    uint64_t value;

    __asm__ volatile("isb\n mrs %0, cntvct_el0" : "=r"(value)::"memory");
    return value;
}

static uint64_t counts_per_second(uint64_t given)
{
    uint64_t value;

    (void)given;
    __asm__("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

__asm__(".globl _start\n_start:\n mov x0, sp\n bl run\n");

#elif defined(__riscv)

static long syscall6(long number, long a, long b, long c, long d, long e, long f)
{
    register long a7 __asm__("a7") = number;
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d;
    register long a4 __asm__("a4") = e;
    register long a5 __asm__("a5") = f;

    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5) : "memory");
    return a0;
}

static uint64_t count(void)
{
    uint64_t value;

    __asm__ volatile("rdtime %0" : "=r"(value)::"memory");
    return value;
}

/* No CPU says it: the device tree does, and the kernel's command line. */
static uint64_t counts_per_second(uint64_t given)
{
    return given;
}

__asm__(".option push\n.option norelax\n"
        ".globl _start\n_start:\n lla gp, __global_pointer$\n mv a0, sp\n call run\n"
        ".option pop\n");

#endif

/* --- text ------------------------------------------------------------------------------------ */

static void put(const char *text)
{
    size_t length = 0;

    while (text[length]) {
        length++;
    }
    syscall6(__NR_write, 1, (long)text, (long)length, 0, 0, 0);
}

static void put_number(uint64_t value)
{
    char digits[21];
    char *at = digits + sizeof(digits) - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    put(at);
}

static uint64_t number(const char *text)
{
    unsigned base = 10;
    uint64_t value = 0;

    if (text[0] == '0' && text[1] == 'x') {
        base = 16;
        text += 2;
    }
    for (; *text; text++) {
        char lower = (char)(*text | 0x20);

        value = value * base + (uint64_t)(lower > '9' ? lower - 'a' + 10 : lower - '0');
    }
    return value;
}

static const char *environment(char **environ, const char *name)
{
    for (; *environ; environ++) {
        const char *a = *environ;
        const char *b = name;

        while (*b && *a == *b) {
            a++;
            b++;
        }
        if (!*b && *a == '=') {
            return a + 1;
        }
    }
    return NULL;
}

/* --- clocks ---------------------------------------------------------------------------------- */

struct reading {
    uint64_t counter_ns, uptime_ns, systemc_ns;
};

static volatile uint32_t *systemc; /* NULL: no such device */

static void map_systemc(const char *address)
{
    long memory =
        address ? syscall6(__NR_openat, AT_FDCWD, (long)"/dev/mem", O_RDONLY | O_DSYNC, 0, 0, 0) : -1;
    long at =
        memory < 0 ? -1 : syscall6(__NR_mmap, 0, 4096, PROT_READ, MAP_SHARED, memory, (long)number(address));

    systemc = at < 0 ? NULL : (volatile uint32_t *)at;
}

static uint64_t counter_ns(uint64_t frequency)
{
    uint64_t now = count();

    return now / frequency * 1000000000 + now % frequency * 1000000000 / frequency;
}

static struct reading read_clocks(uint64_t frequency)
{
    struct reading now = {0};
    struct __kernel_timespec time = {0};

    syscall6(__NR_clock_gettime, CLOCK_BOOTTIME, (long)&time, 0, 0, 0, 0);
    now.uptime_ns = (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
    now.counter_ns = counter_ns(frequency);
    if (systemc) {
        now.systemc_ns = systemc[COUNT_LO];
        now.systemc_ns |= (uint64_t)systemc[COUNT_HI] << 32;
    }
    return now;
}

static void report(const char *what, const struct reading *from, const struct reading *to)
{
    put(what);
    put(" counter ");
    put_number(to->counter_ns - from->counter_ns);
    put(" ns, uptime ");
    put_number(to->uptime_ns - from->uptime_ns);
    put(" ns, SystemC ");
    put_number(to->systemc_ns - from->systemc_ns);
    put(" ns\n");
}

__attribute__((used)) static void run(long *stack)
{
    static const struct reading zero;
    long argc = stack[0];
    char **argv = (char **)(stack + 1);
    char **environ = argv + argc + 1;
    const char *given = environment(environ, "tk_timebase");
    uint64_t frequency = counts_per_second(given ? number(given) : 1);
    struct reading first;

    map_systemc(environment(environ, "tk_sc_timer"));
    first = read_clocks(frequency);
    if (argc > 1) {
        struct __kernel_timespec time = {.tv_sec = (long)number(argv[1])};
        struct reading last;

        syscall6(__NR_nanosleep, (long)&time, 0, 0, 0, 0, 0);
        last = read_clocks(frequency);
        report("clocks: now", &zero, &first);
        report("clocks: slept", &first, &last);
    } else {
        report("clocks: now", &zero, &first);
    }
    syscall6(__NR_exit, 0, 0, 0, 0, 0, 0);
}
