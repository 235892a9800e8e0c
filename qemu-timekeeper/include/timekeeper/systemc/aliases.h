// SPDX-License-Identifier: MIT
//
// What platform files of other programs call things, in one table (aliases.cpp): module types, sockets,
// parameters, words for values; parameters that mean nothing here; and what there is none of, with advice.
//
// Thread: SystemC's (elaboration).
#ifndef TIMEKEEPER_SYSTEMC_ALIASES_H
#define TIMEKEEPER_SYSTEMC_ALIASES_H

#include "timekeeper/systemc/config.h"

#include <string>
#include <vector>

namespace tk
{

// The type that `type` is another name for; "" if it is none.
std::string alias_of_type(const std::string &type);
// The other names of a type.
std::vector<std::string> aliases_of_type(const std::string &type);
// The name of the port that `port` stands for at a module of that type; `port` itself if it is no alias.
std::string alias_of_port(const std::string &type, const std::string &port);
// For a type that files name and that is not here: what to do instead; "" if nothing is known.
std::string advice_for_type(const std::string &type);

// Puts our names into the table of a module of type `type`, and marks as used what means nothing here.
// Returns one line for each value that cannot be meant here.
std::vector<std::string> apply_aliases(config_node &module, const std::string &type);

} // namespace tk

#endif
