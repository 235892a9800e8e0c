// SPDX-License-Identifier: MIT
#include "char_backend_socket.h"
#include "tcp.h"
#include "test_modules.h"
#include "test_platform.h"
#include "timekeeper/systemc/async.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <stdexcept>

namespace
{

// SystemC's thread waits on the host for what other threads bring, as it does in the keeper.
class pump
{
  public:
    pump() { tk::set_kernel_waker(wake, this); }
    ~pump() { tk::set_kernel_waker(nullptr, nullptr); }

    void until(const std::function<bool()> &condition)
    {
        test::settle();
        while (!condition()) {
            {
                std::unique_lock<std::mutex> hold(m_lock);
                m_woken.wait(hold, [this] { return m_wanted; });
                m_wanted = false;
            }
            test::settle();
        }
    }

  private:
    static void wake(void *opaque)
    {
        auto *self = static_cast<pump *>(opaque);
        const std::lock_guard<std::mutex> hold(self->m_lock);
        self->m_wanted = true;
        self->m_woken.notify_one();
    }

    std::mutex m_lock;
    std::condition_variable m_woken;
    bool m_wanted = false;
};

// A TCP connection that waits for what it asks for.
class connection
{
  public:
    explicit connection(int fd) : m_fd(fd) { fcntl(m_fd, F_SETFL, 0); }
    ~connection() { ::close(m_fd); }
    connection(const connection &) = delete;
    connection &operator=(const connection &) = delete;

    void send(const std::string &text)
    {
        ASSERT_EQ(::send(m_fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    }
    // Exactly so many bytes; fewer at the end of the stream.
    std::string receive(size_t count)
    {
        std::string text(count, '\0');
        const ssize_t got = recv(m_fd, text.data(), count, MSG_WAITALL);
        text.resize(got > 0 ? static_cast<size_t>(got) : 0);
        return text;
    }

  private:
    int m_fd;
};

std::string with_backend(const std::string &params)
{
    return "platform = { s = { moduletype = 'test_stream', stream = { bind = '&b.biflow_socket' } },\n b = "
           "{ " +
           params + " } }";
}

std::string local(unsigned port)
{
    return "127.0.0.1:" + std::to_string(port);
}

} // namespace

// --- files -------------------------------------------------------------------------------------------

TEST(FileBackend, ReadsAndWrites)
{
    const test::scratch directory;
    directory.write("in.txt", "question");
    {
        const test::platform p(directory,
                               with_backend("moduletype = 'char_backend_file', read_file = 'in.txt', "
                                            "write_file = 'out.txt'"));
        auto &s = p.get<test::stream>("s");
        s.room = 3;
        test::settle();
        EXPECT_EQ(s.received, "que");
        s.make_room(SIZE_MAX);
        EXPECT_EQ(s.received, "question");
        EXPECT_EQ(s.send("answer\n"), 7u);
        EXPECT_EQ(directory.read("out.txt"), "answer\n"); // complete lines are there at once
        s.send("rest");
        sc_core::sc_stop();
        EXPECT_EQ(directory.read("out.txt"), "answer\nrest");
    }
}

TEST(FileBackend, Errors)
{
    EXPECT_EQ(test::build_error(with_backend("moduletype = 'char_backend_file'")),
              "test.lua:2: platform.b: has neither read_file nor write_file; give one or both");
    EXPECT_EQ(test::build_error(with_backend("moduletype = 'char_backend_file', read_file = '/nowhere/in'")),
              "test.lua:2: platform.b: cannot read /nowhere/in: No such file or directory");
    EXPECT_EQ(
        test::build_error(with_backend("moduletype = 'char_backend_file', write_file = '/nowhere/out'")),
        "test.lua:2: platform.b: cannot write /nowhere/out: No such file or directory");
}

// --- sockets -----------------------------------------------------------------------------------------

TEST(SocketBackend, ServesAClient)
{
    pump host;
    const test::platform p(with_backend("moduletype = 'char_backend_socket', address = '127.0.0.1:0'"));
    auto &s = p.get<test::stream>("s");
    s.send("early "); // nobody is there yet: kept
    test::settle();
    connection client(
        components::tcp_connect(local(p.get<components::char_backend_socket>("b").listening_port())));
    EXPECT_EQ(client.receive(6), "early ");
    client.send("question");
    host.until([&] { return s.received == "question"; });
    s.send("answer");
    EXPECT_EQ(client.receive(6), "answer");
}

TEST(SocketBackend, TheNextClientGetsWhatTheLastDidNot)
{
    pump host;
    const test::platform p(with_backend("moduletype = 'char_backend_socket', address = '127.0.0.1:0'"));
    auto &s = p.get<test::stream>("s");
    test::settle();
    const unsigned port = p.get<components::char_backend_socket>("b").listening_port();
    {
        connection first(components::tcp_connect(local(port)));
        first.send("1");
        host.until([&] { return s.received == "1"; });
    }
    connection second(components::tcp_connect(local(port)));
    second.send("2");
    host.until([&] { return s.received == "12"; }); // so the first is gone for sure
    s.send("hello");
    EXPECT_EQ(second.receive(5), "hello");
}

TEST(SocketBackend, WithoutClientTheStreamFillsUpAndLosesNothing)
{
    pump host;
    const test::platform p(with_backend("moduletype = 'char_backend_socket', address = '127.0.0.1:0'"));
    auto &s = p.get<test::stream>("s");
    test::settle();
    std::string text(70000, 'x');
    for (size_t i = 0; i < text.size(); i++) {
        text[i] = static_cast<char>('a' + i % 23);
    }
    const size_t taken = s.send(text);
    EXPECT_EQ(taken, 65536u);
    connection client(
        components::tcp_connect(local(p.get<components::char_backend_socket>("b").listening_port())));
    // Room comes piece by piece, as fast as the client takes what is there.
    size_t sent = taken;
    for (auto calls = s.room_calls; sent < text.size(); sent += s.send(text.substr(sent))) {
        host.until([&] { return s.room_calls > calls; });
        calls = s.room_calls;
    }
    EXPECT_EQ(client.receive(text.size()), text);
}

TEST(SocketBackend, AReceiverWithoutRoomHoldsTheClientBack)
{
    pump host;
    const test::platform p(with_backend("moduletype = 'char_backend_socket', address = '127.0.0.1:0'"));
    auto &s = p.get<test::stream>("s");
    s.room = 2;
    test::settle();
    connection client(
        components::tcp_connect(local(p.get<components::char_backend_socket>("b").listening_port())));
    client.send("abcdef");
    host.until([&] { return s.received == "ab"; });
    s.make_room(3);
    host.until([&] { return s.received == "abcde"; });
    s.make_room(1);
    host.until([&] { return s.received == "abcdef"; });
}

TEST(SocketBackend, ConnectsAsAClient)
{
    unsigned port = 0;
    pump host;
    const int listener = components::tcp_listen("127.0.0.1:0", port);
    const test::platform p(
        with_backend("moduletype = 'char_backend_socket', server = false, address = '" + local(port) + "'"));
    auto &s = p.get<test::stream>("s");
    test::settle();
    pollfd ready = {listener, POLLIN, 0};
    ASSERT_EQ(poll(&ready, 1, -1), 1);
    connection peer(accept(listener, nullptr, nullptr));
    peer.send("in");
    host.until([&] { return s.received == "in"; });
    s.send("out");
    EXPECT_EQ(peer.receive(3), "out");
    ::close(listener);
}

TEST(SocketBackend, LastWordsGoOutAtTheEnd)
{
    const test::platform p(with_backend("moduletype = 'char_backend_socket', address = '127.0.0.1:0'"));
    auto &s = p.get<test::stream>("s");
    pump host;
    test::settle();
    connection client(
        components::tcp_connect(local(p.get<components::char_backend_socket>("b").listening_port())));
    client.send("x");
    host.until([&] { return s.received == "x"; });
    s.send("bye");
    sc_core::sc_stop();
    EXPECT_EQ(client.receive(3), "bye");
}

TEST(SocketBackend, Errors)
{
    const auto error = [](const std::string &params) {
        return test::build_error(with_backend("moduletype = 'char_backend_socket', " + params));
    };
    EXPECT_EQ(error("address = 'nowhere'"),
              "test.lua:2: platform.b: 'nowhere' names no port; address is \"host:port\"");
    unsigned port = 0;
    const int taken = components::tcp_listen("127.0.0.1:0", port);
    EXPECT_EQ(error("address = '" + local(port) + "'"),
              "test.lua:2: platform.b: cannot listen at '" + local(port) +
                  "': Address already in use; address is \"host:port\"");
    ::close(taken);
    EXPECT_EQ(error("server = false, address = '" + local(port) + "'"),
              "test.lua:2: platform.b: cannot connect to '" + local(port) +
                  "': Connection refused; address is \"host:port\"");
}

// --- stdio -------------------------------------------------------------------------------------------

namespace
{

// Puts other files in the place of stdin and stdout.
class redirected
{
  public:
    redirected(int in, int out) : m_in(dup(0)), m_out(dup(1))
    {
        fflush(stdout);
        dup2(in, 0);
        dup2(out, 1);
    }
    ~redirected()
    {
        fflush(stdout);
        dup2(m_in, 0);
        dup2(m_out, 1);
        ::close(m_in);
        ::close(m_out);
    }

  private:
    int m_in, m_out;
};

} // namespace

TEST(StdioBackend, ReadsAndWrites)
{
    int input[2], output[2];
    ASSERT_EQ(pipe(input), 0);
    ASSERT_EQ(pipe(output), 0);
    char text[16] = {};
    std::string received;
    {
        const redirected files(input[0], output[1]);
        pump host;
        const test::platform p(with_backend("moduletype = 'char_backend_stdio'"));
        auto &s = p.get<test::stream>("s");
        test::settle();
        s.send("login: ");
        test::settle(); // without an end of line: at the end of the delta cycle
        EXPECT_EQ(::read(output[0], text, sizeof(text)), 7);
        EXPECT_EQ(write(input[1], "root", 4), 4);
        host.until([&] { return s.received == "root"; });
        received = s.received;
        sc_core::sc_stop(); // the reader ends although stdin does not
    }
    EXPECT_STREQ(text, "login: ");
    EXPECT_EQ(received, "root");
}

TEST(StdioBackend, TheEndOfStdinIsNoHarm)
{
    int input[2];
    ASSERT_EQ(pipe(input), 0);
    ASSERT_EQ(write(input[1], "x", 1), 1);
    ::close(input[1]);
    const int nothing = open("/dev/null", O_WRONLY);
    const redirected files(input[0], nothing);
    pump host;
    const test::platform p(with_backend("moduletype = 'char_backend_stdio'"));
    auto &s = p.get<test::stream>("s");
    test::settle();
    host.until([&] { return s.received == "x"; });
    s.send("still there\n");
    sc_core::sc_stop();
}

TEST(StdioBackend, OnlyOneReadsStdin)
{
    EXPECT_EQ(test::build_error("platform = { a = { moduletype = 'char_backend_stdio' },\n"
                                " b = { moduletype = 'char_backend_stdio', read_write = true } }"),
              "test.lua:2: platform.b: stdin is read by platform.a already; give read_write = false to all "
              "but one");
    EXPECT_EQ(test::build_error("platform = { a = { moduletype = 'char_backend_stdio' },\n"
                                " b = { moduletype = 'char_backend_stdio', read_write = false } }"),
              "");
}
