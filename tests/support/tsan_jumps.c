/* SPDX-License-Identifier: MIT
 *
 * Part of each program under ThreadSanitizer: QEMU's jumps go past it. Its own siglongjmp() looks for the
 * buffer among those that were set on the present stack, and gives up the process where there is none; QEMU's
 * coroutines jump from one stack to another. QEMU is not instrumented, and nothing of ours is on the frames
 * that it jumps over.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <setjmp.h>
#include <stdlib.h>

typedef void (*jump)(struct __jmp_buf_tag *, int);

/* The program's definition is found before ThreadSanitizer's. */
void siglongjmp(sigjmp_buf buffer, int value)
{
    jump libc_jump = (jump)dlsym(dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD), "siglongjmp");

    libc_jump(buffer, value);
    abort();
}
