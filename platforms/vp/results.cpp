// SPDX-License-Identifier: MIT
#include "results.h"

#include "output_file.h"

#include <cstdio>
#include <functional>
#include <iostream>
#include <string>

namespace vp
{

// The guest's console may be there, too.
static void end_stdout()
{
    if (!std::cout || fflush(stdout) || ferror(stdout)) {
        throw output_error("not all of standard output could be written");
    }
}

void write_results(const run_figures &figures, const options &chosen, tracing &trace)
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
            end_stdout();
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

} // namespace vp
