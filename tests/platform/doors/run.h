// SPDX-License-Identifier: MIT
//
// One run of a board (board.lua), and what came out of it.
#ifndef TESTS_DOORS_RUN_H
#define TESTS_DOORS_RUN_H

#include "support/program.h"

#include <nlohmann/json.hpp>

#include <string>

namespace doors
{

struct outcome {
    test::finished end;
    nlohmann::json stats; // empty if it ended badly

    // What `module` says at its end of "<number> <what>"; throws if it does not.
    uint64_t said(const std::string &module, const std::string &what) const;
};

// Runs board { `spec` }.
outcome run(const std::string &spec);

} // namespace doors

#endif
