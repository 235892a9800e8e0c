/* SPDX-License-Identifier: MIT
 *
 * An exception that nobody expected ends the run, and says where it came from.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include <stdatomic.h>

/* Called by vectors.S. vector: 0..15, its place in the table; the rest are the registers of the name. */
_Noreturn void exception_report(unsigned vector, uint64_t esr, uint64_t elr, uint64_t far);

void exception_report(unsigned vector, uint64_t esr, uint64_t elr, uint64_t far)
{
    static atomic_flag reported;

    /* Printing or ending may fault as well, and another CPU may be here already: the first one speaks. */
    if (atomic_flag_test_and_set(&reported))
        for (;;)
            cpu_wait_interrupt();
    console_seize();
    console_printf("\ncpu %u: unexpected exception, vector %u: ESR 0x%08lx, ELR 0x%08lx, FAR 0x%08lx\n",
                   cpu_number(), vector, esr, elr, far);
    finish(FINISH_EXCEPTION);
}
