// SPDX-License-Identifier: MIT
//
// A vCPU at the end of a budget that an event of SystemC's ends: it leaves a note and looks, or sees to it
// itself. Which of the two is up to the host, and nothing depends on it.
#include "fake_qemu.h"
#include "fake_systemc.h"
#include "test_timeline.h"

#include <thread>

namespace
{

// One vCPU that executes blocks of up to 7 instructions, 1 ns each, and SystemC with an event every `period`,
// each on its own thread.
class one_vcpu_and_systemc : public testing::Test
{
  protected:
    static constexpr uint64_t period = 733 * ns, events = 20000, block = 7;

    void SetUp() override
    {
        tk_timeline_keeper_attach(m_timeline);
        ASSERT_TRUE(m_source.hold(m_cpu)) << "it has work, and no window yet";
    }
    // SystemC's thread; `event` is called at each of them, with its number.
    void run_systemc(const std::function<void(uint64_t)> &event)
    {
        for (uint64_t k = 1; k <= events; k++) {
            tk_keeper_step step{};
            step.now_ps = (k - 1) * period;
            step.next_ps = k * period;
            do {
                tk_timeline_keeper_step(m_timeline, &step, true);
            } while (step.go_ps < step.next_ps); // ends: the vCPU comes to there
            ASSERT_EQ(step.go_ps, k * period);
            EXPECT_EQ(step.global_ps, k * period) << "SystemC and the vCPU meet";
            event(k);
        }
        tk_timeline_keeper_detach(m_timeline);
    }
    // The vCPU's thread until all events are over; `left` is called each time that it has left its loop.
    void run_vcpu(const std::function<void()> &left)
    {
        while (m_executed < events * (period / ns)) {
            while (m_source.hold(m_cpu)) {
                std::this_thread::yield(); // ends: SystemC goes on
            }
            left();
            do {
                execute_to_the_limit();
            } while (m_executed < events * (period / ns) && tk_timeline_end_of_quantum(m_timeline, m_cpu));
        }
        tk_timeline_hold(m_timeline, m_cpu, tk_timeline_ticket(m_timeline, m_cpu)); // says how far it came
    }

    test_timeline m_timeline{TK_IDLE_WARP, 10 * us};
    test_source m_source{m_timeline};
    const unsigned m_cpu = m_source.add();
    uint64_t m_executed = 0; // the vCPU's; SystemC's while that one stands at an event

  private:
    void execute_to_the_limit()
    {
        while (__atomic_load_n(&m_source.counter(0), __ATOMIC_RELAXED) < TK_COUNTER_LIMIT) {
            m_length = m_length % block + 1;
            m_executed += m_length;
            __atomic_fetch_add(&m_source.counter(0), m_length, __ATOMIC_RELAXED);
        }
    }

    uint64_t m_length = 0; // of the last block
};

} // namespace

TEST_F(one_vcpu_and_systemc, meet_at_each_event_at_most_a_block_late)
{
    std::thread systemc([&] {
        run_systemc([&](uint64_t k) {
            ASSERT_GE(m_executed, k * (period / ns)); // the vCPU stands: else this is a data race
            ASSERT_LT(m_executed, k * (period / ns) + block);
            ASSERT_EQ(m_timeline.info(m_cpu).instructions, m_executed);
        });
    });
    run_vcpu([] {});
    systemc.join();
    EXPECT_EQ(m_timeline.info(m_cpu).instructions, m_executed);
    EXPECT_EQ(m_timeline.info(m_cpu).local_ps, m_executed * ns);
    EXPECT_EQ(m_timeline.info(m_cpu).pauses, 1 + events) << "before the first window, and at each event";
}

TEST_F(one_vcpu_and_systemc, an_interrupt_at_an_event_is_taken_before_the_next_block)
{
    std::atomic<uint64_t> raised{0};
    uint64_t taken = 0;
    std::thread systemc([&] {
        run_systemc([&](uint64_t k) {
            if (k % 3 == 0) {
                raised = m_executed;
                tk_timeline_kicked(m_timeline, m_cpu);
            }
        });
    });
    run_vcpu([&] {
        if (raised > taken) {
            ASSERT_EQ(m_executed, raised) << "a block was executed before it";
            taken = raised;
        }
    });
    systemc.join();
    EXPECT_EQ(taken, raised);
}

// Kicks from outside end its looking at any moment: it sees to its end itself, and whatever SystemC has made
// of its note, nothing is counted twice or lost.
TEST_F(one_vcpu_and_systemc, count_exactly_when_others_kick_the_vcpu_at_any_time)
{
    std::atomic<bool> end{false};

    std::thread systemc(
        [&] { run_systemc([&](uint64_t) { ASSERT_EQ(m_timeline.info(m_cpu).instructions, m_executed); }); });
    std::thread others([&] {
        while (!end) {
            tk_timeline_kicked(m_timeline, m_cpu);
            std::this_thread::yield();
        }
    });
    run_vcpu([] {});
    end = true;
    others.join();
    systemc.join();
    EXPECT_EQ(m_timeline.info(m_cpu).instructions, m_executed);
    EXPECT_EQ(m_timeline.info(m_cpu).local_ps, m_executed * ns);
}

// The other one sleeps and wakes: now SystemC has to wait for one, now for two, whose notes overwrite each
// other.
TEST(budget_end, of_one_while_another_sleeps_and_wakes)
{
    constexpr uint64_t rounds = 5000;
    for (const uint64_t period : {400 * ns, 3 * us}) {
        test_timeline timeline(TK_IDLE_WARP, 10 * us);
        fake_systemc systemc(timeline);
        fake_qemu qemu(timeline);
        std::atomic<bool> end{false};
        uint64_t ticks = 0;
        for (unsigned i = 0; i < 2; i++) {
            qemu.add(ghz, [&end, i, n = 0]() mutable -> int {
                if (end) {
                    return fake_qemu::power_off;
                }
                return i == 1 && ++n % 40 == 0 ? fake_qemu::wait_for_interrupt : 20;
            });
        }
        const std::function<void()> tick = [&] {
            if (++ticks == rounds) {
                end = true;
            }
            if (end || ticks % 2 == 0) {
                qemu.interrupt(1);
            }
            if (ticks % 7 == 0) {
                qemu.interrupt(0);
            }
            systemc.at(systemc.now() + period, tick);
        };
        systemc.at(period, tick);
        run_to_power_off(systemc, qemu);
        EXPECT_LE(systemc.max_lag, 10 * us + 20 * ns);
        for (unsigned i = 0; i < 2; i++) {
            const tk_vcpu_info info = timeline.info(qemu.vcpu(i));
            EXPECT_EQ(info.instructions, qemu.executed(i));
            EXPECT_EQ(info.local_ps, info.instructions * ns + info.idle_ps);
        }
    }
}
