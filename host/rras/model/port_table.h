#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "rras/model/connection_table.h"
#include "rras/model/handles.h"
#include "rras/model/modem_view.h"
#include "rras/model/values.h"

namespace mbnrig::rras {

/// A modem's connection (MBIM session 0), up or not. It exists while the modem does.
struct Port {
  std::string modem;  ///< interface ID
  std::string device_name;
  int number = 0;  ///< in the port's name: "MBN1"
  RAS_PORT_CONDITION condition = RAS_PORT_NON_OPERATIONAL;
  HandleNumber connection = kNoHandle;
  std::uint32_t total_calls = 0;
};

/// The router's ports and their connections. Not thread-safe: the router locks it.
class PortTable {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  /// `now` is the clock for the durations of connections.
  explicit PortTable(Now now = &std::chrono::steady_clock::now) : now_(std::move(now)) {}

  /// Brings ports and connections in line with the modems. Throws std::bad_alloc.
  void Follow(const std::vector<ModemView>& modems);

  /// The port of a handle; null if there is none.
  const Port* Find(HandleNumber port) { return ports_.Find(port); }

  /// The connection over a modem; kNoHandle if there is none.
  HandleNumber ConnectionOver(const std::string& modem) const;
  /// This connection has been hung up. If its modem is up all the same, that is a new connection.
  void HungUp(HandleNumber connection);

  /// In the order in which the modems came. Throws std::bad_alloc.
  std::vector<PortView> Views();

 private:
  Port& PortOf(const ModemView& modem);
  int FreeNumber() const;

  const Now now_;
  HandleTable<Port> ports_;
  ConnectionTable connections_;
};

}  // namespace mbnrig::rras
