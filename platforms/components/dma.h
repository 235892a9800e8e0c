// SPDX-License-Identifier: MIT
//
// dma: copies memory while CPUs run. A register map of our own, 32-bit registers, little endian:
//
//   0x00 CTRL        rw  bit 0 START (reads 0): begins, if not busy; bit 1 IRQ_ENABLE; bit 2 ABORT (reads 0):
//                        ends after the burst that is under way
//   0x04 STATUS      rw  bit 0 BUSY; bit 1 DONE, bit 2 ERROR, bit 3 ABORTED: write 1 to clear
//   0x08 SRC_LO, 0x0c SRC_HI     rw  what is copied
//   0x10 DST_LO, 0x14 DST_HI     rw  where to
//   0x18 LENGTH      rw  bytes
//   0x1c CHAIN_LO, 0x20 CHAIN_HI rw  the first descriptor; 0: none, the registers above hold
//   0x24 MOVED_LO, 0x28 MOVED_HI r   bytes written since START
//   0x2c FAULT_LO, 0x30 FAULT_HI r   the address that answered with an error
//   0x34 ID          r   0x544b444d
//
// A descriptor is 32 bytes in memory, little endian: source (8 bytes), destination (8), length (4), flags (4:
// bit 0 sets DONE when this one is copied, although others follow), next descriptor (8; 0: the last).
//
// `irq` is high while IRQ_ENABLE and one of DONE, ERROR and ABORTED are set.
//
// A start at the initiator's local time t begins at t. Data moves in bursts that end at multiples of
// burst_bytes in the source and in the destination (a TLM transaction may not leave its target's address
// window), by read and write transactions; each takes what the targets add to the delay, and its share of
// bytes_per_second. So CPUs see the copy grow while they run. A destination must not overlap what is still to
// be read: bytes are copied upwards.
//
// A reset ends a copy after the burst that is under way.
//
// Code that is overwritten is seen by QEMU's CPUs after the burst (memory_watch.h); as on hardware, a CPU may
// finish the block of code that it is in.
#ifndef PLATFORMS_COMPONENTS_DMA_H
#define PLATFORMS_COMPONENTS_DMA_H

#include "delayed_lines.h"
#include "register_target.h"
#include "ticks.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <vector>

namespace components
{

class dma : public register_target
{
  public:
    dma(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    struct job {
        uint64_t source = 0, destination = 0, next = 0;
        uint32_t length = 0, flags = 0;
    };

    void start(sc_core::sc_time &delay);
    void run();
    void run_chain(const job &first);
    bool fetch(uint64_t address, job &into);
    bool copy(const job &what);
    bool move(uint64_t source, uint64_t destination, uint32_t length);
    bool access(tlm::tlm_command command, uint64_t address, unsigned char *data, uint32_t length);
    uint32_t burst(uint64_t source, uint64_t destination, uint32_t left) const;
    sc_core::sc_time time_for(uint32_t length);
    void finish(uint32_t flag);
    void set_status(uint32_t flag);
    void update_line(const sc_core::sc_time &delay);

    tk::param<uint64_t> m_burst_bytes{
        *this,     "burst_bytes", 4096, "bytes", "length of a transaction; bursts end at multiples of it",
        {1, 65536}};
    tk::param<uint64_t> m_bytes_per_second{*this,
                                           "bytes_per_second",
                                           1000000000,
                                           "bytes/s",
                                           "how fast it copies; 0: as fast as the targets are",
                                           {0, UINT64_C(1000000000000)}};
    tlm_utils::simple_initiator_socket<dma> m_memory{"initiator_socket"};
    tk::tlm_initiator_port m_memory_port{*this, "initiator_socket", m_memory, "what it copies"};
    sc_core::sc_out<bool> m_irq{"irq"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "high while the end of a copy is not acknowledged"};
    delayed_lines m_line{"irq", [this](uint32_t level) { m_irq.write(level != 0); }};
    sc_core::sc_event m_begin{"begin"};

    std::vector<unsigned char> m_data;
    job m_programmed; // what the registers say
    job m_first;      // what they said at START
    uint64_t m_chain = 0;
    uint64_t m_moved = 0;
    uint64_t m_fault = 0;
    uint64_t m_time_left_over = 0; // of the last burst's share, in 1e-12 s / bytes_per_second
    uint32_t m_status = 0;
    bool m_irq_enable = false;
    bool m_abort = false;
    bool m_starts = false;  // a run is to begin at m_start_ps
    bool m_dropped = false; // a reset has ended the run that may still be under way
    uint64_t m_start_ps = 0;
};

} // namespace components

#endif
