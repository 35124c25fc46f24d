#pragma once

/// The Mobile Broadband service: it owns the modems and answers the COM objects. It starts and
/// stops; COM objects outlive it and answer as documented.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "client/device.h"
#include "l2/l2_connection.h"
#include "service/service_state.h"

namespace mbnrig::mbn {

/// Bounds of the service's own waits. All other commands have the bound client::Timeouts::command.
struct ServiceTimes {
  std::chrono::milliseconds attach{60'000};      ///< PACKET_SERVICE attach, to its end
  std::chrono::milliseconds connect{120'000};    ///< CONNECT activate, to its end
  std::chrono::milliseconds disconnect{30'000};  ///< CONNECT deactivate, to its end
  /// Between two attempts to open a modem, or to ask it something that it could not answer.
  std::chrono::milliseconds retry{5'000};
  /// The same for a question that the modem keeps refusing: the time doubles up to this one.
  std::chrono::milliseconds retry_longest{60'000};
  std::chrono::milliseconds profile_lock{5'000};  ///< while another process changes the profiles
  /// While memory is too short to tell clients of an event. Later events wait behind that event.
  /// While the service stops, all events together have half of `stop`.
  std::chrono::milliseconds memory{60'000};
  /// For calls and event handlers that are under way while the service stops. See Service::Stop.
  std::chrono::milliseconds stop{60'000};
};

/// Bounds of the service's queues, for each modem.
struct ServiceLimits {
  /// Events that wait for slow clients. Further changes are merged: one event of each kind, with
  /// the newest state. Completions and removals are never left out. At least 1.
  std::size_t events = 1'000;
  /// Indications that wait for the service. Further ones are dropped, and the service asks the
  /// modem for everything afterwards. At least 1.
  std::size_t indications = 1'000;
  /// Requests of one lane (modem/lane.h) that were accepted and are not complete. Further ones are
  /// refused with E_OUTOFMEMORY. At least 2, so that a Disconnect can wait behind a Connect.
  std::size_t requests = 1'000;
};

struct ServiceConfig {
  /// Makes the monitor each time the service starts. Empty: a libusb monitor of all MBIM devices.
  std::function<std::unique_ptr<client::Monitor>()> monitor;
  /// The folder that holds the folder "profiles". Empty: $MBNRIG_STATE_DIR, else
  /// $XDG_STATE_HOME/mbnrig, else ~/.local/state/mbnrig (root: /var/lib/mbnrig).
  std::filesystem::path state_dir;
  ServiceTimes times;
  ServiceLimits limits;
  /// How this machine uses a context that the API has activated.
  l2::L2Options l2;
};

using service::ServiceState;

/// The Mobile Broadband service of the process. CoCreateInstance of a manager starts it with the
/// default configuration, unless the program has configured, started or stopped it before. If that
/// start fails, a log line says why, and the objects answer as with a stopped service until a later
/// CoCreateInstance can start it. Thread-safe.
/// It stops at the end of the process. Start and Stop throw std::logic_error in an event handler.
class Service {
 public:
  static Service& Get();
  /// Takes effect at the next Start. Throws std::logic_error while the service runs.
  void Configure(ServiceConfig config);
  /// Returns when the service runs; modems are announced as they open. Does nothing when it runs
  /// already. Throws std::runtime_error with one line that says what to do, also when what ran
  /// before has not stopped within ServiceTimes::stop.
  void Start();
  /// Completes every accepted request with its documented failure, closes the modems, delivers the
  /// last events. Waits for that as long as ServiceTimes::stop allows. If a client's handler has
  /// not returned by then, a log line says so, the state stays ServiceState::kStopping, and the
  /// rest follows when the handler returns. Idempotent: a further call waits again.
  void Stop();
  ServiceState state() const;
  /// For tests: waits until the service knows all that it asks of a listed modem, and clients were
  /// told. False after `timeout`, while stopped, and for an unknown interface ID.
  bool WaitUntilKnown(std::string_view interface_id, std::chrono::milliseconds timeout);
};

}  // namespace mbnrig::mbn
