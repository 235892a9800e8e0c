// SPDX-License-Identifier: MIT
//
// Looks at runs that never were.
#ifndef TESTS_UNIT_MONITOR_VIEWS_H
#define TESTS_UNIT_MONITOR_VIEWS_H

#include "run_view.h"

#include <memory>

namespace test
{

constexpr uint64_t ms = 1000000000; // ps

// Two active vCPUs, platform.cpu_0 and _1, at 5 and 6 ms, the token with the second; SystemC waits for them.
std::unique_ptr<run_view> two_cpus();

} // namespace test

#endif
