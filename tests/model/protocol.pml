/* SPDX-License-Identifier: MIT
 *
 * Who waits for whom: vCPU threads, the keeper (SystemC's thread), the source's own thread and QEMU's main
 * loop. A section of the timeline's lock is one step (shell.c); between two of them anything may happen.
 * README.md says what is modelled and what is left out.
 */
c_decl {
\#include "shell.h"
}
c_state "model_state m" "Global"

#ifndef VCPUS
#define VCPUS 2
#endif
#ifndef QUANTUM
#define QUANTUM 1
#endif
#ifndef FURTHEST
#define FURTHEST 2 /* how far away SystemC's next event and a new timer are at most */
#endif

#define NOBODY 255

/* --- QEMU's state --------------------------------------------------------------------------------------- */

byte bql;               /* 0: free */
bool halted[VCPUS];     /* WFI has been executed, and no interrupt taken since */
bool interrupt[VCPUS];  /* CPUState::interrupt_request */
bool work[VCPUS];       /* work is queued */
bool resumed[VCPUS];    /* its transaction's answer has brought a budget */
bool cond_wait[VCPUS];  /* sleeps, and nobody has broadcast halt_cond */
byte kicks[VCPUS];      /* kicks that have a reason already, and are not over */
byte timer_target;      /* whom the timer interrupts */
byte runner = NOBODY;   /* the vCPU whose own thread runs timers */

/* A transaction of each vCPU: none, asked for, taken by the keeper, worked on by SystemC. */
mtype = { no_transaction, asked, taken, accepted };
mtype transaction[VCPUS] = no_transaction;

/* How often something happens from outside (an interrupt, queued work, a timer, a transaction), in all. */
#ifdef STIMULI
byte stimuli = STIMULI;
#define may_happen (stimuli > 0)
#define happens stimuli--
#else
#define may_happen true
#define happens skip
#endif

/* What is chosen for a section: how much has been executed, how far ahead the clock is read, whether its gate
 * has been opened behind the ticket already; else 0. */
byte executed, ahead;

/* What is handed to C and got back within one step: not part of the state. */
hidden byte arg_i, arg_tail, result;

#define DONE 0
#define WAIT 1
#define TIMERS_TO_RUN 2
#define TIMERS_THEN_RESUME 3
#define NO_TAIL 0
#define GRANT_TAIL 1
#define KEEPER_TAIL 2
#define LOOK_TAIL 4
#define RESUME_TAIL 5

#define idle_thread(i) (halted[i] && !interrupt[i] && !work[i]) /* cpu_thread_is_idle() */

inline lock_bql()
{
    atomic { bql == 0 -> bql = _pid + 1 }
}

inline unlock_bql()
{
    bql = 0
}

#define CHECK assert(c_expr { !model_wrong && &now.m })

/* The core must not take a vCPU for idle that has an interrupt to handle: time would go on without it. While its
 * own thread runs timers it may, since time does not pass their deadline. */
#define unseen(i) (interrupt[i] && kicks[i] == 0 && runner != i && c_expr { !(now.m.v[i].flags & 1) })
#if VCPUS > 2
#define ALL_SEEN assert(!unseen(0) && !unseen(1) && !unseen(2))
#else
#define ALL_SEEN assert(!unseen(0) && !unseen(1))
#endif

/* --- kicks and timers ----------------------------------------------------------------------------------- */

inline choose_ahead()
{
    if
    :: ahead = 0
#ifndef CLOCK_READ_EXACTLY
    :: ahead = QUANTUM
#endif
    fi
}

/* qemu_cpu_kick(); the reason (kicks[j]++) is there before. */
inline kick(j, bql_after)
{
    atomic {
        choose_ahead();
        d_step {
            arg_i = j;
            c_code { model_kicked(&now.m, arg_i, now.ahead); };
            ahead = 0;
            CHECK
        }
    };
progress_kicks:
    d_step {
#ifdef BROKEN_COND_WAIT
        cond_wait[j] = false;
#endif
        arg_i = j;
        c_code { now.m.v[arg_i].leave = 1; };
        kicks[j]--;
        bql = bql_after
    }
}

/* tcg_handle_interrupt() by a thread that is not j's, with the BQL taken and given back. */
inline raise_interrupt(j)
{
    atomic { bql == 0 && may_happen -> happens; bql = _pid + 1; interrupt[j] = true; kicks[j]++ };
    kick(j, 0)
}

/* qemu_clock_run_timers(); with the BQL. `self`: the vCPU whose thread this is, or NOBODY. */
inline fire_timer(self)
{
    if
    :: c_expr { now.m.armed <= now.m.global } ->
        d_step {
            c_code { now.m.armed = 255; };
            interrupt[timer_target] = true;
            if
            :: timer_target != self -> kicks[timer_target]++
            :: timer_target == self /* tcg_handle_interrupt(): its thread is awake */
            fi
        };
        if
        :: timer_target != self -> kick(timer_target, bql)
        :: timer_target == self
        fi
    :: c_expr { now.m.armed > now.m.global }
    fi
}

inline note_runner(self)
{
    if
    :: self != NOBODY -> runner = (r >= TIMERS_TO_RUN -> self : NOBODY)
    :: self == NOBODY
    fi
}

/* run_timers(), as often as the last section's result says so. */
inline run_timers(self, bql_held, tail)
{
    do
    :: r == TIMERS_TO_RUN ->
        if
        :: !bql_held -> lock_bql()
        :: bql_held
        fi;
        fire_timer(self);
        if
        :: !bql_held -> unlock_bql()
        :: bql_held
        fi;
        atomic {
            if
            :: tail == RESUME_TAIL || tail == LOOK_TAIL -> choose_ahead()
            :: tail != RESUME_TAIL && tail != LOOK_TAIL
            fi;
            d_step {
                arg_i = (self == NOBODY -> 0 : self);
                arg_tail = tail;
                c_code { result = model_timers_ran(&now.m, 1, arg_tail, arg_i, now.ahead); };
                r = result;
                ahead = 0;
                note_runner(self);
                CHECK
            }
        }
    :: r != TIMERS_TO_RUN -> break
    od
}

/* --- a vCPU's thread ------------------------------------------------------------------------------------ */

/* How much of its budget it has executed when it reports before the end. */
inline choose_executed()
{
    d_step { arg_i = i; c_code { now.executed = now.m.v[arg_i].budget; } };
    do
    :: executed > 0 -> executed--
    :: true -> break
    od
}

/* tk_timeline_ticket(), before it looks for work */
inline take_ticket()
{
    d_step { arg_i = i; c_code { now.m.v[arg_i].gate = 0; } }
}

/* tk_timeline_hold() and tk_timeline_may_run() */
inline hold()
{
    atomic {
        choose_executed();
        choose_ahead();
        d_step {
            arg_i = i;
            c_code { result = model_hold(&now.m, arg_i, now.executed, now.ahead); };
            r = result;
            executed = 0;
            ahead = 0;
            CHECK
        }
    };
    run_timers(i, true, GRANT_TAIL)
}

/* tk_timeline_idle(): r is WAIT, or DONE to look again. */
inline idle()
{
    atomic {
        choose_executed();
        d_step {
            arg_i = i;
            c_code { result = model_idle(&now.m, arg_i, now.executed); };
            r = result;
            executed = 0;
            note_runner(i);
            CHECK
        }
    };
    if
    :: atomic { r == TIMERS_THEN_RESUME -> r = TIMERS_TO_RUN };
        run_timers(i, true, RESUME_TAIL)
    :: r != TIMERS_THEN_RESUME -> run_timers(i, true, LOOK_TAIL)
    fi
}

/* tk_gate_wait() without the BQL, then the BQL again. */
inline wait_at_gate()
{
#ifdef BROKEN_RESUME_UNLOCKED
    take_ticket(); /* when it has decided already */
#endif
    c_expr { now.m.v[Pvcpu->i].gate };
    lock_bql()
}

/* Asleep with nothing to do; who has something to do has a kick coming. */
inline sleep_idle()
{
    atomic {
        assert(kicks[i] > 0 || c_expr { now.m.v[Pvcpu->i].gate } ||
               (!interrupt[i] && !work[i] && c_expr { !(now.m.v[Pvcpu->i].flags & 1) }));
        cond_wait[i] = true;
        bql = 0
    };
end_asleep:
#ifdef BROKEN_COND_WAIT
    atomic { !cond_wait[i] && bql == 0 -> bql = _pid + 1 } /* qemu_cond_wait(halt_cond, &bql) */
#else
    atomic { c_expr { now.m.v[Pvcpu->i].gate } && bql == 0 -> bql = _pid + 1; cond_wait[i] = false }
#endif
}

/* A TLM transaction: qemu_cpu::on_access(); without the BQL. */
inline transact()
{
    atomic {
        choose_executed();
        d_step {
            arg_i = i;
            c_code { model_suspend(&now.m, arg_i, now.executed); };
            transaction[i] = asked;
            executed = 0
        }
    };
progress_transacts:
    d_step { c_code { now.m.keeper_gate = 1; } };
    transaction[i] == no_transaction;
    if
    :: resumed[i] -> resumed[i] = false
    :: else ->
        d_step {
            arg_i = i;
            c_code { result = model_resync(&now.m, arg_i); };
            r = result;
            CHECK
        };
        run_timers(i, false, NO_TAIL)
    fi
}

/* tk_timeline_end_of_quantum()'s section of the lock; without the BQL. */
inline end_budget()
{
    d_step {
        arg_i = i;
        c_code { result = model_end_of_quantum(&now.m, arg_i); };
        r = result;
        CHECK
    };
progress_executes:
    run_timers(i, false, GRANT_TAIL)
}

#ifdef NOTES_AT_THE_END
/* given_budget() before it: it looks for as long as it likes. */
inline note_end()
{
    d_step { arg_i = i; c_code { model_note_end(&now.m, arg_i); } };
progress_notes:
    d_step { c_code { now.m.keeper_gate = 1; } };
    d_step { arg_i = i; c_code { result = model_stop_looking(&now.m, arg_i); }; r = result };
    if
    :: r == DONE
    :: r == WAIT ->
#ifndef BROKEN_NOTE_STAYS
        d_step { arg_i = i; c_code { model_withdraw_note(&now.m, arg_i); } };
#endif
        end_budget()
    fi
}
#endif

/* tcg_cpu_exec(); without the BQL. */
inline execute()
{
    do
    :: halted[i] && !interrupt[i] -> break
    :: interrupt[i] -> d_step { interrupt[i] = false; halted[i] = false }
    :: !halted[i] && !interrupt[i] && c_expr { now.m.v[Pvcpu->i].leave } ->
        if
        :: halted[i] = true /* its last block ends with WFI */
        :: true
        fi;
        break
    :: !halted[i] && !interrupt[i] && c_expr { !now.m.v[Pvcpu->i].leave } ->
        if
        :: /* the counter is at its limit */
#ifdef NOTES_AT_THE_END
            if
            :: c_expr { now.m.v[Pvcpu->i].meets } -> note_end()
            :: c_expr { !now.m.v[Pvcpu->i].meets } -> end_budget()
            fi;
#else
            end_budget();
#endif
            if
            :: r == WAIT -> d_step { arg_i = i; c_code { now.m.v[arg_i].leave = 1; } }
            :: r == DONE
            fi
        :: halted[i] = true; /* WFI */
progress_waits:
            break
#ifdef INTERRUPTS_EACH_OTHER
        :: raise_interrupt((i + 1) % VCPUS)
#endif
#ifdef QUEUES_WORK
        :: atomic { /* async_run_on_cpu(), e.g. a TLB flush for all: without the BQL */
                may_happen -> happens;
                work[(i + 1) % VCPUS] = true;
                kicks[(i + 1) % VCPUS]++
            };
            kick((i + 1) % VCPUS, bql)
#endif
#ifdef TIMERS
        :: atomic { may_happen && c_expr { now.m.armed == 255 } -> happens };
            lock_bql();
progress_arms:
            if
            :: c_expr { now.m.armed == 255 } ->
                atomic {
                    timer_target = i;
                    if
                    :: c_code { now.m.armed = now.m.global + 1; }
                    :: c_code { now.m.armed = now.m.global + FURTHEST; }
                    fi
                };
                d_step { c_code { model_timer_armed(&now.m); }; CHECK }
            :: c_expr { now.m.armed != 255 }
            fi;
            unlock_bql()
#endif
#ifdef CROSSINGS
        :: atomic { /* a store to a device whose line goes to SystemC; its device needs the BQL */
                bql == 0 && may_happen && c_expr { now.m.crossings == 0 } -> happens;
                choose_executed();
                d_step {
                    arg_i = i;
                    c_code { model_cross(&now.m, arg_i, now.executed); };
                    executed = 0;
                    CHECK
                }
            }
#endif
#ifdef TRANSACTIONS
        :: atomic { may_happen -> happens };
            transact()
#endif
        fi
    od
}

/* mttcg_cpu_thread_fn() with qemu_wait_io_event() inlined */
proctype vcpu(byte i)
{
    byte r;

    lock_bql();
    do
    ::
        hold(); /* cpu_can_run() */
        if
        :: atomic { r == DONE -> bql = 0 };
            execute();
            atomic { bql == 0 -> bql = _pid + 1; c_code { now.m.v[Pvcpu->i].leave = 0; } }
        :: atomic { r == WAIT -> c_code { now.m.v[Pvcpu->i].leave = 0; } }
        fi;
        do
        ::
            take_ticket();
            if
            :: idle_thread(i) ->
                idle();
                if
                :: r == DONE /* QEMU_PLUGIN_IDLE_LOOK */
                :: r == WAIT -> sleep_idle()
                fi
            :: !idle_thread(i) && work[i] -> break /* cpu_held_back() with queued work */
            :: !idle_thread(i) && !work[i] -> /* cpu_held_back() */
                hold();
                if
                :: r == DONE -> break
                :: atomic { r == WAIT -> bql = 0 };
                    wait_at_gate()
                fi
            fi
        od;
        work[i] = false
    od
}

/* --- QEMU's other threads ------------------------------------------------------------------------------- */

/* Raises interrupts, as long as it likes. */
proctype main_loop()
{
end_silent:
    do
    :: raise_interrupt(0)
    :: raise_interrupt(1)
#if VCPUS > 2
    :: raise_interrupt(2)
#endif
    :: break
    od
}

/* The source's own thread: tk_timeline_source_work() */
proctype source_thread()
{
    byte r;

    do
    ::
        d_step { c_code { result = model_source_work(&now.m); }; r = result; CHECK };
        run_timers(NOBODY, false, NO_TAIL);
end_nothing_due:
        c_expr { now.m.source_gate }
    od
}

/* --- SystemC's thread: the keeper and all processes ------------------------------------------------------ */

inline choose_next()
{
    if
    :: c_code { now.m.next = 1; }
    :: c_code { now.m.next = FURTHEST; }
    :: c_expr { !now.m.any_accepted } -> c_code { now.m.next = 255; }
    fi
}

/* sc_start(T) has returned, and another one begins; the last one has no end. */
inline choose_until()
{
    atomic {
        if
        :: c_code { now.m.until = 1; }
        :: c_code { now.m.until = FURTHEST; }
        :: c_code { now.m.until = 255; }
        fi
    }
}

/* b_transport() of what has been accepted returns, or goes on. */
inline serve(j)
{
    if
    :: transaction[j] == accepted ->
        if
        :: d_step { arg_i = j; c_code { result = model_restart(&now.m, arg_i, 0); }; resumed[j] = result; CHECK };
            transaction[j] = no_transaction
        :: d_step { arg_i = j; c_code { result = model_restart(&now.m, arg_i, 1); }; resumed[j] = result; CHECK };
            transaction[j] = no_transaction /* with an annotated delay */
        :: skip
        fi
    :: transaction[j] != accepted
    fi
}

/* SystemC has come as far as it may: request::taken(). It has an event then while it works on it. */
inline receive(j)
{
    if
    :: transaction[j] == taken ->
        atomic {
            transaction[j] = accepted;
            if
            :: c_code { now.m.next = 1; }
            :: c_expr { now.m.next != 255 }
            fi
        };
        serve(j)
    :: transaction[j] != taken
    fi
}

/* ACCEPTED in shell.c */
inline take(j)
{
    if
    :: transaction[j] == asked ->
        d_step {
            arg_i = j;
            c_code { result = (now.m.v[arg_i].flags & 16) != 0; };
            transaction[j] = (result -> taken : asked)
        }
    :: else
    fi
}

/* SystemC's processes run: an event is due. */
inline event()
{
    serve(0);
    serve(1);
#if VCPUS > 2
    serve(2);
#endif
    if
#ifdef SYSTEMC_INTERRUPTS
    :: raise_interrupt(0)
    :: raise_interrupt(1)
#if VCPUS > 2
    :: raise_interrupt(2)
#endif
#endif
    :: skip
    fi;
    atomic { choose_next() }
}

/* SystemC's kernel goes on to `go`: what it does at each event on the way, and there. */
inline advance()
{
    do
    :: c_expr { now.m.crossings & 1 } ->
progress_crossing:
        d_step { c_code { now.m.crossings &= 254; } };
        event()
    :: c_expr { now.m.until == 0 } -> choose_until()
    :: c_expr { !(now.m.crossings & 1) && now.m.until > 0 && now.m.next <= now.m.go } ->
progress_event:
        d_step { c_code { model_systemc_advance(&now.m, now.m.next); }; CHECK };
        event()
    :: c_expr { !(now.m.crossings & 1) && now.m.until > 0 && now.m.next > now.m.go && now.m.go > 0 } ->
progress_goes:
        d_step { c_code { model_systemc_advance(&now.m, now.m.go); }; CHECK }
    :: c_expr { !(now.m.crossings & 1) && now.m.until > 0 && now.m.next > 0 && now.m.go == 0 } -> break
    od;
    receive(0);
    receive(1)
#if VCPUS > 2
    ;
    receive(2)
#endif
}

proctype keeper()
{
    byte r;

    do
    ::
        d_step { c_code { result = model_keeper_enter(&now.m); }; r = result; CHECK; ALL_SEEN };
        do
        :: r == TIMERS_TO_RUN -> run_timers(NOBODY, false, KEEPER_TAIL)
        :: r == WAIT ->
            if
            :: c_expr { now.m.nothing_left } ->
end_nothing_left:
#ifndef BROKEN_BUSY_KEEPER
                c_expr { now.m.keeper_gate }
#else
                skip
#endif
            :: c_expr { !now.m.nothing_left } ->
                c_expr { now.m.keeper_gate || now.m.nothing_left }
            fi;
            d_step { c_code { result = model_keeper_woken(&now.m); }; r = result; CHECK; ALL_SEEN }
        :: r == DONE -> break
        od;
        atomic {
            take(0);
            take(1);
#if VCPUS > 2
            take(2);
#endif
            r = 0
        };
        advance()
    od
}

init
{
    atomic {
        c_code { model_start(&now.m); };
        choose_next();
#ifdef STARTS
        choose_until();
#endif
        /* some are held in reset */
        if
        :: halted[0] = true
        :: skip
        fi;
        if
        :: halted[1] = true
        :: skip
        fi;
        run vcpu(0);
        run vcpu(1);
#if VCPUS > 2
        run vcpu(2);
#endif
#ifdef TIMERS
        run source_thread();
#endif
#ifdef MAIN_LOOP
        run main_loop();
#endif
        run keeper()
    }
}
