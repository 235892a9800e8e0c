// SPDX-License-Identifier: MIT
//
// vp: reads a platform file, builds the platform, runs it.
#include "crash.h"
#include "listing.h"
#include "monitor/monitor.h"
#include "monitor/observer.h"
#include "options.h"
#include "output_file.h"
#include "qemu_types.h"
#include "report.h"
#include "run_end.h"
#include "signals.h"
#include "test_record.h"
#include "timekeeper/platform_file.h"
#include "timekeeper/systemc/platform.h"
#include "timekeeper/systemc/qemu/cpu.h"
#include "timekeeper/systemc/qemu/instance.h"
#include "tracing.h"
#include "wall_limit.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <utility>

namespace vp
{

// How long a run may take to end in order when --timeout-wall is over.
static const std::chrono::seconds grace(5);

// A run as a test, from before there is anything to run.
class test
{
  public:
    explicit test(const options &chosen)
        : said(chosen.expected, chosen.rejected), record(chosen, said), m_chosen(chosen),
          m_limit(
              std::chrono::nanoseconds((chosen.timeout_wall_ps + 999) / 1000), grace, [this] { ask(); },
              [this] { force(); })
    {
    }

    // What ends the run in order, while there is one.
    void set_end(std::function<void()> end)
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        m_end = std::move(end);
        if (m_asked && m_end) {
            m_end();
        }
    }

    console_watch said;
    test_record record;

  private:
    void ask()
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        m_asked = true;
        if (m_end) {
            m_end();
        }
    }

    void force()
    {
        const std::string text =
            "--timeout-wall " + m_chosen.timeout_wall + " is over, and the run does not end in order";
        std::cerr << "vp: " << text << "\n" << std::flush;
        record.force(exit_timeout_wall, text);
        std::quick_exit(exit_timeout_wall);
    }

    const options &m_chosen;
    std::mutex m_lock;
    std::function<void()> m_end;
    bool m_asked = false;
    wall_limit m_limit; // its thread uses the rest
};

// While it lives a test can look at the run, and end it.
class tested_run
{
  public:
    tested_run(test &whose, simulation &observed, run_end &end) : m_test(whose)
    {
        m_test.record.set_clock([&observed](uint64_t &ps) {
            const auto view = std::make_unique<run_view>();
            const bool seen = observed.look(*view);
            ps = view->time.global_ps;
            return seen;
        });
        m_test.set_end([&observed, &end] {
            end.wall_time_is_over();
            observed.print_why();
        });
    }
    ~tested_run()
    {
        m_test.set_end(nullptr);
        m_test.record.set_clock(nullptr);
        m_test.record.set_sim_time(sc_core::sc_time_stamp().value()); // the resolution is 1 ps, see sc_main()
    }
    tested_run(const tested_run &) = delete;
    tested_run &operator=(const tested_run &) = delete;

  private:
    test &m_test;
};

// Writes what a run leaves. What cannot be written does not keep the rest from it. Throws output_error.
static void leave(const run_figures &figures, const options &chosen, tracing &trace)
{
    const std::function<void()> each[] = {
        [&] { trace.finish(); },
        [&] { trace.finish_vcd(); },
        [&] { trace.write_report(figures); },
        [&] {
            if (!chosen.stats_file.empty()) {
                write_stats(figures, chosen.stats_file);
            }
        },
        [&] {
            if (chosen.stats) {
                print_stats(figures, std::cout);
            }
            // The guest's console may be there, too.
            if (!std::cout || fflush(stdout) || ferror(stdout)) {
                throw output_error("not all of standard output could be written");
            }
        },
    };
    std::string messages;
    for (const auto &write : each) {
        try {
            write();
        } catch (const output_error &error) {
            messages += (messages.empty() ? "" : "\nvp: ") + std::string(error.what());
        }
    }
    if (!messages.empty()) {
        throw output_error(messages);
    }
}

// Runs a platform that is built; returns the exit code.
static int run(const tk::platform &built, const tk::config_node &root, const options &chosen, tracing &trace,
               test &whose)
{
    const tracing::session traced(trace, built);
    simulation observed("monitor", *tk::keeper::instance());
    for (const auto &each : built.modules()) {
        if (const auto *component = dynamic_cast<const components::register_target *>(each.get())) {
            observed.add(*component);
        }
    }
    observed.set_report([&] { return trace.report(nullptr); });
    run_end end("run_end", chosen, whose.said, built);
    end.on_limit([&observed] { observed.print_why(); });
    for (const auto &each : built.modules()) {
        if (const auto *cpu = dynamic_cast<const tk::qemu_cpu *>(each.get())) {
            name_cpu_for_crash(cpu->instance().full_name(), static_cast<unsigned>(cpu->index()),
                               cpu->full_name());
        }
    }
    signal_watch watch([&observed] { observed.print_why(); },
                       [&whose](int code, const std::string &why) { whose.record.force(code, why); });
    auto tested = std::make_unique<tested_run>(whose, observed, end);
    std::unique_ptr<monitor> served;
    if (!chosen.monitor.empty()) {
        served = std::make_unique<monitor>(chosen, root, observed);
    }
    if (chosen.paused) {
        observed.begin_paused();
    }
    auto watcher = std::make_unique<observer>(observed, chosen.quiet);
    const auto begin = std::chrono::steady_clock::now();
    run_figures figures;
    int code = exit_good;

    end.let_run();
    watch.run_over();
    watcher.reset(); // the terminal is for what follows
    figures.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    figures.sim_time_ps = sc_core::sc_time_stamp().value();
    figures.source = built.stats();
    tk::exit_requested(&code);
    if (sc_core::sc_get_status() != sc_core::SC_STOPPED) {
        sc_core::sc_stop(); // so that end_of_simulation() comes in this case too
    }
    tested.reset();
    code = whose.record.judge(code, tk::exit_reason());
    served.reset(); // nobody looks at the trace any more
    leave(figures, chosen, trace);
    return code;
}

static int build_and_run(const options &chosen, test &whose)
{
    // Outlives the threads that it traces.
    tracing trace(chosen, "vp " VP_VERSION, !chosen.monitor.empty());
    const auto root = tk::load_platform_file(chosen.platform_file, chosen.overrides, chosen.sandbox);
    for (const std::string &each : chosen.overrides) {
        root->override_value(each);
    }
    tk::platform built(*root);
    built.build();
    if (chosen.list_params) {
        list_params(built, std::cout);
        return exit_good;
    }
    return run(built, *root, chosen, trace, whose);
}

// Returns what `action` does, or the exit code for what it throws, and then the message for the user.
template <typename F>
static int guarded(F action, std::string &message)
{
    try {
        return action();
    } catch (const usage_error &error) {
        message = "vp: " + std::string(error.what()) + " (vp --help says more)\n";
        return exit_usage;
    } catch (const tk::config_error &error) {
        message = error.what() + std::string("\n");
        return exit_usage;
    } catch (const output_error &error) {
        message = "vp: " + std::string(error.what()) + "\n";
        return exit_internal;
    } catch (const sc_core::sc_report &report) {
        message = "vp: internal failure: " + std::string(report.what()) + "\n";
        return exit_internal;
    } catch (const std::exception &error) {
        message = "vp: internal failure: " + std::string(error.what()) + "\n";
        return exit_internal;
    }
}

static int build_and_run_as_test(const options &chosen)
{
    test whose(chosen);
    std::string message;
    const int code = guarded([&] { return build_and_run(chosen, whose); }, message);
    if (!message.empty()) {
        std::cerr << message;
        whose.record.error(code, message);
    }
    whose.record.write();
    return code;
}

static int serve(const options &chosen)
{
    tk::register_installed_models();
    if (chosen.help) {
        std::cout << help_text();
    } else if (chosen.version) {
        std::cout << "vp " VP_VERSION " (SystemC " << SC_VERSION << ")\n";
    } else if (chosen.list_modules) {
        chosen.markdown ? list_modules_markdown(std::cout) : list_modules(std::cout);
    } else if (chosen.list_qemu_types) {
        list_qemu_types(chosen.qemu_target, chosen.qemu_pattern, std::cout);
    } else if (!chosen.describe_type.empty()) {
        describe_qemu_type(chosen.qemu_target, chosen.describe_type, std::cout);
    } else {
        return build_and_run_as_test(chosen);
    }
    return exit_good;
}

} // namespace vp

int sc_main(int argc, char *argv[])
{
    // Errors come to us as exceptions: no banner, no abort.
    sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW);
    sc_core::sc_report_handler::set_actions(sc_core::SC_FATAL, sc_core::SC_THROW);
    // "sc_stop has already been called" and the like are no news to who runs a platform.
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    vp::block_signals();
    vp::end_well_on_crash();
    std::string message;
    const int code = vp::guarded(
        [&] {
            sc_core::sc_set_time_resolution(1, sc_core::SC_PS);
            return vp::serve(vp::parse_options(argc, argv));
        },
        message);
    std::cerr << message;
    return code;
}

// SystemC's own main() prints a banner into the guest's output; otherwise the same as this.
int main(int argc, char *argv[])
{
    setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 0);
    return sc_core::sc_elab_and_sim(argc, argv);
}
