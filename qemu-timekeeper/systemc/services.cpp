// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/services.h"

#include "timekeeper/systemc/keeper.h"

namespace tk
{

static bool s_stand;
static std::weak_ptr<shared_services> s_shared;

std::vector<const module_factory::entry *> missing_services()
{
    std::vector<const module_factory::entry *> missing;

    for (const module_factory::entry *each : module_factory::instance().services()) {
        if (!s_stand && !(each->type == "keeper" && keeper::instance())) {
            missing.push_back(each);
        }
    }
    return missing;
}

void set_services_stand(bool stand)
{
    s_stand = stand;
}

std::shared_ptr<shared_services> shared_services::get(const source_location &where)
{
    std::shared_ptr<shared_services> shared = s_shared.lock();

    if (!shared && !s_stand) {
        shared.reset(new shared_services(where));
        s_shared = shared;
    }
    return shared;
}

shared_services::shared_services(const source_location &where)
{
    const elaboration_scope top_level;

    for (const module_factory::entry *each : missing_services()) {
        module_context context(each->type, {}, where);
        const sc_core::sc_module_name name(each->type.c_str());
        m_modules.push_back(each->create(name, context));
    }
    s_stand = true;
}

shared_services::~shared_services()
{
    while (!m_modules.empty()) {
        m_modules.pop_back();
    }
    s_stand = false;
}

} // namespace tk
