#pragma once

#include <chrono>

#include "rras/model/handles.h"

namespace mbnrig::rras {

/// The connection of a port, for as long as it is up.
struct Connection {
  std::chrono::steady_clock::time_point since;
};

using ConnectionTable = HandleTable<Connection>;

}  // namespace mbnrig::rras
