// SPDX-License-Identifier: MIT
//
// The models are those of SystemC 3, whose SC_THREAD and SC_METHOD need no SC_HAS_PROCESS. SystemC 2.3.4's
// find the module's class by a type that SC_HAS_PROCESS declares: here they find it as SystemC 3's do.
// Included before any of the models.
#ifndef TESTS_CONFORMANCE_PROCESSES_H
#define TESTS_CONFORMANCE_PROCESSES_H

#include <systemc>

#include <type_traits>

#if SC_VERSION_MAJOR < 3
#undef SC_HAS_PROCESS
#undef SC_CTOR
#define SC_HAS_PROCESS(module) static_assert(true, "nothing is needed")
#define SC_CTOR(module) module(::sc_core::sc_module_name)
#define SC_CURRENT_USER_MODULE std::remove_reference_t<decltype(*this)>
#endif

#endif
