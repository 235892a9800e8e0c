// SPDX-License-Identifier: MIT
//
// char_backend_socket: a byte stream over TCP.
//
// `address` is "host:port". With server = true (the default) it listens there, and serves one client at a
// time, one after the other; port 0 lets the host choose, and stderr says which. With server = false it
// connects when the platform is built.
//
// Nothing is lost while a server has no client: what the guest sends is kept for the next one, up to 64 KiB;
// then the stream has no room, and the UART's FIFO fills up, as with a peer that holds back the line. When
// the peer of a connection with server = false goes away, nobody will come any more, and the output is
// dropped from then on.
#ifndef PLATFORMS_COMPONENTS_CHAR_BACKEND_SOCKET_H
#define PLATFORMS_COMPONENTS_CHAR_BACKEND_SOCKET_H

#include "byte_inbox.h"
#include "timekeeper/systemc/module.h"
#include "wake_pipe.h"

#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace components
{

class char_backend_socket : public tk::module
{
  public:
    char_backend_socket(const sc_core::sc_module_name &name, tk::module_context &context);
    ~char_backend_socket() override;
    void configured() override;
    void start_of_simulation() override;
    void end_of_simulation() override;

    // The port that a server listens at; valid from configured() on.
    unsigned listening_port() const { return m_port_number; }

  private:
    static constexpr size_t capacity = 65536;

    bool send(uint8_t byte);
    void open();
    void serve();
    bool serve_client(int events);
    void announce_room();
    bool read_client();
    bool write_client();
    bool output_waits();
    void send_last_words();
    void drop_client();
    void stop();

    tk::param<std::string> m_address{*this, "address", "127.0.0.1:0", "",
                                     "host:port; port 0: any that is free, printed at the start"};
    tk::param<bool> m_server{*this, "server", true, "",
                             "true: listen there for one client at a time; false: connect to it"};
    tk::stream_port m_stream{*this, "biflow_socket", "the TCP connection"};
    byte_inbox m_inbox{"inbox", m_stream};
    tk::async_event m_sent{"sent"}; // the output has room again
    wake_pipe m_wake;
    int m_listener = -1; // these two belong to the thread while it runs
    int m_client = -1;
    unsigned m_port_number = 0;
    std::thread m_thread;

    std::mutex m_lock; // guards the members below
    std::deque<uint8_t> m_output;
    bool m_refused = false; // the stream waits for room
    bool m_ending = false;
    bool m_nobody_comes = false; // output is dropped
};

} // namespace components

#endif
