#pragma once

#include <nlohmann/json_fwd.hpp>

#include "modem/state.h"

namespace mbnrig::modem {

/// The modem's part of Modem::State(), without the control channel.
nlohmann::json Report(const Machine& machine);

}  // namespace mbnrig::modem
