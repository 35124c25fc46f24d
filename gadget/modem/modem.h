#pragma once

/// The emulated modem: a state machine. Control-message fragments, moments in time, and events of
/// the user and the network go in; fragments for the host come out. It does not know USB, threads
/// or a clock. Each of its services is a class in a file of its own (service.h).
///
/// Not thread-safe: its owner serialises all calls (gadget.h).

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fault/plan.h"
#include "mbim/basic_connect.h"
#include "scenario/scenario.h"

namespace mbnrig::modem {

using TimePoint = std::chrono::steady_clock::time_point;

/// A context that is activated: a session of the data pipe.
struct ActiveSession {
  std::uint8_t id = 0;
  std::string apn;               ///< the access point; never ""
  mbim::IpConfigurationInfo ip;  ///< the answer to IP_CONFIGURATION
  std::uint64_t serial = 0;      ///< distinguishes it from an earlier context with the same id
  friend bool operator==(const ActiveSession&, const ActiveSession&) = default;
};

class Modem {
 public:
  /// `plan` must outlive the modem. The caller adds the faults of the scenario to the plan. Throws
  /// std::invalid_argument if a text of the scenario is too long for the wire, or if its control
  /// messages are too short.
  Modem(const scenario::Scenario& scenario, fault::Plan& plan, TimePoint now);
  ~Modem();
  Modem(const Modem&) = delete;
  Modem& operator=(const Modem&) = delete;

  /// Takes one encapsulated command, as SEND_ENCAPSULATED_COMMAND carried it.
  /// False: the host must fetch answers first, and the fragment was dropped.
  bool Receive(mbim::ByteView fragment, TimePoint now);

  /// Does everything that is due: delayed answers, released holds, delayed attach and registration,
  /// fragment timeouts. Call it at Deadline(), and after a rule was released.
  void Tick(TimePoint now);
  /// The earliest time at which Tick has something to do. Nothing if nothing is pending.
  std::optional<TimePoint> Deadline() const;

  /// The next fragment for GET_ENCAPSULATED_RESPONSE, oldest first. Nothing if there is none.
  std::optional<mbim::Bytes> TakeOutput();
  /// How many fragments wait in TakeOutput.
  std::size_t waiting() const;
  /// How often everything that waited was withdrawn: by OPEN, CLOSE, a reset or a power loss. A
  /// message that the host has begun to fetch is withdrawn by the last two only.
  std::uint64_t restarts() const;

  /// RESET_FUNCTION (MBIM 1.0, section 8.1.2): closes the control channel, forgets transactions
  /// and output, and deactivates contexts. SIM and registration stay.
  void ResetFunction(TimePoint now);
  /// Power is lost and comes back: the channel closes, the modem asks for PINs again and registers
  /// again. The contents of SIM and flash (PIN modes and attempts, provisioned contexts, the
  /// software radio switch) and all changes by Set are kept.
  void PowerCycle(TimePoint now);

  /// Whether the host has opened the control channel (MBIM_OPEN_MSG) and not closed it.
  bool open() const;

  /// The sessions whose datagrams may pass now, by ascending id. Each of the calls above may change
  /// them.
  std::vector<ActiveSession> ActiveSessions() const;

  /// True once a rule has asked for the device to leave the bus; reading it resets it.
  bool TakeUnplugRequest();

  /// Changes the world around the modem by the keys that docs/faults.md lists, for example
  /// {"sim.state": "absent"} or {"network.registration": "denied", "network.deactivate": 0}. Sends
  /// the indications that a modem would send. Throws std::invalid_argument that names the key, the
  /// expected value and the nearest valid key; in this case, nothing has changed.
  void Set(const nlohmann::json& changes, TimePoint now);

  /// Calls `handler` with the modem's state in plain words, and from then on with each change of it
  /// ("registration: home 00101 mbnrig"), for comments in a trace. The handler runs during the
  /// calls above and must not make such calls. Null removes the handler.
  void set_note_handler(std::function<void(const std::string&)> handler);

  /// The modem's state for people, as `state` on the control socket answers it.
  nlohmann::json State() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::modem
