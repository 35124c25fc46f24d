#pragma once

#include <nlohmann/json_fwd.hpp>

#include "fault/rule.h"

namespace mbnrig {

/// A rule in the form that scenario::ParseRule reads: only the keys that differ from their default
/// or have a meaning with the rule's seam and action.
nlohmann::json ToJson(const fault::Rule& rule);

/// A rule with its state: {"id", "rule", "hits", "released"}.
nlohmann::json ToJson(const fault::RuleState& state);

}  // namespace mbnrig
