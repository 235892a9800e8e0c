// SPDX-License-Identifier: MIT
#include "tracing.h"

#include "diagram.h"
#include "output_file.h"
#include "report_page.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/qemu/cpu.h"
#include "timekeeper/systemc/qemu/instance.h"
#include "vcd.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace vp
{

static bool ends_with(const std::string &text, const std::string &end)
{
    return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

static bool is_vcd(const std::string &file)
{
    return ends_with(file, ".vcd");
}

static std::vector<const tk::qemu_cpu *> cpus_of(const tk::platform &built)
{
    std::vector<const tk::qemu_cpu *> cpus;
    for (const auto &each : built.modules()) {
        if (const auto *cpu = dynamic_cast<const tk::qemu_cpu *>(each.get())) {
            cpus.push_back(cpu);
        }
    }
    return cpus;
}

bool tracing::wanted() const
{
    return m_live || !m_chosen.trace_files.empty() || !m_chosen.report_file.empty();
}

tracing::tracing(const options &chosen, const std::string &program, bool live)
    : m_chosen(chosen), m_program(program), m_live(live)
{
    for (const std::string &each : chosen.trace_files) {
        if (!is_vcd(each) && !tk_trace_file_known(each.c_str())) {
            throw usage_error("--trace " + each +
                              ": the name says what is written; it ends in .json, .csv or .vcd");
        }
    }
}

tracing::~tracing()
{
    tk_trace_free(m_trace);
}

void tracing::start(const tk::platform &built)
{
    if (!wanted()) {
        return;
    }
    tk_trace_config config{};
    config.program = m_program.c_str();
    if (tk_trace_new(&config, &m_trace)) {
        throw std::runtime_error("no memory for a trace");
    }
    m_platform = diagram_json(built).dump();
    tk::keeper &keeper = *tk::keeper::instance();
    const std::vector<const tk::qemu_cpu *> cpus = cpus_of(built);
    for (const std::string &each : m_chosen.trace_files) {
        if (is_vcd(each)) {
            m_vcd = std::make_unique<vcd_trace>("vcd_trace", each, keeper, cpus);
        } else if (tk_trace_file(m_trace, each.c_str())) {
            throw output_error(tk_trace_error(m_trace));
        }
    }
    for (const tk::qemu_cpu *each : cpus) {
        const std::string timelines = each->instance().full_name() + ": CPU " + std::to_string(each->index());
        tk_trace_rename(m_trace, timelines.c_str(), each->full_name().c_str());
    }
    for (const std::string &line : keeper.lines()) {
        tk_trace_name_line(m_trace, line.c_str()); // numbered as the keeper does
    }
    for (const address_window &each : address_windows(built)) {
        tk_trace_name_region(m_trace, each.first, each.last, each.name.c_str());
    }
    if (tk_trace_start(m_trace)) {
        throw std::runtime_error("no thread for the trace");
    }
    tk_timeline_trace(keeper.timeline(), m_trace);
}

void tracing::stop()
{
    if (m_trace) {
        tk_timeline_trace(tk::keeper::instance()->timeline(), nullptr);
    }
    m_vcd.reset();
}

std::string tracing::report(const run_figures *figures) const
{
    if (!m_trace) {
        return "";
    }
    std::vector<tk_vcpu_info> vcpus(TK_VCPUS_MAX);
    tk_trace_figures now{};
    tk_timeline_figures(tk::keeper::instance()->timeline(), &now, vcpus.data());
    now.max_systemc_lag_ps = tk::keeper::instance()->max_systemc_lag_ps();
    char *text = tk_trace_digest(m_trace, figures ? nullptr : &now);
    const std::string digest = text ? text : "null";
    free(text);
    const std::string &file = m_chosen.platform_file;
    return report_json(file.substr(file.rfind('/') + 1), digest, figures ? stats_json(*figures) : "null",
                       m_platform);
}

void tracing::finish()
{
    if (!m_trace) {
        return;
    }
    tk::keeper &keeper = *tk::keeper::instance();
    std::vector<tk_vcpu_info> vcpus(TK_VCPUS_MAX);
    tk_trace_figures last{};

    tk_timeline_trace(keeper.timeline(), nullptr);
    tk_timeline_figures(keeper.timeline(), &last, vcpus.data());
    last.max_systemc_lag_ps = keeper.max_systemc_lag_ps();
    const int error = tk_trace_close(m_trace, &last);
    if (const uint64_t dropped = tk_trace_dropped(m_trace)) {
        std::cerr << "vp: trace: " << dropped
                  << " records were dropped: they came faster than they could be written\n";
    }
    if (error) {
        throw output_error(*tk_trace_error(m_trace) ? tk_trace_error(m_trace) : "no memory for the trace");
    }
}

void tracing::finish_vcd()
{
    if (m_vcd) {
        m_vcd->complete();
    }
}

void tracing::write_report(const run_figures &figures) const
{
    if (!m_chosen.report_file.empty()) {
        write_file(m_chosen.report_file, "the report", report_page(report(&figures)));
    }
}

} // namespace vp
