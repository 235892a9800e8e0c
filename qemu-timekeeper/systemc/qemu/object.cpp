// SPDX-License-Identifier: MIT
#define SC_INCLUDE_DYNAMIC_PROCESSES // sc_spawn
#include "timekeeper/systemc/qemu/object.h"

#include <atomic>
#include <cstdlib>

namespace tk
{

// --- lines -------------------------------------------------------------------------------------------

// An input or output line of the object, made by a binding.
class qemu_object::line
{
  public:
    line(qemu_object &owner, const qemu_model_ports &ports, std::vector<uint64_t> numbers)
        : m_owner(owner), m_ports(ports), m_numbers(std::move(numbers))
    {
    }
    qemu_object &owner() const { return m_owner; }
    const char *list() const { return m_ports.list.empty() ? nullptr : m_ports.list.c_str(); }
    int index() const { return static_cast<int>(m_owner.port_index(m_ports, m_numbers)); }

  private:
    qemu_object &m_owner;
    const qemu_model_ports &m_ports;
    const std::vector<uint64_t> m_numbers;
};

class qemu_object::input_line : public line, private elaboration_scope
{
  public:
    input_line(qemu_object &owner, const std::string &name, const qemu_model_ports &ports,
               std::vector<uint64_t> numbers)
        : line(owner, ports, std::move(numbers)), elaboration_scope(owner), m_in(name.c_str()),
          m_port(*this, owner, name, m_in, ports.help)
    {
    }

    port &end() { return m_port; }
    void join() { m_joined = true; }

    // The line in QEMU; throws when there is none.
    libqemu_irq *irq()
    {
        libqemu_irq *found = owner().instance().api().gpio_in(owner().object(), list(), index());
        if (!found) {
            owner().fail("QEMU's " + owner().model().qom + " has no input line for '" + m_port.name() + "'");
        }
        return found;
    }

    void wire()
    {
        if (m_joined) {
            return; // the other end does it
        }
        const libqemu_api &api = owner().instance().api();
        libqemu_irq *line_in_qemu = irq();
        elaboration_scope scope(owner());
        sc_core::sc_spawn_options options;
        options.spawn_method();
        options.set_sensitivity(&m_in);
        options.dont_initialize();
        sc_core::sc_spawn([this, &api, line_in_qemu] { api.irq_set(line_in_qemu, m_in.read()); },
                          (m_port.name() + "_changed").c_str(), &options);
    }

    class end_port : public signal_in_port
    {
      public:
        end_port(input_line &line, module &owner, const std::string &name, sc_core::sc_in<bool> &in,
                 const std::string &help)
            : signal_in_port(owner, name, in, help), m_line(line)
        {
        }
        input_line &the_line() const { return m_line; }

      private:
        input_line &m_line;
    };

  private:
    sc_core::sc_in<bool> m_in;
    end_port m_port;
    bool m_joined = false;
};

class qemu_object::output_line : public line, private elaboration_scope
{
  public:
    output_line(qemu_object &owner, const std::string &name, const qemu_model_ports &ports,
                std::vector<uint64_t> numbers)
        : line(owner, ports, std::move(numbers)), elaboration_scope(owner), m_out(name.c_str()),
          m_changed((name + "_async").c_str()), m_port(*this, owner, name, m_out, ports.help)
    {
    }

    port &end() { return m_port; }

    void wire()
    {
        const libqemu_api &api = owner().instance().api();
        char *message = nullptr;
        int code = LIBQEMU_OK;

        if (m_peer) {
            code = api.gpio_connect(owner().object(), list(), index(), m_peer->irq(), &message);
        } else if (m_port.bindings() > 0) {
            code = api.gpio_watch(owner().object(), list(), index(), on_level, this, &message);
            elaboration_scope scope(owner());
            sc_core::sc_spawn_options options;
            options.spawn_method();
            options.set_sensitivity(&m_changed.event());
            options.dont_initialize();
            sc_core::sc_spawn([this] { m_out.write(m_level.load()); }, (m_port.name() + "_changed").c_str(),
                              &options);
        }
        qemu_instance::check(owner(), "cannot connect '" + m_port.name() + "'", code, message);
    }

  private:
    // In QEMU, with its big lock held: may not wait.
    static void on_level(void *opaque, int level)
    {
        auto *self = static_cast<output_line *>(opaque);
        self->m_level = level != 0;
        self->m_changed.notify();
    }

    class end_port : public signal_out_port
    {
      public:
        end_port(output_line &line, module &owner, const std::string &name, sc_core::sc_out<bool> &out,
                 const std::string &help)
            : signal_out_port(owner, name, out, help), m_line(line)
        {
        }

        // Two lines inside one QEMU need no SystemC between them.
        bool join(port &other) override
        {
            auto *to = dynamic_cast<input_line::end_port *>(&other);
            if (!to || &to->the_line().owner().instance() != &m_line.owner().instance() || m_line.m_peer) {
                return false;
            }
            m_line.m_peer = &to->the_line();
            to->the_line().join();
            return true;
        }

      private:
        output_line &m_line;
    };

    sc_core::sc_out<bool> m_out;
    async_event m_changed;
    end_port m_port;
    input_line *m_peer = nullptr;
    std::atomic<bool> m_level{false};
};

// --- parameters --------------------------------------------------------------------------------------

void qemu_object::declare_params(module_context &context)
{
    for (const qemu_model_param &row : m_model.params) {
        const std::string &def = row.default_text;
        switch (row.what) {
        case qemu_model_param::type::boolean:
            m_model_params.push_back(
                std::make_unique<param<bool>>(*this, row.name, def == "true", "", row.help));
            break;
        case qemu_model_param::type::integer:
            m_model_params.push_back(std::make_unique<param<uint64_t>>(
                *this, row.name, def.empty() ? 0 : std::stoull(def, nullptr, 0), "", row.help));
            break;
        case qemu_model_param::type::list:
            m_model_params.push_back(std::make_unique<param<std::vector<uint64_t>>>(
                *this, row.name, std::vector<uint64_t>{}, "", row.help));
            break;
        case qemu_model_param::type::text:
            m_model_params.push_back(
                std::make_unique<param<std::string>>(*this, row.name, def, "", row.help));
            break;
        }
    }
    for (const qemu_model_ports &ports : m_model.inputs) {
        describe_ports(ports.pattern, port::kind::signal_in, ports.help);
    }
    for (const qemu_model_ports &ports : m_model.outputs) {
        describe_ports(ports.pattern, port::kind::signal_out, ports.help);
    }
    (void)context;
}

static std::string joined(const std::vector<uint64_t> &values)
{
    std::string text;
    for (const uint64_t value : values) {
        text += (text.empty() ? "" : ",") + std::to_string(value);
    }
    return text;
}

static std::string property_text(const qemu_model_param &row, const param_base &value)
{
    switch (row.what) {
    case qemu_model_param::type::boolean:
        return static_cast<const param<bool> &>(value) ? "true" : "false";
    case qemu_model_param::type::integer:
        return std::to_string(static_cast<const param<uint64_t> &>(value).get() + row.plus);
    case qemu_model_param::type::list:
        return joined(static_cast<const param<std::vector<uint64_t>> &>(value).get());
    default:
        return static_cast<const param<std::string> &>(value).get();
    }
}

// A number, the value of the integer parameter of that name, or a multiple of one: "2*num_cpus".
uint64_t qemu_object::term(const std::string &text) const
{
    const size_t star = text.find('*');
    if (star != std::string::npos) {
        return term(text.substr(0, star)) * term(text.substr(star + 1));
    }
    for (size_t i = 0; i < m_model.params.size(); i++) {
        if (m_model.params[i].name == text && m_model.params[i].what == qemu_model_param::type::integer) {
            return static_cast<const param<uint64_t> &>(*m_model_params[i]).get();
        }
    }
    return std::stoull(text, nullptr, 0);
}

uint64_t qemu_object::port_index(const qemu_model_ports &ports, const std::vector<uint64_t> &numbers) const
{
    uint64_t index = term(ports.first);
    for (size_t i = 0; i < numbers.size(); i++) {
        index += numbers[i] * (i < ports.strides.size() ? term(ports.strides[i]) : 1);
    }
    return index;
}

// --- the object --------------------------------------------------------------------------------------

qemu_object::qemu_object(const sc_core::sc_module_name &name, module_context &context)
    : module(name, context), m_model(find_qemu_model(context.type()))
{
    declare_params(context);
    if (!context.describing()) {
        context.expect_args(1, 1);
        m_instance = &context.arg<qemu_instance>(0, "a QemuInstance");
        m_instance->add(*this);
    }
}

qemu_object::~qemu_object() = default;

port *qemu_object::find_port(const std::string &port_name)
{
    std::vector<uint64_t> numbers;

    if (port *known = module::find_port(port_name)) {
        return known;
    }
    for (const qemu_model_ports &ports : m_model.inputs) {
        if (match_ports(ports.pattern, port_name, numbers)) {
            m_inputs.push_back(std::make_unique<input_line>(*this, port_name, ports, numbers));
            return &m_inputs.back()->end();
        }
    }
    for (const qemu_model_ports &ports : m_model.outputs) {
        if (match_ports(ports.pattern, port_name, numbers)) {
            m_outputs.push_back(std::make_unique<output_line>(*this, port_name, ports, numbers));
            return &m_outputs.back()->end();
        }
    }
    return nullptr;
}

void qemu_object::set_property(const std::string &property, const std::string &value)
{
    char *message = nullptr;
    const int code = m_instance->api().property_set(m_object, property.c_str(), value.c_str(), &message);
    qemu_instance::check(*this, "cannot set property '" + property + "' to '" + value + "'", code, message);
}

void qemu_object::create()
{
    char *message = nullptr;
    const int code =
        m_instance->api().object_new(m_model.qom.c_str(), full_name().c_str(), &m_object, &message);
    qemu_instance::check(*this, "cannot make a " + m_model.qom, code, message);
    for (const auto &each : m_model.properties) {
        set_property(each.first, each.second);
    }
    for (size_t i = 0; i < m_model.params.size(); i++) {
        if (m_model_params[i]->given() || m_model.params[i].has_default) {
            set_property(m_model.params[i].property, property_text(m_model.params[i], *m_model_params[i]));
        }
    }
}

void qemu_object::realize()
{
    char *message = nullptr;
    const int code = m_instance->api().realize(m_object, &message);
    qemu_instance::check(*this, "cannot realize the " + m_model.qom, code, message);
}

void qemu_object::wire()
{
    for (const auto &each : m_inputs) {
        each->wire();
    }
    for (const auto &each : m_outputs) {
        each->wire();
    }
}

} // namespace tk
