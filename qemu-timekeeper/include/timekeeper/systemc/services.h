// SPDX-License-Identifier: MIT
//
// What a simulation has once, for all platforms and QEMUs in it: the keeper, the system reset, and what else
// TK_SERVICE registers. The first platform makes them, or the first tk::qemu_instance of the C++ form.
//
// Thread: SystemC's, in elaboration.
#ifndef TIMEKEEPER_SYSTEMC_SERVICES_H
#define TIMEKEEPER_SYSTEMC_SERVICES_H

#include "timekeeper/systemc/factory.h"
#include "timekeeper/systemc/module.h"

#include <memory>
#include <vector>

namespace tk
{

// Those that the simulation still lacks. A tk::keeper that a model has as a member is none of them.
std::vector<const module_factory::entry *> missing_services();
// Says that a platform has made them all (true), or that they are gone with it.
void set_services_stand(bool stand);

// The services of a simulation without a platform, at the top level. They live as long as one of those that
// got them.
class shared_services
{
  public:
    // Makes those that the simulation lacks; `where` is their place in errors. nullptr: a platform has them.
    static std::shared_ptr<shared_services> get(const source_location &where);
    ~shared_services();
    shared_services(const shared_services &) = delete;
    shared_services &operator=(const shared_services &) = delete;

  private:
    explicit shared_services(const source_location &where);

    std::vector<std::unique_ptr<module>> m_modules;
};

} // namespace tk

#endif
