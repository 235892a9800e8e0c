// SPDX-License-Identifier: MIT
#include "report.h"

#include "output_file.h"

#include <nlohmann/json.hpp>

#include <iomanip>

namespace vp
{

// Keys in the order in which they are written: people read these files.
using json = nlohmann::ordered_json;

static json vcpu_json(const tk::vcpu_stats &cpu)
{
    return {{"name", cpu.name},
            {"index", cpu.index},
            {"insn_per_second", cpu.insn_per_second},
            {"instructions", cpu.instructions},
            {"local_time_ps", cpu.local_time_ps},
            {"idle_ps", cpu.idle_ps},
            {"annotated_ps", cpu.annotated_ps},
            {"pauses", cpu.pauses},
            {"token_holds", cpu.token_holds}};
}

static json throttle_json(const tk::throttle_stats &throttle)
{
    return {{"speed", throttle.speed},
            {"achieved", throttle.achieved()},
            {"simulated_ps", throttle.simulated_ps},
            {"host_ns", throttle.host_ns},
            {"waited_ns", throttle.waited_ns},
            {"lost_ns", throttle.lost_ns}};
}

static json run_json(const run_figures &run)
{
    json all = {{"sim_time_ps", run.sim_time_ps}, {"wall_s", run.wall_s}};
    if (!run.source) {
        return all;
    }
    const tk::run_stats stats = run.source->stats();
    all["global_time_ps"] = stats.global_time_ps;
    all["quantum_ps"] = stats.quantum_ps;
    all["token_handovers"] = stats.token_handovers;
    all["max_skew_ps"] = stats.max_skew_ps;
    all["max_systemc_lag_ps"] = stats.max_systemc_lag_ps;
    if (stats.throttle.speed > 0) {
        all["throttle"] = throttle_json(stats.throttle);
    }
    all["vcpus"] = json::array();
    for (const tk::vcpu_stats &cpu : stats.vcpus) {
        all["vcpus"].push_back(vcpu_json(cpu));
    }
    return all;
}

std::string stats_json(const run_figures &run)
{
    return run_json(run).dump(2);
}

void write_stats(const run_figures &run, const std::string &file)
{
    write_file(file, "the statistics", stats_json(run) + "\n");
}

static void print_vcpus(const tk::run_stats &stats, std::ostream &out)
{
    size_t width = 4;
    for (const tk::vcpu_stats &cpu : stats.vcpus) {
        width = std::max(width, cpu.name.size());
    }
    const int name_width = static_cast<int>(width);
    out << std::left << std::setw(name_width) << "vcpu" << std::right << std::setw(15) << "insn/s"
        << std::setw(16) << "instructions" << std::setw(18) << "local ps" << std::setw(18) << "idle ps"
        << std::setw(16) << "annotated ps" << std::setw(10) << "pauses" << std::setw(8) << "token"
        << "\n";
    for (const tk::vcpu_stats &cpu : stats.vcpus) {
        out << std::left << std::setw(name_width) << cpu.name << std::right << std::setw(15)
            << cpu.insn_per_second << std::setw(16) << cpu.instructions << std::setw(18) << cpu.local_time_ps
            << std::setw(18) << cpu.idle_ps << std::setw(16) << cpu.annotated_ps << std::setw(10)
            << cpu.pauses << std::setw(8) << cpu.token_holds << "\n";
    }
}

void print_stats(const run_figures &run, std::ostream &out)
{
    out << "SystemC time     " << run.sim_time_ps << " ps\n"
        << "wall time        " << run.wall_s << " s\n";
    if (run.source) {
        const tk::run_stats stats = run.source->stats();
        out << "global time      " << stats.global_time_ps << " ps\n"
            << "quantum          " << stats.quantum_ps << " ps\n"
            << "token handovers  " << stats.token_handovers << "\n"
            << "greatest skew    " << stats.max_skew_ps << " ps between active vCPUs\n"
            << "greatest lag     " << stats.max_systemc_lag_ps << " ps of SystemC behind global time\n";
        if (stats.throttle.speed > 0) {
            out << "speed            " << stats.throttle.achieved() << " achieved, " << stats.throttle.speed
                << " asked for; waited " << static_cast<double>(stats.throttle.waited_ns) / 1e9
                << " s, could not keep up with " << static_cast<double>(stats.throttle.lost_ns) / 1e9
                << " s\n";
        }
        print_vcpus(stats, out);
    }
    out.flush();
}

} // namespace vp
