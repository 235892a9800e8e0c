/* SPDX-License-Identifier: MIT
 *
 * Part of each program under a sanitizer: what it has to know, and what not, about those who have more stacks
 * than threads.
 *
 * QEMU's jumps from one stack to another go past it: QEMU is not instrumented, and nothing of ours is on the
 * frames that it jumps over. ThreadSanitizer's siglongjmp() looks for the buffer among those that were set on
 * the present stack, and gives up the process where there is none, as in QEMU's coroutines.
 * AddressSanitizer's, and its swapcontext(), say on standard error that they do not know these stacks.
 *
 * SystemC tells AddressSanitizer of each of its switches, but when it comes back to the main thread's stack
 * not which one that is. What is known from there only, the leak sanitizer would take for lost.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <ucontext.h>

typedef void (*jump)(struct __jmp_buf_tag *, int);
typedef int (*swap)(ucontext_t *, const ucontext_t *);

static void *of_libc(const char *name)
{
    return dlsym(dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD), name);
}

/* The program's definitions are found before the sanitizer's. */
void siglongjmp(sigjmp_buf buffer, int value)
{
    jump libc_jump = (jump)of_libc("siglongjmp");

    libc_jump(buffer, value);
    abort();
}

int swapcontext(ucontext_t *restrict from, const ucontext_t *restrict to)
{
    swap libc_swap = (swap)of_libc("swapcontext");

    return libc_swap(from, to);
}

#ifdef TELLS_ADDRESS_SANITIZER
typedef void (*start_switch)(void **, const void *, size_t);

void __sanitizer_start_switch_fiber(void **fake_stack, const void *lowest, size_t size);

void __sanitizer_start_switch_fiber(void **fake_stack, const void *lowest, size_t size)
{
    start_switch sanitizers = (start_switch)dlsym(RTLD_NEXT, "__sanitizer_start_switch_fiber");
    pthread_attr_t attributes;
    void *own = NULL;

    if (!lowest && pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &own, &size);
        pthread_attr_destroy(&attributes);
        lowest = own;
    }
    sanitizers(fake_stack, lowest, size);
}
#endif
