// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/device.h"

#include "timekeeper/systemc/access_extension.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/qemu/region.h"

#include <algorithm>
#include <cstring>

#include <tlm_utils/simple_target_socket.h>

namespace tk
{

// One memory-mapped region of the device, as a TLM target.
class qemu_device::region_port
{
  public:
    region_port(qemu_device &owner, const std::string &name, const qemu_model_ports &ports, uint64_t index)
        : m_owner(owner), m_index(index), m_socket(name.c_str()), m_port(owner, name, m_socket, ports.help)
    {
        m_socket.register_b_transport(this, &region_port::b_transport);
        m_socket.register_transport_dbg(this, &region_port::transport_dbg);
        m_socket.register_get_direct_mem_ptr(this, &region_port::get_direct_mem_ptr);
    }

    port &end() { return m_port; }
    any_target_socket &any() { return m_any; }
    // Realized: throws if there is no such region.
    void check()
    {
        if (!memory()) {
            m_owner.fail("QEMU's " + m_owner.qom() + " has no region " + std::to_string(m_index) + ", for '" +
                             m_port.name() + "'",
                         "vp --describe " + m_owner.qom() + " shows what it has");
        }
    }

  private:
    libqemu_memory *memory()
    {
        if (!m_memory) {
            m_memory =
                m_owner.instance().api().memory_of_device(m_owner.object(), static_cast<unsigned>(m_index));
        }
        return m_memory;
    }

    // One access of at most 8 bytes, as the bus of QEMU has them.
    bool access(tlm::tlm_generic_payload &payload)
    {
        libqemu_access access{};
        unsigned char *const data = payload.get_data_ptr();

        access.address = payload.get_address();
        access.size = payload.get_data_length();
        access.cpu = -1;
        access.is_write = payload.is_write();
        if (const auto *from = payload.get_extension<access_extension>()) {
            access.requester_id = from->requester_id;
            access.secure = from->secure;
            access.user = !from->privileged;
        }
        if (access.is_write) {
            memcpy(&access.data, data, access.size);
        }
        if (m_owner.instance().api().memory_access(memory(), &access) != LIBQEMU_ACCESS_OK) {
            return false;
        }
        if (!access.is_write) {
            memcpy(data, &access.data, access.size);
        }
        return true;
    }

    // The access is made at its time, so where it may wait it waits for that first.
    static void come_to(sc_core::sc_time &delay)
    {
        const sc_core::sc_curr_proc_kind kind = sc_core::sc_get_current_process_handle().proc_kind();

        if (delay != sc_core::SC_ZERO_TIME &&
            (kind == sc_core::SC_THREAD_PROC_ || kind == sc_core::SC_CTHREAD_PROC_)) {
            sc_core::wait(delay);
            delay = sc_core::SC_ZERO_TIME;
        }
    }

    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        come_to(delay);
        keeper::instance()->rouse();
        keeper::instance()->note_delivery();
        const unsigned length = payload.get_data_length();

        if (!memory() || payload.get_address() >= m_owner.instance().api().memory_size(m_memory)) {
            payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        } else if (payload.get_byte_enable_ptr()) {
            payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        } else if ((length != 1 && length != 2 && length != 4 && length != 8) ||
                   payload.get_streaming_width() < length) {
            payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        } else if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) {
            payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
        } else {
            payload.set_response_status(access(payload) ? tlm::TLM_OK_RESPONSE
                                                        : tlm::TLM_GENERIC_ERROR_RESPONSE);
            payload.set_dmi_allowed(true); // for CPUs of the same QEMU
        }
    }

    unsigned transport_dbg(tlm::tlm_generic_payload &)
    {
        return 0; // a device's registers have side effects
    }

    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi)
    {
        auto *request = payload.get_extension<qemu_region_extension>();

        if (!request || request->instance != &m_owner.instance() || !memory()) {
            dmi.init();
            return false;
        }
        const uint64_t size = m_owner.instance().api().memory_size(m_memory);
        if (payload.get_address() >= size) { // the window is larger
            dmi.init();
            dmi.allow_none();
            dmi.set_start_address(size);
            return false;
        }
        request->region = m_memory;
        request->address = payload.get_address();
        dmi.init();
        dmi.set_start_address(0);
        dmi.set_end_address(size - 1);
        dmi.allow_read_write();
        return true;
    }

    qemu_device &m_owner;
    const uint64_t m_index;
    tlm_utils::simple_target_socket_optional<region_port> m_socket;
    tlm_target_port m_port;
    any_target_socket m_any{m_socket};
    libqemu_memory *m_memory = nullptr;
};

qemu_device::qemu_device(const sc_core::sc_module_name &name, module_context &context)
    : qemu_object(name, context)
{
    if (!context.describing() && model().is_cpu) {
        fail("'" + type() + "' is a CPU", "it is a tk::qemu_cpu");
    }
    for (const qemu_model_ports &ports : model().regions) {
        describe_ports(ports.pattern, port::kind::tlm_target, ports.help);
    }
}

qemu_device::qemu_device(const sc_core::sc_module_name &name, qemu_instance &qemu, const std::string &type,
                         const char *file, int line_number)
    : qemu_device(name, own_context(qemu, type, "qemu_device", {file, line_number}).self())
{
}

qemu_device::qemu_device(const sc_core::sc_module_name &name, qemu_object &parent, const std::string &type,
                         const char *file, int line_number)
    : qemu_device(name, own_context(parent, type, "qemu_device", {file, line_number}).self())
{
}

any_target_socket &qemu_device::mmio(unsigned number)
{
    const std::string name = "mmio_" + std::to_string(number);

    find_port(name);
    return (*std::find_if(m_regions.begin(), m_regions.end(),
                          [&name](const auto &each) { return each->end().name() == name; }))
        ->any();
}

qemu_device::~qemu_device()
{
    if (has_instance()) {
        instance().shutdown();
    }
}

void qemu_device::wire()
{
    for (const auto &each : m_regions) {
        each->check();
    }
    qemu_object::wire();
}

port *qemu_device::find_port(const std::string &port_name)
{
    std::vector<uint64_t> numbers;

    if (port *known = qemu_object::find_port(port_name)) {
        return known;
    }
    for (const qemu_model_ports &ports : model().regions) {
        if (match_ports(ports.pattern, port_name, numbers)) {
            elaboration_scope scope(*this);
            m_regions.push_back(
                std::make_unique<region_port>(*this, port_name, ports, port_index(ports, numbers)));
            return &m_regions.back()->end();
        }
    }
    if (match_ports("mmio_%", port_name, numbers)) {
        static const qemu_model_ports any{"mmio_%", "", "memory-mapped region n", false, false, "0", {}};
        elaboration_scope scope(*this);
        m_regions.push_back(std::make_unique<region_port>(*this, port_name, any, numbers[0]));
        return &m_regions.back()->end();
    }
    return nullptr;
}

} // namespace tk
