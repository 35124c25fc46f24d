#pragma once

/// Changes the world around a running modem by key (Modem::Set).

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "modem/state.h"
#include "scenario/key.h"

namespace mbnrig::modem {

/// A Set request while its keys are read. Nothing of it takes effect before all keys are good.
struct Change {
  const Machine& machine;                                   ///< as it is now
  scenario::Scenario world;                                 ///< the world as it will be
  std::vector<std::function<void(Machine&)>> actions = {};  ///< carried out once it is so
};

/// The keys that Set takes: those of a scenario that are live, and those that exist only while a
/// modem runs. Each has its whole path as its name.
const scenario::Keys<Change>& WorldKeys();

/// Reads every key of `changes`, an object. Throws std::invalid_argument that names the key, what
/// was expected and the nearest valid key.
Change ReadChanges(const Machine& machine, const nlohmann::json& changes);

/// Puts the change into effect. What follows from it is for Settle().
void Apply(Machine& machine, Change change);

/// The keys as a Markdown table, for docs/faults.md.
std::string WorldKeyTable();

}  // namespace mbnrig::modem
