/* SPDX-License-Identifier: MIT
 *
 * Device registers. One access each, of exactly the size in the name, in program order (the MMU maps
 * devices as Device-nGnRnE). `address` must be a multiple of the size.
 */
#ifndef FIRMWARE_MMIO_H
#define FIRMWARE_MMIO_H

#include <stdint.h>

static inline void mmio_write32(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}
static inline uint32_t mmio_read32(uintptr_t address)
{
    return *(volatile uint32_t *)address;
}
static inline void mmio_write64(uintptr_t address, uint64_t value)
{
    *(volatile uint64_t *)address = value;
}
static inline uint64_t mmio_read64(uintptr_t address)
{
    return *(volatile uint64_t *)address;
}

#endif
