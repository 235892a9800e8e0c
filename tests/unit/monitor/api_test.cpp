// SPDX-License-Identifier: MIT
#include "fake_simulation.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <sstream>

namespace
{

using nlohmann::json;
using test::fake_simulation;

TEST(api, state_says_what_there_is)
{
    fake_simulation simulation;
    const auto answer = simulation.get("/api/state");
    ASSERT_EQ(answer.status, 200);
    EXPECT_NE(answer.head.find("Content-Type: application/json\r\n"), std::string::npos);
    const json state = json::parse(answer.body);
    EXPECT_EQ(state["state"], "running");
    EXPECT_EQ(state["global_time_ps"], 6000000000);
    EXPECT_EQ(state["quantum_ps"], 1000000000);
    EXPECT_EQ(state["timer_ps"], nullptr);
    EXPECT_EQ(state["token"], 1);
    EXPECT_EQ(state["systemc"]["time_ps"], 5000000000);
    EXPECT_EQ(state["systemc"]["next_event_ps"], 8000000000);
    EXPECT_EQ(state["systemc"]["waits_for"]["vcpu"], 0);
    ASSERT_EQ(state["vcpus"].size(), 2u);
    EXPECT_EQ(state["vcpus"][1]["name"], "platform.cpu_1");
    EXPECT_EQ(state["vcpus"][1]["state"], "active");
    EXPECT_EQ(state["vcpus"][1]["token"], true);
    EXPECT_EQ(state["vcpus"][1]["instructions"], 6000000);
    EXPECT_EQ(state["vcpus"][1]["local_time_ps"], 6000000000);
    EXPECT_EQ(state["vcpus"][0]["waits_for"]["whom"], "nobody");
}

TEST(api, what_is_beyond_63_bits_stays_exact)
{
    fake_simulation simulation;
    simulation.view().time.global_ps = UINT64_C(0xfedcba9876543210);
    EXPECT_EQ(json::parse(simulation.get("/api/state").body)["global_time_ps"], "0xfedcba9876543210");
}

TEST(api, vcpus_are_in_the_platforms_order)
{
    fake_simulation simulation;
    std::swap(simulation.view().order[0], simulation.view().order[1]);
    const json state = json::parse(simulation.get("/api/state").body);
    EXPECT_EQ(state["vcpus"][0]["name"], "platform.cpu_1");
    EXPECT_EQ(state["vcpus"][0]["index"], 0);
    EXPECT_EQ(state["token"], 0);
}

TEST(api, memory_and_registers)
{
    fake_simulation simulation;
    EXPECT_EQ(simulation.get("/api/report").body, "{}");
    const json memory = json::parse(simulation.get("/api/memory").body);
    EXPECT_EQ(memory["windows"][0]["address"], "0x40000000");
    EXPECT_EQ(memory["windows"][0]["size"], "0x8000000");
    const json all = json::parse(simulation.get("/api/registers").body);
    EXPECT_EQ(all["time_ps"], 5000000000);
    EXPECT_EQ(all["modules"][0]["registers"][0],
              json({{"name", "CR"}, {"offset", "0x30"}, {"value", "0x00000301"}, {"bits", 32}}));
    EXPECT_EQ(all["modules"][0]["registers"][1]["value"], "0xa5");
    EXPECT_EQ(simulation.get("/api/registers?module=platform.uart").status, 200);
    EXPECT_EQ(simulation.get("/api/registers?module=platform.nobody").status, 404);
}

TEST(api, why_is_a_screen_of_text)
{
    fake_simulation simulation;
    const auto answer = simulation.get("/api/why");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.find("Why is it stuck?"), 0u);
}

TEST(api, commands_come_through)
{
    fake_simulation simulation;
    const std::string why = simulation.post("/api/why").body;
    EXPECT_EQ(simulation.post("/api/pause").status, 200);
    EXPECT_EQ(simulation.post("/api/continue", "{}").status, 200);
    EXPECT_EQ(simulation.post("/api/step").status, 200);
    EXPECT_EQ(simulation.post("/api/run_until", R"({"time_ps": 9223372036854775807})").status, 200);
    EXPECT_EQ(simulation.post("/api/rate", R"({"vcpu": 1, "insn_per_second": 1000000000000})").status, 200);
    EXPECT_EQ(simulation.post("/api/quantum", R"({"quantum_ps": 1000})").status, 200);
    const auto commands = simulation.commands();
    ASSERT_EQ(commands.size(), 7u);
    EXPECT_EQ(commands[0].change, API_PRINT_WHY);
    EXPECT_EQ(commands[1].change, API_PAUSE);
    EXPECT_EQ(commands[2].change, API_CONTINUE);
    EXPECT_EQ(commands[3].change, API_STEP);
    EXPECT_EQ(commands[4].change, API_RUN_UNTIL);
    EXPECT_EQ(commands[4].time_ps, uint64_t(INT64_MAX));
    EXPECT_EQ(commands[5].change, API_SET_RATE);
    EXPECT_EQ(commands[5].vcpu, 1u);
    EXPECT_EQ(commands[5].insn_per_second, TK_RATE_MAX);
    EXPECT_EQ(commands[6].change, API_SET_QUANTUM);
    EXPECT_EQ(commands[6].time_ps, 1000u);
}

TEST(api, the_answer_says_what_became_of_it)
{
    fake_simulation simulation;
    EXPECT_EQ(json::parse(simulation.post("/api/pause").body)["state"], "running");
    simulation.outcome = API_UNDER_WAY;
    EXPECT_EQ(simulation.post("/api/pause").status, 202);
    simulation.outcome = API_REFUSED;
    const auto refused = simulation.post("/api/continue");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(json::parse(refused.body)["error"], "not now");
}

TEST(api, a_simulation_that_cannot_be_seen_is_told)
{
    fake_simulation simulation;
    simulation.sees = false;
    EXPECT_EQ(simulation.get("/api/state").status, 503);
    EXPECT_EQ(simulation.get("/api/registers").status, 503);
    EXPECT_EQ(simulation.get("/api/report").status, 503);
}

TEST(api, bodies_that_are_wrong_change_nothing)
{
    fake_simulation simulation;
    for (const char *body :
         {"x", "[]", "null", "1", "{", "{\"time_ps\":}", "{\"time_ps\": 1} x", "{\"time_ps\": -1}",
          "{\"time_ps\": 1.0}", "{\"time_ps\": \"1\"}", "{\"time_ps\": 1e3}",
          "{\"time_ps\": 9223372036854775808}", "{\"time_ps\": 1, \"time_ps\": 2}",
          "{\"time_ps\": 1, \"more\": 2}", "{\"time\": 1}", "\xff\xfe", "{\"\\u0000\": 1}"}) {
        EXPECT_EQ(simulation.post("/api/run_until", body).status, 400) << body;
    }
    EXPECT_EQ(simulation.post("/api/run_until").status, 400);
    EXPECT_EQ(simulation.post("/api/run_until", std::string("{\"time_ps\": 1}\0", 15)).status, 400);
    EXPECT_EQ(simulation.post("/api/pause", "{\"more\": 1}").status, 400);
    EXPECT_EQ(simulation.post("/api/run_until", std::string(4000, '[')).status, 400);
    for (const char *body : {R"({"vcpu": 256, "insn_per_second": 1})", R"({"vcpu": 0, "insn_per_second": 0})",
                             R"({"vcpu": 0, "insn_per_second": 1000000000001})", R"({"vcpu": 0})"}) {
        EXPECT_EQ(simulation.post("/api/rate", body).status, 400) << body;
    }
    EXPECT_EQ(simulation.post("/api/quantum", R"({"quantum_ps": 999})").status, 400);
    EXPECT_TRUE(simulation.commands().empty());
}

TEST(api, paths_and_methods_that_are_wrong_are_told)
{
    fake_simulation simulation;
    EXPECT_EQ(simulation.get("/nothing").status, 404);
    EXPECT_EQ(simulation.get("/api/").status, 404);
    EXPECT_EQ(simulation.get("/api/../api/state").status, 404);
    const auto get = simulation.get("/api/pause");
    EXPECT_EQ(get.status, 405);
    EXPECT_NE(get.head.find("Allow: POST\r\n"), std::string::npos) << get.head;
    EXPECT_EQ(simulation.post("/api/state").status, 405);
    for (const char *method : {"PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"}) {
        EXPECT_EQ(test::ask(simulation.port(), method, "/api/pause").status, 405) << method;
    }
    EXPECT_TRUE(simulation.commands().empty());
}

TEST(api, without_the_token_nothing_changes)
{
    fake_simulation simulation;
    for (const char *path : {"/api/pause", "/api/continue", "/api/step", "/api/run_until", "/api/rate",
                             "/api/quantum", "/api/why"}) {
        EXPECT_EQ(test::ask(simulation.port(), "POST", path).status, 401) << path;
        EXPECT_EQ(test::ask(simulation.port(), "POST", path, "Authorization: Bearer wrong\r\n").status, 401);
        EXPECT_EQ(test::ask(simulation.port(), "POST", path + std::string("?token=0123456789abcdef")).status,
                  401);
    }
    EXPECT_TRUE(simulation.commands().empty());
}

// With the right token: what a browser sends for a page of somebody else's that got hold of it, or guessed.
TEST(api, a_page_of_another_origin_neither_reads_nor_drives)
{
    fake_simulation simulation;
    const std::string token = std::string("Authorization: Bearer ") + fake_simulation::token + "\r\n";
    const std::string port = std::to_string(simulation.port());
    for (const std::string &from :
         {std::string("Origin: http://evil.example\r\n"), std::string("Origin: null\r\n"),
          "Origin: http://localhost:" + port + "\r\n", // 127.0.0.1 is another one
          std::string("Sec-Fetch-Site: cross-site\r\n"), std::string("Sec-Fetch-Site: same-site\r\n"),
          "Host: evil.example:" + port + "\r\n", // a name that was made to point here
          std::string("Host: evil.example\r\n")}) {
        EXPECT_EQ(test::ask(simulation.port(), "POST", "/api/pause", token + from).status, 403) << from;
        EXPECT_EQ(simulation.get("/api/state", from).status, 403) << from;
        EXPECT_EQ(simulation.get("/", from).status, 403) << from;
    }
    EXPECT_TRUE(simulation.commands().empty());
    EXPECT_EQ(test::ask(simulation.port(), "POST", "/api/pause",
                        token + "Origin: http://127.0.0.1:" + port + "\r\nSec-Fetch-Site: same-origin\r\n")
                  .status,
              200);
}

} // namespace
