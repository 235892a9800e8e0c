// SPDX-License-Identifier: MIT
//
// Who traces is told of each move of the token, with its reason.
#include "test_core.h"

#include <set>
#include <string>
#include <vector>

namespace
{
struct traced_core : test_core {
    traced_core() { tk_trace_handovers(*this, told, this); }
    static void told(void *opaque, const tk_handover *what)
    {
        static_cast<traced_core *>(opaque)->moves.push_back(*what);
    }
    // The one move since the last time.
    void expect(int from, int to, uint64_t at_ps, tk_handover_reason reason)
    {
        ASSERT_EQ(moves.size(), 1u);
        EXPECT_EQ(moves[0].from, from);
        EXPECT_EQ(moves[0].to, to);
        EXPECT_EQ(moves[0].at_ps, at_ps);
        EXPECT_EQ(moves[0].reason, reason);
        moves.clear();
    }
    std::vector<tk_handover> moves;
};
} // namespace

TEST(trace, tells_each_move_of_the_token_and_why)
{
    traced_core core;
    const int first = static_cast<int>(core.add_active());
    core.expect(TK_NOBODY, first, 0, TK_HANDOVER_WAKE);
    const int second = static_cast<int>(core.add_active());
    ASSERT_EQ(tk_vcpu_report(core, 0, 100), TK_OK);
    EXPECT_TRUE(core.moves.empty()) << "it has not moved";
    ASSERT_EQ(tk_vcpu_idle(core, 0), TK_OK);
    core.expect(first, second, 100 * ns, TK_HANDOVER_IDLE);
    ASSERT_EQ(tk_vcpu_resume(core, 0, 0), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, 1, 150), TK_OK);
    core.accept_transaction(1);
    EXPECT_TRUE(core.moves.empty()) << "nobody has passed it";
    core.exhaust(0);
    core.expect(second, first, 150 * ns, TK_HANDOVER_TRANSACTION);
    ASSERT_EQ(tk_vcpu_restart(core, 1, 0), TK_OK);
    ASSERT_EQ(tk_vcpu_remove(core, 0), TK_OK);
    core.expect(first, second, core.global(), TK_HANDOVER_REMOVED);
    const uint64_t end = core.global();
    ASSERT_EQ(tk_vcpu_idle(core, 1), TK_OK);
    core.expect(second, TK_NOBODY, end, TK_HANDOVER_IDLE);
    tk_trace_handovers(core, nullptr, nullptr);
    ASSERT_EQ(tk_vcpu_resume(core, 1, 0), TK_OK);
    EXPECT_TRUE(core.moves.empty()) << "nobody traces any more";
}

TEST(trace, each_reason_has_a_text_of_its_own)
{
    std::set<std::string> texts;
    for (const auto each :
         {TK_HANDOVER_WAKE, TK_HANDOVER_IDLE, TK_HANDOVER_REMOVED, TK_HANDOVER_TRANSACTION}) {
        texts.insert(tk_handover_reason_text(each));
    }
    EXPECT_EQ(texts.size(), 4u);
}
