// SPDX-License-Identifier: MIT
//
// A run with --monitor 0, and who talks to its monitor.
#ifndef TESTS_PLATFORM_MONITOR_MONITORED_H
#define TESTS_PLATFORM_MONITOR_MONITORED_H

#include "client.h"
#include "support/program.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace test
{

class monitored
{
  public:
    // Waits until the program has said where its monitor is.
    explicit monitored(program &vp);

    uint16_t port() const { return m_port; }
    // status 0: the run is over.
    response get(const std::string &path) const;
    response post(const std::string &path, const std::string &body = "") const;
    nlohmann::json state() const;
    // post(), repeated while it is under way or nothing has come of it: the state in which it stands.
    nlohmann::json paused_after(const std::string &path, const std::string &body = "") const;

  private:
    uint16_t m_port = 0;
    std::string m_token;
};

// Clients that ask as fast as they can until the run is over, half of them on one connection, half on a new
// one each time; and one that writes nonsense.
class crowd
{
  public:
    explicit crowd(const monitored &about);
    ~crowd();
    crowd(const crowd &) = delete;
    crowd &operator=(const crowd &) = delete;
    // Requests answered with 200.
    unsigned long finish();

  private:
    void ask_on_one_connection(const std::string &path);
    void ask_anew(const std::string &path);
    void write_nonsense();

    const monitored &m_about;
    std::atomic<unsigned long> m_answered{0};
    std::vector<std::thread> m_clients;
};

} // namespace test

#endif
