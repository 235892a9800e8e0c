// SPDX-License-Identifier: MIT
//
// Who writes memory past those that have direct access to it tells them.
//
// A CPU that was given a direct memory pointer may keep something that it made from the memory's content:
// QEMU keeps translated code. TLM-2.0 has no word for "the pointer is still good, the bytes are new"
// (invalidate_direct_mem_ptr() takes the pointer away, and translated code outlives that). So a memory calls
// memory_written() for each write that reaches it as a transaction or a debug access, and each QEMU instance
// watches.
//
// Thread: SystemC's, or whoever holds its baton.
#ifndef TIMEKEEPER_SYSTEMC_MEMORY_WATCH_H
#define TIMEKEEPER_SYSTEMC_MEMORY_WATCH_H

#include <cstdint>

namespace tk
{

class memory_watch
{
  public:
    memory_watch();
    virtual ~memory_watch();
    memory_watch(const memory_watch &) = delete;
    memory_watch &operator=(const memory_watch &) = delete;

    // `size` (> 0) bytes at `host` have been written, maybe with what was there before. Must not wait.
    virtual void on_memory_written(const void *host, uint64_t size) = 0;
};

// Tells all watches. The bytes must be in place already.
void memory_written(const void *host, uint64_t size);

} // namespace tk

#endif
