// SPDX-License-Identifier: MIT
#include "journal.h"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <tuple>

namespace conformance
{

static auto fields(const event &e)
{
    return std::tie(e.probe, e.kind, e.command, e.length, e.address, e.data, e.begin_ps, e.end_ps, e.response,
                    e.phase, e.new_phase, e.status, e.elsewhere);
}

bool operator==(const event &a, const event &b)
{
    return fields(a) == fields(b);
}

std::ostream &operator<<(std::ostream &out, const event &e)
{
    static const char *const kinds[] = {"b_transport", "nb_transport_fw", "nb_transport_bw"};

    out << "probe " << e.probe << ": " << kinds[static_cast<unsigned>(e.kind)] << " command " << e.command
        << ", " << e.length << " bytes at 0x" << std::hex << e.address << ", data 0x" << e.data << std::dec
        << ", " << e.begin_ps << " to " << e.end_ps << " ps, response " << e.response;
    if (e.kind != call::blocking) {
        out << ", phase " << e.phase << " to " << e.new_phase << ", status " << e.status;
    }
    return out << (e.elsewhere ? ", NOT ON SYSTEMC'S THREAD" : "");
}

template <typename Condition>
static journal those(const journal &all, Condition condition)
{
    journal some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some), condition);
    std::stable_sort(some.begin(), some.end(), [](const event &a, const event &b) {
        return std::tie(a.begin_ps, a.address, a.kind, a.phase) <
               std::tie(b.begin_ps, b.address, b.kind, b.phase);
    });
    return some;
}

journal of_probe(const journal &all, uint32_t probe)
{
    return those(all, [probe](const event &each) { return each.probe == probe; });
}

journal before(const journal &all, uint64_t end_ps)
{
    return those(all, [end_ps](const event &each) { return each.begin_ps < end_ps; });
}

} // namespace conformance
