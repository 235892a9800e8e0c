// SPDX-License-Identifier: MIT
#include "run.h"
#include "support/scratch.h"

#include <fstream>
#include <regex>
#include <stdexcept>

namespace doors
{

outcome run(const std::string &spec)
{
    const test::scratch where;
    outcome result;

    std::ofstream(where.file("p.lua"))
        << "models = \"" MODELS "\"\ndofile(\"" BOARD "\")\nplatform = board {\n"
        << spec << "\n}\n";
    result.end = test::run(VP_PROGRAM, {"p.lua", "--stats=stats.json"}, where.path());
    std::ifstream stats(where.file("stats.json"));
    if (stats) {
        stats >> result.stats;
    }
    return result;
}

uint64_t outcome::said(const std::string &module, const std::string &what) const
{
    const std::regex line("platform\\." + module + ":.* ([0-9]+) " + what);
    std::smatch found;

    if (!std::regex_search(end.out, found, line)) {
        throw std::runtime_error("exit code " + std::to_string(end.code) + "\n" + end.out + end.err);
    }
    return std::stoull(found[1]);
}

} // namespace doors
