// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/cpu.h"

#include <algorithm>
#include <iterator>

namespace tk
{

static const char *const mem_help = "what the CPU accesses";

qemu_cpu::qemu_cpu(const sc_core::sc_module_name &name, module_context &context) : qemu_object(name, context)
{
    if (context.describing()) {
        describe_ports("mem", port::kind::tlm_initiator, mem_help);
        return;
    }
    if (!model().is_cpu) {
        fail("'" + type() + "' is no CPU", "it is a tk::qemu_device");
    }
    if (!keeper::instance()) {
        fail("there is no keeper", "construct tk::keeper before");
    }
    m_mem = std::make_unique<qemu_bus_master>(instance(), *this, mem, mem_help);
    instance().add(*this);
    SC_METHOD(reset_changed);
    sensitive << reset << reset.never();
    dont_initialize();
    SC_METHOD(halt_changed);
    sensitive << halt << halt.never();
    dont_initialize();
    SC_METHOD(power_changed);
    sensitive << power_off << power_off.never();
    dont_initialize();
}

static const char *generic_row(const qemu_instance &qemu)
{
    return qemu.target() == "aarch64" || qemu.target() == "arm" ? "qemu_arm_cpu" : "qemu_cpu";
}

qemu_cpu::qemu_cpu(const sc_core::sc_module_name &name, qemu_instance &qemu, const std::string &type,
                   const char *file, int line_number)
    : qemu_cpu(name, own_context(qemu, type, generic_row(qemu), {file, line_number}).self())
{
}

// target/arm/cpu.c, arm_cpu_realizefn(), "pagebits": ARMv7's and ARMv8's A profile, which these all are.
static bool is_arm_a_profile(const std::string &type)
{
    static const char *const families[] = {"cortex-a", "neoverse-", "a64fx", "max"};
    return std::any_of(std::begin(families), std::end(families),
                       [&type](const std::string &each) { return type.compare(0, each.size(), each) == 0; });
}

unsigned qemu_cpu::page_bits() const
{
    const bool arm = generic_row(instance()) == std::string("qemu_arm_cpu");
    return model().page_bits == 0 && arm && is_arm_a_profile(qom()) ? 12 : model().page_bits;
}

qemu_cpu::~qemu_cpu()
{
    if (has_instance()) {
        instance().shutdown();
    }
}

void qemu_cpu::create()
{
    char *message = nullptr;

    qemu_object::create();
    const int code = instance().api().link_memory(object(), "memory", m_mem->create(nullptr), &message);
    qemu_instance::check(*this, "cannot give it an address space", code, message);
}

libqemu_object *qemu_cpu::cpu_object() const
{
    if (model().inner.empty()) {
        return object();
    }
    libqemu_object *inner = instance().api().object_find(object(), model().inner.c_str());
    if (!inner) {
        fail("QEMU's " + qom() + " has no part '" + model().inner + "'");
    }
    return inner;
}

// Held in reset is off: interrupts do not wake it, and the timeline does not wait for it.
void qemu_cpu::reset_changed()
{
    if (instance().holds_cpus()) {
        return; // start_again() sees to it, as for the other lines
    }
    if (off()) {
        instance().api().cpu_power(cpu_object(), false);
    } else if (m_starts_off) {
        instance().api().cpu_reset(cpu_object());
    } else {
        instance().api().cpu_power(cpu_object(), true);
    }
}

void qemu_cpu::power_changed()
{
    if (!instance().holds_cpus()) {
        instance().api().cpu_power(cpu_object(), !off());
    }
}

void qemu_cpu::start_again()
{
    if (!halt.read()) {
        instance().api().cpu_start(cpu_object(), !off());
    } else if (off()) {
        instance().api().cpu_power(cpu_object(), false);
    }
}

void qemu_cpu::halt_changed()
{
    if (instance().holds_cpus()) {
        return;
    }
    halt.read() ? instance().api().cpu_pause(cpu_object()) : instance().api().cpu_resume(cpu_object());
}

int qemu_cpu::index() const
{
    return instance().api().cpu_index(cpu_object());
}

void qemu_cpu::started()
{
    const int number = index();
    const int vcpu =
        number < 0 ? -1
                   : tk_timeline_vcpu_find(keeper::instance()->timeline(), instance().full_name().c_str(),
                                           static_cast<unsigned>(number));
    if (vcpu < 0) {
        fail("the CPU did not join the timeline");
    }
    m_vcpu = vcpu;
    char *text = nullptr;
    if (instance().api().property_get(cpu_object(), "start-powered-off", &text, nullptr) == LIBQEMU_OK) {
        m_starts_off = std::string(text) == "true";
        free(text);
    }
    instance().set_vcpu(static_cast<unsigned>(number), vcpu);
    keeper::instance()->name_vcpu(static_cast<unsigned>(vcpu), full_name());
    if (off()) {
        instance().api().cpu_power(cpu_object(), false);
    }
    if (halt.read()) {
        instance().api().cpu_pause(cpu_object());
    }
}

bool qemu_cpu::set_insn_per_second(uint64_t rate)
{
    return m_vcpu >= 0 && tk_timeline_vcpu_set_rate(keeper::instance()->timeline(),
                                                    static_cast<unsigned>(m_vcpu), rate) == TK_OK;
}

void qemu_cpu::close()
{
    qemu_object::close();
    m_mem->close();
}

} // namespace tk
