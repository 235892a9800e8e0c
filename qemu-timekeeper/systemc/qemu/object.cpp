// SPDX-License-Identifier: MIT
#define SC_INCLUDE_DYNAMIC_PROCESSES // sc_spawn
#include "timekeeper/systemc/qemu/object.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>

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
    // Where it is written in C++, for errors.
    void set_where(const source_location &where) { m_where = where; }
    [[noreturn]] void fail(const std::string &what, const std::string &right = "") const
    {
        throw config_error(place(), m_owner.full_name(), what, right);
    }
    const source_location &place() const { return m_where.line ? m_where : m_owner.config().where(); }
    // QEMU's name of the list; nullptr: the unnamed one. From the object's realization on.
    const char *list() const
    {
        if (m_ports.list_is_word && m_list.empty()) {
            const auto kind = m_ports.input ? LIBQEMU_FEATURE_GPIO_IN : LIBQEMU_FEATURE_GPIO_OUT;
            m_list = m_owner.find_feature(kind, m_ports.list, place()).name;
        }
        const std::string &name = m_ports.list_is_word ? m_list : m_ports.list;
        return name.empty() ? nullptr : name.c_str();
    }
    int index() const { return static_cast<int>(m_owner.port_index(m_ports, m_numbers)); }

  private:
    qemu_object &m_owner;
    const qemu_model_ports &m_ports;
    const std::vector<uint64_t> m_numbers;
    source_location m_where;
    mutable std::string m_list; // what the word stands for
};

class qemu_object::input_line : public line
{
  public:
    input_line(qemu_object &owner, const std::string &name, const qemu_model_ports &ports,
               std::vector<uint64_t> numbers)
        : line(owner, ports, std::move(numbers)), m_in(name.c_str()),
          m_port(*this, owner, name, m_in, ports.help)
    {
        sc_core::sc_spawn_options options;
        options.spawn_method();
        options.set_sensitivity(&m_in);
        options.set_sensitivity(&m_in.never());
        options.dont_initialize();
        sc_core::sc_spawn([this] { changed(); }, (name + "_changed").c_str(), &options);
    }

    port &end() { return m_port; }
    line_input &in() { return m_in; }
    void join() { m_joined = true; }

    // The line in QEMU; throws when there is none.
    libqemu_irq *irq()
    {
        libqemu_irq *found = owner().instance().api().gpio_in(owner().object(), list(), index());
        if (!found) {
            fail("QEMU's " + owner().qom() + " has no input line for '" + m_port.name() + "'",
                 "vp --describe " + owner().qom() + " shows what it has");
        }
        return found;
    }

    void wire()
    {
        if (m_joined && m_in.size() > 0) {
            fail("'" + m_port.name() + "' is bound to an output of QEMU's and to a signal",
                 "an input has one driver");
        }
        if (m_joined) {
            return; // the other end does it
        }
        m_irq = irq();
        m_number = keeper::instance()->name_line(m_port.full_name());
    }

    // A reset of QEMU's forgets levels, and devices outside of it do not drive anew what has not changed.
    void drive_again()
    {
        if (!m_joined && m_in.read()) {
            owner().instance().api().irq_set(irq(), 1);
        }
    }

    class end_port : public signal_in_port
    {
      public:
        end_port(input_line &line, module &owner, const std::string &name, line_input &in,
                 const std::string &help)
            : signal_in_port(owner, name, in, help), m_line(line)
        {
        }
        // An input without a signal reads false; a signal would be a second driver of one that is joined.
        void tie_off() override {}
        input_line &the_line() const { return m_line; }

      private:
        input_line &m_line;
    };

  private:
    void changed()
    {
        keeper::instance()->note_line(m_number, m_in.read());
        if (owner().has_instance()) {
            owner().instance().api().irq_set(m_irq, m_in.read());
        }
    }

    line_input m_in;
    end_port m_port;
    bool m_joined = false;
    libqemu_irq *m_irq = nullptr;
    unsigned m_number = 0; // in the trace
};

class qemu_object::output_line : public line, private crossing_target
{
  public:
    output_line(qemu_object &owner, const std::string &name, const qemu_model_ports &ports,
                std::vector<uint64_t> numbers)
        : line(owner, ports, std::move(numbers)), m_out(name.c_str()),
          m_port(*this, owner, name, m_out, ports.help)
    {
    }

    port &end() { return m_port; }
    // The line of a port; nullptr: it is no output.
    static output_line *behind(port *end)
    {
        auto *its_own = dynamic_cast<end_port *>(end);
        return its_own ? &its_own->the_line() : nullptr;
    }

    // To what a user of the C++ form has: a channel, or a parent's port.
    template <typename T>
    void bind(T &other)
    {
        if (m_channel || m_bound) {
            fail("'" + m_port.name() + "' is bound to a signal already",
                 "bind the other end to that signal, too");
        }
        m_out.bind(other);
        m_bound = true;
    }
    void bind_channel(sc_core::sc_signal_inout_if<bool> &channel)
    {
        bind(channel);
        m_channel = &channel;
    }
    // The signal behind it; its own, if it is bound to none.
    sc_core::sc_signal_in_if<bool> &channel()
    {
        if (!m_channel && m_bound) {
            fail("'" + m_port.name() + "' is bound to a parent's port",
                 "bind the other end to the signal behind that");
        }
        if (!m_channel) {
            m_channel = &m_port.signal();
            m_bound = true;
        }
        return *m_channel;
    }
    // False: it is another QEMU's.
    bool join(input_line &to)
    {
        if (&to.owner().instance() != &owner().instance()) {
            return false;
        }
        m_peers.push_back(&to);
        to.join();
        return true;
    }

    void wire()
    {
        const libqemu_api &api = owner().instance().api();
        const bool watched = m_bound || !m_port.open_in_systemc();
        char *message = nullptr;
        int code = LIBQEMU_OK;

        if (m_peers.size() == 1 && !watched) {
            code = api.gpio_connect(owner().object(), list(), index(), m_peers[0]->irq(), &message);
        } else if (watched || !m_peers.empty()) {
            for (input_line *each : m_peers) {
                m_peer_irqs.push_back(each->irq());
            }
            code = api.gpio_watch(owner().object(), list(), index(), on_any_level, this, &message);
        }
        qemu_instance::check(owner(), place(), "cannot connect '" + m_port.name() + "'", code, message);
    }

  private:
    // The same as on_level(), and inputs of this QEMU follow.
    static void on_any_level(void *opaque, int level)
    {
        auto *self = static_cast<output_line *>(opaque);
        for (libqemu_irq *each : self->m_peer_irqs) {
            self->owner().instance().api().irq_set(each, level);
        }
        if (self->m_bound || !self->m_port.open_in_systemc()) {
            on_level(opaque, level);
        }
    }

    // In QEMU, with its big lock held: may not wait. Devices drive their lines at each access, mostly to the
    // same level.
    static void on_level(void *opaque, int level)
    {
        auto *self = static_cast<output_line *>(opaque);
        if (self->m_level != (level != 0)) {
            self->m_level = level != 0;
            self->cross(self->owner().instance().source(), self->m_level);
        }
    }

    void crossed(uint64_t level) override { m_out.write(level != 0); }

    class end_port : public signal_out_port
    {
      public:
        end_port(output_line &line, module &owner, const std::string &name, line_output &out,
                 const std::string &help)
            : signal_out_port(owner, name, out, help), m_line(line)
        {
        }

        // Two lines inside one QEMU need no SystemC between them.
        bool join(port &other) override
        {
            auto *to = dynamic_cast<input_line::end_port *>(&other);
            return to && m_line.join(to->the_line());
        }
        void tie_off() override {} // it need not be bound
        output_line &the_line() const { return m_line; }

      private:
        output_line &m_line;
    };

    line_output m_out;
    end_port m_port;
    bool m_bound = false;                                // in the C++ form
    sc_core::sc_signal_in_if<bool> *m_channel = nullptr; // to what, if it is known
    std::vector<input_line *> m_peers;                   // inputs of the same QEMU,
    std::vector<libqemu_irq *> m_peer_irqs;              // if this is not QEMU's alone
    bool m_level = false;                                // as QEMU has driven it last; with QEMU's big lock
};

// --- parameters --------------------------------------------------------------------------------------

void qemu_object::declare_params(module_context &context)
{
    for (const qemu_model_param &row : m_model.params) {
        const std::string &def = row.default_text;
        switch (row.what) {
        case qemu_model_param::type::boolean:
            m_model_params.push_back(
                std::make_unique<param<bool>>(*this, row.name, def == "true", row.unit, row.help));
            break;
        case qemu_model_param::type::integer:
        case qemu_model_param::type::clock:
            m_model_params.push_back(std::make_unique<param<uint64_t>>(
                *this, row.name, def.empty() ? row.least : std::stoull(def, nullptr, 0), row.unit, row.help,
                param_range<uint64_t>{row.least, row.greatest}));
            break;
        case qemu_model_param::type::list:
            m_model_params.push_back(std::make_unique<param<std::vector<uint64_t>>>(
                *this, row.name, std::vector<uint64_t>{}, row.unit, row.help));
            break;
        case qemu_model_param::type::text:
        case qemu_model_param::type::link:
        case qemu_model_param::type::chardev:
        case qemu_model_param::type::netdev:
        case qemu_model_param::type::drive:
            m_model_params.push_back(
                std::make_unique<param<std::string>>(*this, row.name, def, row.unit, row.help));
            break;
        }
        if (!row.has_default) {
            m_model_params.back()->leave_default_to(row.what == qemu_model_param::type::link ? "none"
                                                                                             : "QEMU's own");
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
    : module(name, context), m_model(find_qemu_model(context.type())), m_qom(m_model.qom)
{
    declare_params(context);
    describe_param({"properties", "table", "{}", "", "",
                    "any property by QEMU's name, { name = value }: `vp --describe TYPE` lists them"});
    describe_param({"clocks", "table", "{}", "Hz", "", "frequencies of clock inputs by QEMU's name"});
    if (!context.describing()) {
        take_arguments(context);
        m_services = m_instance->services();
        m_instance->add(*this);
    }
}

// QEMU calls into its objects: it ends before the first of them goes.
qemu_object::~qemu_object()
{
    if (m_instance) {
        m_instance->shutdown();
        m_instance->remove(*this);
    }
}

void qemu_object::lose_instance()
{
    m_instance = nullptr;
}

module_context qemu_object::own_context(module &owner, const std::string &type, const char *generic,
                                        const source_location &where)
{
    std::vector<module_context::argument> arguments = {{&owner, "&" + owner.full_name(), where}};

    if (has_qemu_model(type)) {
        return module_context(type, {}, where, arguments);
    }
    arguments.push_back({nullptr, type, where});
    return module_context(generic, {}, where, arguments);
}

void qemu_object::take_arguments(module_context &context)
{
    const size_t count = m_model.qom.empty() ? 2 : 1;
    const char *const first = "a QemuInstance, or a QEMU device that has a bus";

    // Other programs' files may have the object's number as well ({"&qemu_inst", i}), which means nothing
    // here.
    const bool numbered = !m_model.qom.empty() && context.arg_count() == 2 &&
                          context.arg_string(1, "").find_first_not_of("0123456789") == std::string::npos;
    context.expect_args(count, numbered ? 2 : count);
    auto &owner = context.arg<module>(0, first);
    m_parent = dynamic_cast<qemu_object *>(&owner);
    m_instance = m_parent ? m_parent->m_instance : &context.arg<qemu_instance>(0, first);
    if (m_model.qom.empty()) {
        m_qom = context.arg_string(1, "a QOM type (vp --list-qemu-types)");
    }
}

std::string qemu_object::word(const std::string &qemu_name)
{
    std::string text = qemu_name;
    for (char &each : text) {
        each = isalnum(static_cast<unsigned char>(each)) ? each : '_';
    }
    return text;
}

namespace
{

struct feature_search {
    libqemu_feature_kind kind;
    std::string the_word, found;
    std::vector<std::string> names;
};

} // namespace

qemu_object::feature qemu_object::find_feature(libqemu_feature_kind kind, const std::string &the_word,
                                               const source_location &where) const
{
    feature_search search{kind, word(the_word), "", {}};
    const auto look = [](void *opaque, const libqemu_feature *each) {
        auto &self = *static_cast<feature_search *>(opaque);
        if (each->kind == self.kind) {
            self.names.push_back(each->name);
            if (word(each->name) == self.the_word) {
                self.found = each->name;
            }
        }
    };
    for (libqemu_object *object : {m_object, m_child}) {
        char *message = nullptr;
        const int code = object ? m_instance->api().describe(object, look, &search, &message) : LIBQEMU_OK;
        qemu_instance::check(*this, "cannot look at the " + m_qom, code, message);
        if (!search.found.empty()) {
            return {object, search.found};
        }
    }
    static const char *const kinds[] = {"property", "list of inputs", "list of outputs",
                                        "region",   "clock",          "bus"};
    const std::string near = did_you_mean(the_word, search.names);
    throw config_error(where, full_name(),
                       "QEMU's " + m_qom + " has no " + kinds[kind] + " '" + the_word + "'",
                       near.empty() ? "vp --describe " + m_qom + " shows what it has" : near);
}

// --- ports -------------------------------------------------------------------------------------------

// "LIST_in_3": true, and the list's word, and the number.
static bool split_line_name(const std::string &name, const std::string &middle, std::string &list,
                            uint64_t &number)
{
    const size_t at = name.rfind(middle);
    if (at == std::string::npos || at == 0) {
        return false;
    }
    const std::string digits = name.substr(at + middle.size());
    if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) {
        return false;
    }
    list = name.substr(0, at);
    number = std::stoull(digits);
    return true;
}

// By QEMU's own names of lists.
port *qemu_object::find_own_line(const std::string &port_name)
{
    std::string list;
    uint64_t number = 0;
    const bool input = split_line_name(port_name, "_in_", list, number);

    if (!input && !split_line_name(port_name, "_out_", list, number)) {
        return nullptr;
    }
    auto ports = std::make_unique<qemu_model_ports>();
    ports->input = input;
    ports->first = std::to_string(number);
    ports->help = "line of QEMU's list '" + list + "'";
    if (!input && list == "irq") {
        ports->list = "sysbus-irq";
    } else if (list != "gpio") {
        ports->list = list;
        ports->list_is_word = true;
    }
    m_own_ports.push_back(std::move(ports));
    const qemu_model_ports &made = *m_own_ports.back();
    if (input) {
        m_inputs.push_back(std::make_unique<input_line>(*this, port_name, made, std::vector<uint64_t>{}));
        return &m_inputs.back()->end();
    }
    m_outputs.push_back(std::make_unique<output_line>(*this, port_name, made, std::vector<uint64_t>{}));
    return &m_outputs.back()->end();
}

port *qemu_object::find_space(const std::string &port_name)
{
    static const std::string prefix = "bus_";
    if (!m_instance || port_name.compare(0, prefix.size(), prefix) != 0) {
        return nullptr;
    }
    elaboration_scope scope(*this);
    auto socket = std::make_unique<initiator_socket>(port_name.c_str());
    auto master =
        std::make_unique<qemu_bus_master>(*m_instance, *this, *socket, "what QEMU's bus master accesses");
    m_spaces.push_back({port_name.substr(prefix.size()), std::move(socket), std::move(master)});
    return &m_spaces.back().master->end();
}

port *qemu_object::find_port(const std::string &port_name)
{
    std::vector<uint64_t> numbers;

    if (port *known = module::find_port(port_name)) {
        return known;
    }
    const elaboration_scope scope(*this); // of the lines' sockets
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
    port *master = find_space(port_name);
    return master ? master : find_own_line(port_name);
}

// --- the C++ form ------------------------------------------------------------------------------------

static std::string line_name(const std::string &list, const char *direction, unsigned number)
{
    return qemu_object::word(list) + direction + std::to_string(number);
}

qemu_input qemu_object::input(const std::string &list, unsigned number, const char *file, int line_number)
{
    return {*this, line_name(list, "_in_", number), {file, line_number}};
}

qemu_output qemu_object::output(const std::string &list, unsigned number, const char *file, int line_number)
{
    return {*this, line_name(list, "_out_", number), {file, line_number}};
}

qemu_object::input_line &qemu_object::input_line_of(const std::string &port_name,
                                                    const source_location &where)
{
    auto *end = dynamic_cast<input_line::end_port *>(find_port(port_name));

    if (!end) {
        throw config_error(where.line ? where : config().where(), full_name(),
                           "a " + m_qom + " has no input '" + port_name + "' here",
                           "input(NUMBER) and input(\"LIST\", NUMBER) are QEMU's own");
    }
    end->the_line().set_where(where);
    return end->the_line();
}

qemu_object::output_line &qemu_object::output_line_of(const std::string &port_name,
                                                      const source_location &where)
{
    output_line *found = output_line::behind(find_port(port_name));

    if (!found) {
        throw config_error(where, full_name(), "a " + m_qom + " has no output '" + port_name + "' here",
                           "output(NUMBER) and output(\"LIST\", NUMBER) are QEMU's own");
    }
    found->set_where(where);
    return *found;
}

line_input &qemu_object::input_behind(const qemu_input &input)
{
    return input_line_of(input.port_name(), input.where()).in();
}

void qemu_object::bind_output(const std::string &port_name, const source_location &where,
                              sc_core::sc_signal_inout_if<bool> &channel)
{
    output_line_of(port_name, where).bind_channel(channel);
}

void qemu_object::bind_output(const std::string &port_name, const source_location &where,
                              sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &parent)
{
    output_line_of(port_name, where).bind(parent);
}

bool qemu_object::join_output(const std::string &port_name, const source_location &where,
                              const qemu_input &input)
{
    return output_line_of(port_name, where)
        .join(input.owner().input_line_of(input.port_name(), input.where()));
}

sc_core::sc_signal_in_if<bool> &qemu_object::signal_behind(const std::string &port_name,
                                                           const source_location &where)
{
    return output_line_of(port_name, where).channel();
}

initiator_socket &qemu_object::bus(const std::string &property)
{
    const std::string the_word = word(property);

    find_port("bus_" + the_word);
    return *std::find_if(m_spaces.begin(), m_spaces.end(), [&](const space &each) {
                return each.property_word == the_word;
            })->socket;
}

config_node &qemu_object::own_entry(const char *table, const std::string &name, const source_location &where)
{
    expect_own_table(where);
    config_node &entry = config().get_or_make(table).get_or_make(name);
    entry.set_where(where);
    return entry;
}

void qemu_object::give_property(const std::string &property, const setting_value &value,
                                const source_location &where)
{
    value.put(own_entry("properties", property, where));
}

void qemu_object::give_property(const std::string &property, const qemu_object &target,
                                const source_location &where)
{
    own_entry("properties", property, where).set_string(std::string("&") + target.name());
}

void qemu_object::give_clock(const std::string &clock, uint64_t hz, const source_location &where)
{
    own_entry("clocks", clock, where).set_unsigned(hz);
}

// --- properties --------------------------------------------------------------------------------------

void qemu_object::set_property(libqemu_object *of, const std::string &property, const std::string &value,
                               const source_location &where)
{
    char *message = nullptr;
    const int code = m_instance->api().property_set(of, property.c_str(), value.c_str(), &message);
    qemu_instance::check(*this, where, "cannot set property '" + property + "' to '" + value + "'", code,
                         message);
}

void qemu_object::set_clock(const std::string &clock, uint64_t hz, const source_location &where)
{
    char *message = nullptr;
    const int code = m_instance->api().clock_set(m_object, clock.c_str(), hz, &message);
    qemu_instance::check(*this, where, "cannot feed clock '" + clock + "'", code, message);
}

static bool is_link(const config_node &value)
{
    return value.kind() == config_node::type::string && value.as_string()[0] == '&';
}

// "&name" as everywhere in platform files: relative to the module's container, or from the root.
qemu_object &qemu_object::linked(const config_node &value) const
{
    if (!is_link(value)) {
        throw config_error(value.where(), full_name(), "'" + value.key() + "' is " + value.text(),
                           "a link is written \"&module\"");
    }
    const std::string path = value.as_string().substr(1);
    const config_node *container = config().parent();
    sc_core::sc_object *found = sc_core::sc_find_object(path.c_str());
    if (!found && container) {
        found = sc_core::sc_find_object((container->full_name() + "." + path).c_str());
    }
    auto *target = dynamic_cast<qemu_object *>(found);
    if (!target || target->m_instance != m_instance) {
        throw config_error(value.where(), full_name(), "'&" + path + "' is no QEMU object of this instance",
                           "a link names a module that stands for one");
    }
    return *target;
}

void qemu_object::set_link(libqemu_object *of, const std::string &property, const config_node &value)
{
    char *message = nullptr;
    const int code = m_instance->api().link_set(of, property.c_str(), linked(value).m_object, &message);
    qemu_instance::check(*this, value.where(), "cannot set link '" + property + "' to " + value.text(), code,
                         message);
}

static std::string value_text(const config_node &value)
{
    if (value.is_table()) {
        std::string text;
        for (const config_node *each : value.elements()) {
            text += (text.empty() ? "" : ",") + value_text(*each);
        }
        return text;
    }
    value.use();
    if (value.kind() == config_node::type::boolean) {
        return value.as_boolean() ? "on" : "off"; // some properties also know "auto", and only these words
    }
    return value.kind() == config_node::type::string ? value.as_string() : value.text();
}

void qemu_object::set_properties()
{
    if (const config_node *table = config().find("properties")) {
        table->use();
        for (const auto &each : table->children()) {
            const feature found = find_feature(LIBQEMU_FEATURE_PROPERTY, each->key(), each->where());
            each->use();
            is_link(*each) ? set_link(found.of, found.name, *each)
                           : set_property(found.of, found.name, value_text(*each), each->where());
        }
    }
    if (const config_node *table = config().find("clocks")) {
        table->use();
        for (const auto &each : table->children()) {
            set_clock(find_feature(LIBQEMU_FEATURE_CLOCK, each->key(), each->where()).name, each->as_uint64(),
                      each->where());
        }
    }
}

std::string qemu_object::add_backend(const char *kind, const param_base &options)
{
    return m_instance->add_backend(kind, *this, static_cast<const param<std::string> &>(options));
}

void qemu_object::set_model_param(const qemu_model_param &row, const param_base &value)
{
    libqemu_object *const of = row.of_child ? m_child : m_object;

    switch (row.what) {
    case qemu_model_param::type::clock:
        set_clock(row.property, static_cast<const param<uint64_t> &>(value).get(), value.where());
        break;
    case qemu_model_param::type::link:
        set_link(of, row.property, *config().find(row.name));
        break;
    case qemu_model_param::type::chardev:
        set_property(of, row.property, add_backend("chardev", value), value.where());
        break;
    case qemu_model_param::type::netdev:
        set_property(of, row.property, add_backend("netdev", value), value.where());
        break;
    case qemu_model_param::type::drive:
        set_property(of, row.property, add_backend("drive", value), value.where());
        break;
    default:
        set_property(of, row.property, property_text(row, value), value.where());
    }
}

void qemu_object::set_model_params()
{
    for (size_t i = 0; i < m_model.params.size(); i++) {
        if (m_model_params[i]->given() || m_model.params[i].has_default) {
            set_model_param(m_model.params[i], *m_model_params[i]);
        }
    }
}

// --- life --------------------------------------------------------------------------------------------

// The objects that must be there before.
std::vector<qemu_object *> qemu_object::needed() const
{
    std::vector<qemu_object *> all;
    if (m_parent) {
        all.push_back(m_parent);
    }
    for (size_t i = 0; i < m_model.params.size(); i++) {
        if (m_model.params[i].what == qemu_model_param::type::link && m_model_params[i]->given()) {
            all.push_back(&linked(*config().find(m_model.params[i].name)));
        }
    }
    if (const config_node *table = config().find("properties")) {
        for (const auto &each : table->children()) {
            if (is_link(*each)) {
                all.push_back(&linked(*each));
            }
        }
    }
    return all;
}

void qemu_object::bring_up()
{
    if (m_state == bring_up_state::done) {
        return;
    }
    if (m_state == bring_up_state::under_way) {
        fail("its links go round in a circle", "QEMU realizes one object after the other");
    }
    m_state = bring_up_state::under_way;
    for (qemu_object *each : needed()) {
        each->bring_up();
    }
    create();
    realize();
    m_state = bring_up_state::done;
}

void qemu_object::new_object(const std::string &type, const std::string &name, libqemu_object *&made)
{
    char *message = nullptr;
    const int code = m_instance->api().object_new(type.c_str(), name.c_str(), &made, &message);
    qemu_instance::check(*this, "cannot make a " + type, code, message);
}

// "cortex-a53" of "cortex-a53-arm-cpu"; "" if it is no such name.
static std::string cpu_model(const std::string &type)
{
    static const std::string end = "-cpu";
    const size_t at = type.size() > end.size() ? type.size() - end.size() : 0;
    const size_t dash = at > 0 && type.compare(at, end.size(), end) == 0 ? type.rfind('-', at - 1) : 0;

    return dash == std::string::npos ? "" : type.substr(0, dash);
}

// What m_qom stands for in QEMU: a type, or the model of a CPU.
std::string qemu_object::qemu_type() const
{
    struct search {
        const std::string &wanted;
        bool cpu;
        std::string found;
        std::vector<std::string> names;
    } all{m_qom, m_model.is_cpu, "", {}};

    const char *its_kind = nullptr;
    if (m_instance->api().type_exists(m_qom.c_str(), &its_kind)) {
        const bool is_cpu = strcmp(its_kind, "cpu") == 0;
        if (is_cpu != m_model.is_cpu && m_model.inner.empty()) {
            fail("QEMU's '" + m_qom + (is_cpu ? "' is a CPU" : "' is no CPU"),
                 is_cpu ? "it is a qemu_cpu" : "it is a qemu_device");
        }
        return m_qom;
    }
    m_instance->api().types(
        [](void *opaque, const char *type, const char *kind, const char *, const char *) {
            auto &self = *static_cast<search *>(opaque);
            const bool is_cpu = strcmp(kind, "cpu") == 0;
            const std::string model = is_cpu ? cpu_model(type) : "";
            if (is_cpu == self.cpu) {
                self.names.push_back(model.empty() ? type : model);
            }
            self.found = self.cpu && model == self.wanted ? type : self.found;
        },
        &all);
    if (all.found.empty()) {
        const std::string near = did_you_mean(m_qom, all.names);
        fail("this QEMU has no " + std::string(m_model.is_cpu ? "CPU" : "device") + " '" + m_qom + "'",
             near.empty() ? "vp --list-qemu-types lists them" : near);
    }
    return all.found;
}

void qemu_object::create()
{
    m_qom = qemu_type();
    new_object(m_qom, full_name(), m_object);
    if (!m_model.child.empty()) {
        new_object(m_model.child, full_name() + "." + m_model.child, m_child);
    }
    for (const auto &each : m_model.properties) {
        set_property(m_object, each.first, each.second, config().where());
    }
    set_model_params();
    set_properties();
    for (const space &each : m_spaces) {
        char *message = nullptr;
        const std::string property =
            find_feature(LIBQEMU_FEATURE_PROPERTY, each.property_word, config().where()).name;
        const int code =
            m_instance->api().link_memory(m_object, property.c_str(), each.master->create(nullptr), &message);
        qemu_instance::check(*this, "cannot give '" + property + "' an address space", code, message);
    }
}

void qemu_object::realize()
{
    char *message = nullptr;
    int code = m_parent ? m_instance->api().realize_on(m_object, m_parent->m_object, &message)
                        : m_instance->api().realize(m_object, &message);
    qemu_instance::check(*this, "cannot realize the " + m_qom, code, message);
    if (m_child) {
        code = m_instance->api().realize_on(m_child, m_object, &message);
        qemu_instance::check(*this, "cannot realize the " + m_model.child, code, message);
    }
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

void qemu_object::after_reset()
{
    for (const auto &each : m_inputs) {
        each->drive_again();
    }
}

void qemu_object::close()
{
    for (const space &each : m_spaces) {
        each.master->close();
    }
}

} // namespace tk
