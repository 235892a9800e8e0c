// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/memory_watch.h"

#include <algorithm>
#include <vector>

namespace tk
{

static std::vector<memory_watch *> &watches()
{
    static std::vector<memory_watch *> all;
    return all;
}

memory_watch::memory_watch()
{
    watches().push_back(this);
}

memory_watch::~memory_watch()
{
    auto &all = watches();
    all.erase(std::remove(all.begin(), all.end(), this), all.end());
}

void memory_written(const void *host, uint64_t size)
{
    for (memory_watch *each : watches()) {
        each->on_memory_written(host, size);
    }
}

} // namespace tk
