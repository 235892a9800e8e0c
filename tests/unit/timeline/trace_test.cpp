// SPDX-License-Identifier: MIT
//
// The moves of the token, as they are told while threads run.
#include "fake_qemu.h"
#include "test_timeline.h"

#include <vector>

TEST(trace, of_handovers_is_one_chain_in_order)
{
    test_timeline timeline;
    fake_qemu qemu(timeline);
    std::vector<tk_handover> moves; // the timeline's lock is held whenever it is touched
    tk_timeline_trace_handovers(
        timeline,
        [](void *opaque, const tk_handover *what) {
            static_cast<std::vector<tk_handover> *>(opaque)->push_back(*what);
        },
        &moves);
    for (unsigned i = 0; i < 3; i++) {
        qemu.add(ghz, [&, i, sleeps = 0, blocks = 0]() mutable -> int {
            if (++blocks % 7 != 0) {
                return 11;
            }
            if (++sleeps > 200) {
                return fake_qemu::power_off;
            }
            qemu.arm(static_cast<int64_t>(timeline.now() / ns) + 100 * (1 + static_cast<int64_t>(i)),
                     [&qemu, i] { qemu.interrupt(i); });
            return fake_qemu::wait_for_interrupt;
        });
    }
    qemu.start();
    qemu.wait_for_power_off();
    qemu.stop();
    tk_timeline_trace_handovers(timeline, nullptr, nullptr);
    ASSERT_FALSE(moves.empty());
    uint64_t handovers = 0, at_ps = 0;
    int holder = TK_NOBODY, last = TK_NOBODY;
    for (const tk_handover &each : moves) {
        ASSERT_EQ(each.from, holder);
        ASSERT_NE(each.to, holder);
        ASSERT_GE(each.at_ps, at_ps);
        ASSERT_EQ(each.reason == TK_HANDOVER_WAKE, each.from == TK_NOBODY);
        holder = each.to;
        at_ps = each.at_ps;
        if (holder != TK_NOBODY) {
            handovers += last != TK_NOBODY && last != holder;
            last = holder;
        }
    }
    EXPECT_EQ(holder, TK_NOBODY) << "all are off";
    tk_stats stats{};
    tk_timeline_stats(timeline, &stats);
    EXPECT_EQ(handovers, stats.token_handovers);
}
