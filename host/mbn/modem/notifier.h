#pragma once

/// Where the service's news goes: to the sinks of clients (com_notifier.h), or to a test.

#include "mbn/modem/modem_state.h"
#include "mbn/profile/profile.h"

namespace mbnrig::mbn {

/// Called on the service's event thread only, one call at a time, with no lock of the service held.
class Notifier {
 public:
  virtual ~Notifier() = default;

  virtual void InterfaceArrived(const Snapshot& modem) = 0;
  virtual void InterfaceRemoved(const Snapshot& modem) = 0;
  virtual void CapabilityAvailable(const Snapshot& modem) = 0;
  virtual void SubscriberChanged(const Snapshot& modem) = 0;
  virtual void ReadyStateChanged(const Snapshot& modem) = 0;
  virtual void HomeProviderAvailable(const Snapshot& modem) = 0;

  virtual void ConnectionArrived(const Snapshot& modem) = 0;
  virtual void ConnectionRemoved(const Snapshot& modem) = 0;
  virtual void ConnectCompleted(const Snapshot& modem, std::uint32_t request, HRESULT status) = 0;
  virtual void DisconnectCompleted(const Snapshot& modem, std::uint32_t request) = 0;
  virtual void ConnectStateChanged(const Snapshot& modem) = 0;
  virtual void VoiceCallStateChanged(const Snapshot& modem) = 0;

  virtual void ProfileArrived(const ProfilePtr& profile) = 0;
  virtual void ProfileRemoved(const ProfilePtr& profile) = 0;
  virtual void ProfileUpdated(const ProfilePtr& profile) = 0;
};

}  // namespace mbnrig::mbn
