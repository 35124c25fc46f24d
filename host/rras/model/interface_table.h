#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "rras/model/handles.h"
#include "rras/model/modem_view.h"
#include "rras/model/values.h"

namespace mbnrig::rras {

/// One attempt to connect an interface.
struct Attempt {
  std::uint64_t completion = 0;  ///< that of the ConnectRequest
  std::string modem;             ///< interface ID
  std::string profile;
  bool over = false;
  DWORD error = NO_ERROR;
};

struct Interface {
  InterfaceRequest request;
  ROUTER_CONNECTION_STATE state = ROUTER_IF_STATE_DISCONNECTED;
  std::string modem;                 ///< interface ID, while connecting or connected
  std::shared_ptr<Attempt> attempt;  ///< the last one, which may be over
};

/// Whether an interface of this type (ROUTER_INTERFACE_TYPE) dials.
bool CanDial(std::uint32_t type);
/// Whether an interface of this type exists only where the demand-dial manager runs.
bool NeedsDdm(std::uint32_t type);

/// The router's interfaces. Not thread-safe: the router locks it.
class InterfaceTable {
 public:
  /// The new handle, or kNoHandle if an interface has the name already. Throws std::bad_alloc.
  HandleNumber Add(const InterfaceRequest& request);
  void Remove(HandleNumber handle) { interfaces_.Remove(handle); }

  /// The interface of a handle; null if there is none. Valid until it is removed.
  Interface* Find(HandleNumber handle) { return interfaces_.Find(handle); }

  /// Interfaces whose modem has hung up or has gone are not connected any more.
  void Follow(const std::vector<ModemView>& modems);

  /// The modems that interfaces are connecting over. Throws std::bad_alloc.
  std::set<std::string> Dialling() const;

  /// The attempts that made the present connections over a modem. Throws std::bad_alloc.
  using Connections = std::vector<std::shared_ptr<Attempt>>;
  Connections ConnectionsOver(const std::string& modem) const;
  /// These connections have been hung up. An interface that has connected again stays connected.
  void HungUp(const Connections& connections);
  /// The present connections over a modem have ended. Whether there were any.
  bool Ended(const std::string& modem);

  /// Whether the modems can have changed the state of any interface since the last Follow. An
  /// attempt under way ends by its completion, so modems matter to connected interfaces only.
  bool DependsOnModems() const;

  /// In the order in which they were created. Throws std::bad_alloc.
  std::vector<InterfaceView> Views() const;

  /// The modems that interfaces are connected over or are connecting over, in the order of their
  /// interfaces. Throws std::bad_alloc.
  struct Dialled {
    std::string modem;
    bool connecting = false;
  };
  std::vector<Dialled> AllDialled() const;

 private:
  HandleTable<Interface> interfaces_;
};

}  // namespace mbnrig::rras
