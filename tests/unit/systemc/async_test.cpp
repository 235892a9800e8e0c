// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/async.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace
{

// Stands for the keeper: a process that waits on the host until the waker comes.
struct parked : sc_core::sc_module {
    explicit parked(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_HAS_PROCESS(parked);
        SC_THREAD(park);
        SC_METHOD(on_event);
        dont_initialize();
        sensitive << event.event();
    }

    void park()
    {
        while (!seen) {
            std::unique_lock<std::mutex> hold(lock);
            woken.wait(hold, [this] { return wanted; });
            wanted = false;
            hold.unlock();
            // Give way to what the host asked for; time does not move.
            wait(sc_core::SC_ZERO_TIME);
            wait(sc_core::SC_ZERO_TIME);
        }
        sc_core::sc_stop();
    }

    void on_event()
    {
        seen = true;
        when = sc_core::sc_time_stamp();
    }

    static void wake(void *opaque)
    {
        auto *self = static_cast<parked *>(opaque);
        const std::lock_guard<std::mutex> hold(self->lock);
        self->wanted = true;
        self->wakes++;
        self->woken.notify_one();
    }

    tk::async_event event{"event"};
    std::mutex lock;
    std::condition_variable woken;
    bool wanted = false, seen = false;
    std::atomic<int> wakes{0};
    sc_core::sc_time when;
};

} // namespace

TEST(Async, AHostThreadReachesAParkedKernel)
{
    parked model("model");
    tk::set_kernel_waker(parked::wake, &model);
    std::thread host;
    // From within the run, so that the kernel may be parked already when the notification comes.
    host = std::thread([&] { model.event.notify(); });
    sc_core::sc_start();
    host.join();
    tk::set_kernel_waker(nullptr, nullptr);
    EXPECT_TRUE(model.seen);
    EXPECT_EQ(model.when, sc_core::SC_ZERO_TIME);
    EXPECT_EQ(model.wakes, 1);
}

TEST(Async, NoWakerIsNoHarm)
{
    tk::set_kernel_waker(nullptr, nullptr);
    tk::wake_kernel();
    parked model("model");
    model.wanted = true;
    model.event.notify();
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    EXPECT_TRUE(model.seen);
    EXPECT_EQ(model.wakes, 0);
}

TEST(Async, ARemovedWakerIsNotRunning)
{
    struct counter {
        std::atomic<int> calls{0};
        std::atomic<bool> alive{true};
        std::atomic<bool> called_dead{false};
    } state;
    std::atomic<bool> end{false};
    std::thread caller([&] {
        while (!end) {
            tk::wake_kernel();
        }
    });
    const auto waker = [](void *opaque) {
        auto *c = static_cast<counter *>(opaque);
        c->calls++;
        if (!c->alive) {
            c->called_dead = true;
        }
    };
    for (int i = 0; i < 200; i++) {
        state.alive = true;
        tk::set_kernel_waker(waker, &state);
        const int before = state.calls;
        while (state.calls == before) {
            std::this_thread::yield();
        }
        tk::set_kernel_waker(nullptr, nullptr);
        state.alive = false;
    }
    end = true;
    caller.join();
    EXPECT_FALSE(state.called_dead);
}
