// SPDX-License-Identifier: MIT
#include "script.h"

#include "firmware/script.h"
#include "machine.h"

namespace conformance
{

const unsigned script::step = SCRIPT_STEP;
const int script::differs = SCRIPT_DIFFERS;
const uint64_t script::aborted = SCRIPT_ABORTED;

static unsigned log2_of(unsigned size)
{
    unsigned log2 = 0;
    while (1u << log2 < size) {
        log2++;
    }
    return log2;
}

script &script::add(uint64_t operation, uint64_t address, uint64_t value)
{
    m_steps.push_back({operation, address, value});
    return *this;
}

script &script::read(unsigned size, uint64_t address, uint64_t expected)
{
    return add(SCRIPT_READ(log2_of(size)), address, expected);
}

script &script::write(unsigned size, uint64_t address, uint64_t value)
{
    return add(SCRIPT_WRITE(log2_of(size)), address, value);
}

script &script::pause(uint64_t turns)
{
    return add(SCRIPT_PAUSE, 0, turns);
}

script &script::end(int code)
{
    return add(SCRIPT_END, MACHINE_EXIT_BASE, static_cast<uint64_t>(code));
}

void script::load(tk::settings &loader, const std::string &entry, unsigned cpu) const
{
    unsigned number = 0;
    const auto word = [&](uint64_t value) {
        for (unsigned shift = 0; shift < 64; shift += 32) {
            loader.emplace_back(entry + ".data." + std::to_string(++number),
                                static_cast<uint32_t>(value >> shift));
        }
    };

    loader.emplace_back(entry + ".address", SCRIPT_BASE + uint64_t(cpu) * SCRIPT_STRIDE);
    for (const step_of &each : m_steps) {
        word(each.operation);
        word(each.address);
        word(each.value);
    }
    word(SCRIPT_STOP);
    word(0);
    word(0);
}

} // namespace conformance
