// SPDX-License-Identifier: MIT
#include "platform_run.h"

#include "crash.h"
#include "monitor/monitor.h"
#include "monitor/observer.h"
#include "report.h"
#include "results.h"
#include "run_end.h"
#include "signals.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/qemu/cpu.h"
#include "timekeeper/systemc/qemu/instance.h"

#include <chrono>
#include <memory>
#include <string>

namespace vp
{

static void show_registers(simulation &observed, const tk::platform &built)
{
    for (const auto &each : built.modules()) {
        if (const auto *component = dynamic_cast<const components::register_target *>(each.get())) {
            observed.add(*component);
        }
    }
}

static void name_cpus(const tk::platform &built)
{
    for (const auto &each : built.modules()) {
        if (const auto *cpu = dynamic_cast<const tk::qemu_cpu *>(each.get())) {
            name_cpu_for_crash(cpu->instance().full_name(), static_cast<unsigned>(cpu->index()),
                               cpu->full_name());
        }
    }
}

// Lets time pass until the run ends.
static run_figures let_run(run_end &end, signal_watch &signals, simulation &observed,
                           const tk::platform &built, bool quiet)
{
    auto watcher = std::make_unique<observer>(observed, quiet);
    const auto begin = std::chrono::steady_clock::now();
    run_figures figures;

    end.let_run();
    signals.run_over();
    watcher.reset(); // the terminal is for what follows
    figures.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    figures.sim_time_ps = sc_core::sc_time_stamp().value();
    figures.source = built.stats();
    return figures;
}

// The exit code that the run has asked for.
static int code_of_the_run()
{
    int code = exit_good;
    tk::exit_requested(&code);
    return code;
}

int run_platform(const tk::platform &built, const tk::config_node &root, const options &chosen,
                 tracing &trace, test_run &whose)
{
    const tracing::session traced(trace, built);
    simulation observed("monitor", *tk::keeper::instance());
    show_registers(observed, built);
    observed.set_report([&] { return trace.report(nullptr); });
    run_end end("run_end", chosen, whose.said, built);
    end.on_limit([&observed] { observed.print_why(); });
    name_cpus(built);
    signal_watch signals([&observed] { observed.print_why(); },
                         [&whose](int code, const std::string &why) { whose.record.force(code, why); });
    auto tested = std::make_unique<test_run::session>(whose, observed, end);
    std::unique_ptr<monitor> served;
    if (!chosen.monitor.empty()) {
        served = std::make_unique<monitor>(chosen, root, observed);
    }
    if (chosen.paused) {
        observed.begin_paused();
    }
    const run_figures figures = let_run(end, signals, observed, built, chosen.quiet);
    if (sc_core::sc_get_status() != sc_core::SC_STOPPED) {
        sc_core::sc_stop(); // so that end_of_simulation() comes in this case too
    }
    tested.reset();
    const int code = whose.record.judge(code_of_the_run(), tk::exit_reason());
    served.reset(); // nobody looks at the trace any more
    write_results(figures, chosen, trace);
    return code;
}

} // namespace vp
