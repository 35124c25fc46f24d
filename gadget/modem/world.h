#pragma once

/// Changing the world around the modem by key (Modem::Set), and telling how it stands
/// (Modem::State).

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "modem/state.h"

namespace mbnrig::modem {

/// What one key of a Set does once all keys are known to be good.
using Change = std::function<void(Machine&)>;

/// Reads every key of `changes`, an object. Throws std::invalid_argument naming the key, what was
/// expected and the nearest valid key; nothing has changed then.
std::vector<Change> ReadChanges(const Machine& machine, const nlohmann::json& changes);

/// The keys as a Markdown table; docs/faults.md carries it, a test compares.
std::string WorldKeyTable();

/// The modem's part of State(): everything but the control channel.
nlohmann::json Report(const Machine& machine);

}  // namespace mbnrig::modem
