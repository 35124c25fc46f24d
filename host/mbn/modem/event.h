#pragma once

/// The service's events for its clients, as values.

#include <winerror.h>

#include <cstdint>

#include "mbim/bytes.h"
#include "mbn/api/event_id.h"
#include "mbn/modem/modem_state.h"
#include "mbn/profile/profile.h"

namespace mbnrig::mbn {

/// One event. `which` decides which members are used; the others keep their defaults.
struct ServiceEvent {
  EventId which{};
  Snapshot modem{};           ///< the modem after the change; null for events of a profile
  ProfilePtr profile{};       ///< only for events of a profile
  std::uint32_t request = 0;  ///< of a completion: the ID that the caller received
  HRESULT status = S_OK;      ///< of a completion
  /// Of a completion: the information buffer of the modem's answer (OnEnterComplete:
  /// MBIM_PIN_INFO). Empty when the modem did not answer.
  mbim::Bytes answer{};
};

/// Receives the events.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Called only on the service's event thread, one call at a time. The service holds no lock.
  virtual void Tell(const ServiceEvent& event) = 0;
};

}  // namespace mbnrig::mbn
