// SPDX-License-Identifier: MIT
#include "monitored.h"

#include <random>
#include <stdexcept>

namespace test
{

// "monitor: http://127.0.0.1:PORT/#token=TOKEN"
monitored::monitored(program &vp)
{
    const bool told = vp.wait_for_error("#token="); // the line comes in one piece
    const std::string &said = vp.errors();
    if (!told) {
        throw std::runtime_error("it does not say where its monitor is: " + said);
    }
    const size_t at = said.find("127.0.0.1:") + 10, token = said.find("#token=") + 7;
    m_port = static_cast<uint16_t>(std::stoul(said.substr(at)));
    m_token = said.substr(token, said.find('\n', token) - token);
}

response monitored::get(const std::string &path) const
{
    try {
        return ask(m_port, "GET", path);
    } catch (const std::runtime_error &) {
        return {};
    }
}

response monitored::post(const std::string &path, const std::string &body) const
{
    try {
        return ask(m_port, "POST", path, "Authorization: Bearer " + m_token + "\r\n", body);
    } catch (const std::runtime_error &) {
        return {};
    }
}

nlohmann::json monitored::state() const
{
    const response answer = get("/api/state");
    return answer.status == 200 ? nlohmann::json::parse(answer.body) : nlohmann::json();
}

nlohmann::json monitored::paused_after(const std::string &path, const std::string &body) const
{
    const response answer = post(path, body);
    if (answer.status != 200 && answer.status != 202) {
        return {};
    }
    nlohmann::json now = nlohmann::json::parse(answer.body);
    while (!now.is_null() && now["state"] != "paused") { // ends: it pauses, or the run is over
        now = state();
    }
    return now;
}

crowd::crowd(const monitored &about) : m_about(about)
{
    m_clients.emplace_back([this] { ask_on_one_connection("/api/state"); });
    m_clients.emplace_back([this] { ask_on_one_connection("/api/registers"); });
    m_clients.emplace_back([this] { ask_anew("/api/why"); });
    m_clients.emplace_back([this] { ask_anew("/api/memory"); });
    m_clients.emplace_back([this] { write_nonsense(); });
}

crowd::~crowd()
{
    finish();
}

unsigned long crowd::finish()
{
    for (auto &each : m_clients) {
        each.join();
    }
    m_clients.clear();
    return m_answered;
}

void crowd::ask_on_one_connection(const std::string &path)
{
    const std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(m_about.port()) + "\r\n\r\n";
    try {
        connection to(m_about.port());
        while (to.write(request)) {
            if (parse(to.read_response()).status != 200) {
                return;
            }
            m_answered++;
        }
    } catch (const std::runtime_error &) {
    }
}

void crowd::ask_anew(const std::string &path)
{
    while (m_about.get(path).status == 200) {
        m_answered++;
    }
}

void crowd::write_nonsense()
{
    std::mt19937 random(1);
    try {
        for (;;) { // ends: nobody listens after the run
            connection to(m_about.port());
            std::string bytes = "POST /api/pause HTTP/1.1\r\nHost: x\r\n";
            for (unsigned i = random() % 200; i > 0; i--) {
                bytes += static_cast<char>(random());
            }
            to.write(bytes + (random() % 2 ? "\r\n\r\n" : ""));
            if (random() % 2) {
                to.end_of_request();
                to.read_all();
            }
        }
    } catch (const std::runtime_error &) {
    }
}

} // namespace test
