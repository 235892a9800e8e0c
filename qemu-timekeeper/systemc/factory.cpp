// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/factory.h"

#include "timekeeper/systemc/aliases.h"

#include <algorithm>
#include <stdexcept>

#include <dlfcn.h>
#include <unistd.h>

namespace tk
{

module_factory &module_factory::instance()
{
    static module_factory the_factory;
    return the_factory;
}

bool module_factory::insert(entry added)
{
    const std::string type = added.type;
    if (!m_entries.emplace(type, std::move(added)).second) {
        if (m_loading) { // by a static initialiser, which must not throw
            m_twice.push_back(type);
            return false;
        }
        throw std::logic_error("module type '" + type + "' is registered twice");
    }
    return true;
}

// The paths that `file` may mean, in order. Without a slash it is the linker's to search, too.
static std::vector<std::string> candidates(const std::string &file, const source_location &where)
{
    const size_t slash = file.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : file.substr(0, slash + 1);
    const std::string name = slash == std::string::npos ? file : file.substr(slash + 1);
    const std::vector<std::string> names = {name, name + ".so", "lib" + name + ".so"};
    std::vector<std::string> paths;

    for (const std::string &each : names) {
        const std::string path = resolve_path(where, folder + each);
        paths.push_back(path.find('/') == std::string::npos ? "./" + path : path);
    }
    if (folder.empty()) {
        paths.insert(paths.end(), names.begin(), names.end());
    }
    return paths;
}

std::string module_factory::load(const std::string &file, const source_location &where)
{
    const size_t before = m_entries.size();
    std::string reason = "there is no such file, nor one in LD_LIBRARY_PATH";
    void *handle = nullptr;

    m_loading = true;
    m_twice.clear();
    for (const std::string &path : candidates(file, where)) {
        handle = handle ? handle : dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        // A file that is there, and cannot be loaded, is what was meant.
        if (!handle && access(path.c_str(), F_OK) == 0) {
            reason = dlerror();
            break;
        }
    }
    m_loading = false;
    if (!handle) {
        return "cannot load '" + file + "': " + reason;
    }
    if (!m_twice.empty()) {
        return "'" + file + "' registers moduletype '" + m_twice.front() + "', which there is already";
    }
    return m_entries.size() == before ? "'" + file +
                                            "' registers no moduletype here; is it built with this "
                                            "qemu-timekeeper, and does it say TK_MODULE?"
                                      : "";
}

bool module_factory::add(const std::string &type, const std::string &help, create_fn create)
{
    return insert({type, help, std::move(create), false});
}

bool module_factory::add_service(const std::string &type, const std::string &help, create_fn create)
{
    return insert({type, help, std::move(create), true});
}

std::vector<const module_factory::entry *> module_factory::services() const
{
    std::vector<const entry *> list;
    for (const std::string &type : types()) {
        const entry &each = m_entries.at(type);
        if (each.service) {
            list.push_back(&each);
        }
    }
    return list;
}

const module_factory::entry *module_factory::find(const std::string &type) const
{
    auto at = m_entries.find(type);
    if (at == m_entries.end()) {
        at = m_entries.find(alias_of_type(type));
    }
    return at == m_entries.end() ? nullptr : &at->second;
}

std::vector<std::string> module_factory::types() const
{
    std::vector<std::string> names;
    for (const auto &each : m_entries) {
        names.push_back(each.first);
    }
    std::sort(names.begin(), names.end(), natural_less);
    return names;
}

std::vector<std::string> module_factory::aliases_of(const std::string &type) const
{
    return aliases_of_type(type);
}

std::string module_factory::port_alias(const std::string &type, const std::string &port_name) const
{
    return alias_of_port(type, port_name);
}

} // namespace tk
