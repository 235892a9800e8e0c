// SPDX-License-Identifier: MIT
//
// b_transport through a router into a gs_memory, and into a device's register, without QEMU.
#include "test_modules.h"
#include "test_platform.h"

#include <benchmark/benchmark.h>
#include <systemc>

#include <memory>

namespace
{

const char *const board = R"(platform = {
    r = { moduletype = 'router' },
    cpu = { moduletype = 'test_initiator', socket = { bind = '&r.target_socket' } },
    ram = { moduletype = 'gs_memory',
            target_socket = { address = 0x40000000, size = 0x100000, bind = '&r.initiator_socket' } },
    timer = { moduletype = 'sc_timer',
              target_socket = { address = 0x0a100000, size = 0x1000, bind = '&r.initiator_socket' } },
    exiter = { moduletype = 'exiter',
               target_socket = { address = 0x0a200000, size = 0x1000, bind = '&r.initiator_socket' } },
})";

std::unique_ptr<test::platform> s_platform;

void transport(benchmark::State &state, tlm::tlm_command command, uint64_t address)
{
    auto &cpu = s_platform->get<test::initiator>("cpu");
    unsigned char data[4] = {};
    tlm::tlm_generic_payload payload;
    test::fill(payload, command, address, data, sizeof(data));
    while (state.KeepRunning()) {
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        cpu.transport(payload);
    }
    if (payload.get_response_status() != tlm::TLM_OK_RESPONSE) {
        state.SkipWithError("the transaction was refused");
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

void router_memory_read(benchmark::State &state)
{
    transport(state, tlm::TLM_READ_COMMAND, 0x40000100);
}
BENCHMARK(router_memory_read);

void router_memory_write(benchmark::State &state)
{
    transport(state, tlm::TLM_WRITE_COMMAND, 0x40000100);
}
BENCHMARK(router_memory_write);

void router_register_read(benchmark::State &state)
{
    transport(state, tlm::TLM_READ_COMMAND, 0x0a10001c);
}
BENCHMARK(router_register_read);

} // namespace

int sc_main(int argc, char *argv[])
{
    benchmark::Initialize(&argc, argv);
    s_platform = std::make_unique<test::platform>(board);
    test::settle();
    benchmark::RunSpecifiedBenchmarks();
    s_platform.reset();
    return 0;
}
