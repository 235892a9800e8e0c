// SPDX-License-Identifier: MIT
//
// vp: reads a platform file, builds the platform, runs it.
#include "crash.h"
#include "failure.h"
#include "listing.h"
#include "options.h"
#include "platform_run.h"
#include "qemu_types.h"
#include "signals.h"
#include "test_run.h"
#include "timekeeper/platform_file.h"
#include "timekeeper/systemc/platform.h"
#include "tracing.h"

#include <cstdlib>
#include <iostream>
#include <string>

namespace vp
{

static int build_and_run(const options &chosen, test_run &whose)
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
    return run_platform(built, *root, chosen, trace, whose);
}

static int build_and_run_as_test(const options &chosen)
{
    test_run whose(chosen);
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
