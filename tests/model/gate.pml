/* SPDX-License-Identifier: MIT
 *
 * gate.c alone, each access to memory one step: protocol.pml takes for granted that tk_gate_wait() returns
 * if and only if the gate has been opened since the ticket. Two threads produce, one consumes; the lock around
 * what they produce is one step each.
 */
#define OPENERS 2
#define EACH 3 /* how often each opens */

byte produced, count, sleepers;
bool asleep; /* on the futex */

proctype opener()
{
    byte n;

    do
    :: n < EACH ->
        produced++;
        count++; /* tk_gate_open() */
        if
        :: sleepers > 0 -> asleep = false /* FUTEX_WAKE */
        :: sleepers == 0
        fi;
        n++
    :: n == EACH -> break
    od
}

proctype waiter()
{
    byte seen, ticket;
    bool nothing;

    do
    :: seen < OPENERS * EACH ->
#ifdef BROKEN_TICKET_AFTERWARDS
        atomic { nothing = (produced == seen); seen = produced };
        ticket = count;
#else
        ticket = count;
        atomic { nothing = (produced == seen); seen = produced };
#endif
        if
        :: nothing -> /* tk_gate_wait() */
#ifndef BROKEN_SLEEPERS_NOT_COUNTED
            sleepers++;
#endif
            do
            :: count != ticket -> break
            :: count == ticket -> /* FUTEX_WAIT: compares and sleeps in one step */
                atomic { asleep = (count == ticket) };
                !asleep
            od;
#ifndef BROKEN_SLEEPERS_NOT_COUNTED
            sleepers--
#endif
        :: !nothing
        fi
    :: seen == OPENERS * EACH -> break
    od
}

init
{
    atomic {
        run opener();
        run opener();
        run waiter()
    }
}
