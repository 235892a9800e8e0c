// SPDX-License-Identifier: MIT
//
// vp: reads a platform file, builds the platform, runs it.
#include "listing.h"
#include "monitor/monitor.h"
#include "monitor/observer.h"
#include "options.h"
#include "places.h"
#include "platform.h"
#include "platform_file.h"
#include "qemu_types.h"
#include "report.h"
#include "signals.h"
#include "timekeeper/systemc/qemu/library.h"
#include "timekeeper/systemc/qemu/model.h"
#include "tracing.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

namespace vp
{

// Runs a platform that is built; returns the exit code that the guest asked for, or 0 when nothing is left to
// do.
static int run(const platform &built, const tk::config_node &root, const options &chosen, tracing &trace)
{
    const tracing::session traced(trace, built);
    simulation observed("monitor", *tk::keeper::instance());
    for (const auto &each : built.modules()) {
        if (const auto *component = dynamic_cast<const components::register_target *>(each.get())) {
            observed.add(*component);
        }
    }
    observed.set_report([&] { return trace.report(nullptr); });
    const signal_watch watch([&observed] { observed.print_why(); });
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

    sc_core::sc_start();
    watcher.reset(); // the terminal is for what follows
    figures.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    figures.sim_time_ps = sc_core::sc_time_stamp().value(); // the resolution is 1 ps, see sc_main()
    figures.source = built.stats();
    tk::exit_requested(&code);
    if (sc_core::sc_get_status() != sc_core::SC_STOPPED) {
        sc_core::sc_stop(); // so that end_of_simulation() comes in this case too
    }
    served.reset(); // nobody looks at the trace any more
    trace.finish(figures);
    if (chosen.stats) {
        print_stats(figures, std::cout);
    }
    if (!chosen.stats_file.empty()) {
        write_stats(figures, chosen.stats_file);
    }
    return code;
}

static int build_and_run(const options &chosen)
{
    // Outlives the threads that it traces.
    tracing trace(chosen, "vp " VP_VERSION, !chosen.monitor.empty());
    const auto root = load_platform_file(chosen.platform_file, chosen.overrides);
    for (const std::string &each : chosen.overrides) {
        root->override_value(each);
    }
    platform built(*root);
    built.build();
    if (chosen.list_params) {
        list_params(built, std::cout);
        return exit_good;
    }
    return run(built, *root, chosen, trace);
}

static int serve(const options &chosen)
{
    tk::set_library_dirs(library_dirs());
    const auto models = load_models_file(models_file());
    tk::register_qemu_models(*models);
    if (chosen.help) {
        std::cout << help_text();
    } else if (chosen.version) {
        std::cout << "vp " VP_VERSION " (SystemC " << SC_VERSION << ")\n";
    } else if (chosen.list_modules) {
        list_modules(std::cout);
    } else if (chosen.list_qemu_types) {
        list_qemu_types(chosen.qemu_target, chosen.qemu_pattern, std::cout);
    } else if (!chosen.describe_type.empty()) {
        describe_qemu_type(chosen.qemu_target, chosen.describe_type, std::cout);
    } else {
        return build_and_run(chosen);
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
    try {
        sc_core::sc_set_time_resolution(1, sc_core::SC_PS);
        return vp::serve(vp::parse_options(argc, argv));
    } catch (const vp::usage_error &error) {
        std::cerr << "vp: " << error.what() << " (vp --help says more)\n";
        return vp::exit_usage;
    } catch (const tk::config_error &error) {
        std::cerr << error.what() << "\n";
        return vp::exit_usage;
    } catch (const sc_core::sc_report &report) {
        std::cerr << "vp: internal failure: " << report.what() << "\n";
        return vp::exit_internal;
    } catch (const std::exception &error) {
        std::cerr << "vp: internal failure: " << error.what() << "\n";
        return vp::exit_internal;
    }
}

// SystemC's own main() prints a banner into the guest's output; otherwise the same as this.
int main(int argc, char *argv[])
{
    setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 0);
    return sc_core::sc_elab_and_sim(argc, argv);
}
