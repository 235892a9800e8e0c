// SPDX-License-Identifier: MIT
//
// Timelines: made, found by name, counted by reference; what joins them, by name.
#include "test_timeline.h"

TEST(registry, finds_by_name_while_there_are_references)
{
    EXPECT_EQ(tk_timeline_get("here"), nullptr);
    {
        test_timeline timeline(TK_IDLE_WARP, us, "here");
        tk_timeline *again = tk_timeline_get("here");
        EXPECT_EQ(again, timeline.operator tk_timeline *());
        tk_timeline_release(again);
        EXPECT_EQ(tk_timeline_get("elsewhere"), nullptr);
    }
    EXPECT_EQ(tk_timeline_get("here"), nullptr);
}

TEST(registry, the_last_reference_frees)
{
    tk_timeline *again;
    {
        test_timeline timeline(TK_IDLE_WARP, us, "here");
        again = tk_timeline_get("here");
    }
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(tk_timeline_now(again), 0u);
    tk_timeline_release(again);
    EXPECT_EQ(tk_timeline_get("here"), nullptr);
    tk_timeline_release(nullptr);
}

TEST(registry, refuses_a_name_in_use_and_bad_configurations)
{
    test_timeline timeline(TK_IDLE_WARP, us, "here");
    tk_timeline_config config{};
    tk_timeline *other = nullptr;
    config.quantum_ps = us;
    EXPECT_EQ(tk_timeline_create("here", &config, &other), TK_EINVAL);
    EXPECT_EQ(tk_timeline_create("there", nullptr, &other), TK_EINVAL);
    EXPECT_EQ(tk_timeline_create("there", &config, nullptr), TK_EINVAL);
    config.quantum_ps = 0;
    EXPECT_EQ(tk_timeline_create("there", &config, &other), TK_EINVAL);
    EXPECT_EQ(other, nullptr);
    EXPECT_EQ(tk_timeline_get("there"), nullptr);
}

TEST(registry, timelines_without_a_name_are_many_and_not_found)
{
    test_timeline first, second;
    EXPECT_NE(first.operator tk_timeline *(), second.operator tk_timeline *());
    EXPECT_EQ(tk_timeline_get(""), nullptr);
}

TEST(sources, have_names_of_their_own)
{
    test_timeline timeline;
    test_source source(timeline, "one");
    unsigned index = 77;
    static const tk_source_ops ops{};
    EXPECT_EQ(tk_timeline_source_add(timeline, "one", &ops, nullptr, &index), TK_EINVAL);
    EXPECT_EQ(tk_timeline_source_add(timeline, nullptr, &ops, nullptr, &index), TK_EINVAL);
    EXPECT_EQ(tk_timeline_source_add(timeline, "two", nullptr, nullptr, &index), TK_EINVAL);
    EXPECT_EQ(index, 77u);
}

TEST(sources, are_as_many_as_the_core_has)
{
    test_timeline timeline;
    std::vector<std::unique_ptr<test_source>> all;
    for (int i = 0; i < TK_SOURCES_MAX; i++) {
        all.push_back(std::make_unique<test_source>(timeline, std::to_string(i).c_str()));
    }
    unsigned index;
    static const tk_source_ops ops{};
    EXPECT_EQ(tk_timeline_source_add(timeline, "another", &ops, nullptr, &index), TK_EFULL);
}

TEST(vcpus, are_found_by_source_and_index)
{
    test_timeline timeline;
    test_source one(timeline, "one"), two(timeline, "two");
    const unsigned a = one.add(), b = two.add(), c = one.add();
    EXPECT_EQ(tk_timeline_vcpu_find(timeline, "one", 0), static_cast<int>(a));
    EXPECT_EQ(tk_timeline_vcpu_find(timeline, "two", 0), static_cast<int>(b));
    EXPECT_EQ(tk_timeline_vcpu_find(timeline, "one", 1), static_cast<int>(c));
    EXPECT_EQ(tk_timeline_vcpu_find(timeline, "two", 1), TK_EINVAL);
    EXPECT_EQ(tk_timeline_vcpu_find(timeline, "three", 0), TK_EINVAL);
    EXPECT_EQ(tk_timeline_vcpu_count(timeline), 3u);
    tk_vcpu_info info{};
    EXPECT_EQ(tk_timeline_vcpu_info(timeline, 3, &info), TK_EINVAL);
}

TEST(vcpus, with_a_bad_rate_are_refused)
{
    test_timeline timeline;
    test_source source(timeline);
    uint64_t counter = 0;
    unsigned vcpu;
    EXPECT_EQ(tk_timeline_vcpu_add(timeline, source, 0, 0, &counter, &vcpu), TK_EINVAL);
    EXPECT_EQ(tk_timeline_vcpu_count(timeline), 0u);
}

TEST(diagnosis, says_who_is_in_what_state)
{
    test_timeline timeline;
    test_source source(timeline, "platform.qemu");
    const unsigned running = source.add(), paused = source.add();
    source.add();
    ASSERT_FALSE(source.hold(running));
    ASSERT_FALSE(source.hold(paused));
    source.counter(1) += 5000; // far beyond its budget
    ASSERT_FALSE(tk_timeline_end_of_quantum(timeline, paused));

    char *text = tk_timeline_describe(timeline);
    const std::string said = text;
    free(text);
    EXPECT_NE(said.find("token: vCPU 0"), std::string::npos) << said;
    EXPECT_NE(said.find("vCPU 0 (platform.qemu, CPU 0): local time 0 ps, running"), std::string::npos)
        << said;
    EXPECT_NE(said.find("CPU 1): local time 5000000 ps, paused: a quantum ahead"), std::string::npos) << said;
    EXPECT_NE(said.find("CPU 2): local time 0 ps, idle"), std::string::npos) << said;
    EXPECT_NE(said.find("next timer: none"), std::string::npos) << said;
}
