// SPDX-License-Identifier: MIT
//
// Requests that are broken at random, the same ones each time: the server answers with 4xx, or not at all; no
// command comes through that was not whole; and afterwards it serves as before.
#include "fake_simulation.h"

#include <gtest/gtest.h>

#include <random>

namespace
{

using test::fake_simulation;

class breaker
{
  public:
    explicit breaker(unsigned seed) : m_random(seed) {}

    std::string broken(std::string text)
    {
        for (unsigned times = 1 + up_to(8); times > 0; times--) {
            const size_t at = up_to(text.size());
            switch (up_to(5)) {
            case 0:
                text[at] = static_cast<char>(up_to(255));
                break;
            case 1:
                text.erase(at, 1 + up_to(20));
                break;
            case 2:
                text.insert(at, std::string(1 + up_to(up_to(3) ? 10 : 3000), static_cast<char>(up_to(255))));
                break;
            case 3:
                text.insert(at, text.substr(up_to(text.size()), up_to(40)));
                break;
            case 4:
                text.resize(at);
                break;
            default:
                text.insert(at, pieces[up_to(std::size(pieces) - 1)]);
                break;
            }
            if (text.empty()) {
                text = "\r";
            }
        }
        return text;
    }

  private:
    static constexpr const char *pieces[] = {"\r\n",
                                             "\r\n\r\n",
                                             "\n",
                                             "Content-Length: 5\r\n",
                                             "Content-Length: -1\r\n",
                                             "Content-Length: 99999999999999999999\r\n",
                                             "Transfer-Encoding: chunked\r\n",
                                             "ffffffffffffffff\r\n",
                                             "Host: x\r\n",
                                             "%00",
                                             "%",
                                             "?a=%zz&&=&",
                                             "Expect: 100-continue\r\n",
                                             "Connection: upgrade\r\n",
                                             "HTTP/9.9",
                                             "{\"time_ps\": {\"time_ps\": 1}}"};
    size_t up_to(size_t most) { return std::uniform_int_distribution<size_t>(0, most)(m_random); }
    std::mt19937 m_random;
};

std::string whole(uint16_t port)
{
    const std::string body = R"({"time_ps": 7000000000})";
    return "POST /api/run_until HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
           "\r\nAuthorization: Bearer 0123456789abcdef\r\nContent-Type: "
           "application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

// What may be left when a byte of the number, or of what does not matter, was hit.
bool is_sound(const api_command &command)
{
    return command.change == API_RUN_UNTIL && command.time_ps <= uint64_t(INT64_MAX);
}

TEST(malformed, requests_get_4xx_or_nothing_and_harm_nothing)
{
    fake_simulation simulation;
    int answered = 0;
    for (unsigned seed = 0; seed < 1500; seed++) {
        test::connection to(simulation.port());
        to.write(breaker(seed).broken(whole(simulation.port())));
        to.end_of_request();
        const auto answer = test::parse(to.read_all());
        answered += answer.status != 0;
        EXPECT_TRUE(answer.status == 0 || answer.status == 100 || answer.status == 200 ||
                    (answer.status >= 400 && answer.status < 500) || answer.status == 501 ||
                    answer.status == 505)
            << seed << ": " << answer.status;
    }
    EXPECT_GT(answered, 500);
    for (const api_command &each : simulation.commands()) {
        EXPECT_TRUE(is_sound(each));
    }
    const size_t before = simulation.commands().size();
    test::connection to(simulation.port());
    to.write(whole(simulation.port()));
    EXPECT_EQ(test::parse(to.read_response()).status, 200);
    EXPECT_EQ(simulation.commands().size(), before + 1);
}

} // namespace
