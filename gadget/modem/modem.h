#pragma once

/// The emulated modem: a pure state machine. Control-message fragments, moments in time and events
/// of the user and the network go in; fragments for the host come out. It knows no USB, no thread
/// and no clock. Its services are one file each (sim, radio, registration, packet_service,
/// contexts, ...).
///
/// Not thread-safe: its owner serialises (gadget.h).

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
  std::string apn;               ///< whose access point it is; "" never
  mbim::IpConfigurationInfo ip;  ///< as IP_CONFIGURATION has it, what was not granted left out
  friend bool operator==(const ActiveSession&, const ActiveSession&) = default;
};

class Modem {
 public:
  /// `plan` must outlive the modem. The scenario's faults are the caller's to add to the plan.
  /// Throws std::invalid_argument when the scenario has text too long, or control messages too
  /// short, for the wire.
  Modem(const scenario::Scenario& scenario, fault::Plan& plan, TimePoint now);
  ~Modem();
  Modem(const Modem&) = delete;
  Modem& operator=(const Modem&) = delete;

  /// One encapsulated command, as SEND_ENCAPSULATED_COMMAND carried it.
  void Receive(mbim::ByteView fragment, TimePoint now);

  /// Does what is due: delayed answers, released holds, attach and registration that take time,
  /// fragment timeouts. Call at Deadline(), and after a rule was released.
  void Tick(TimePoint now);
  /// When Tick has something to do at the earliest; nothing while nothing is pending.
  std::optional<TimePoint> Deadline() const;

  /// The next fragment for GET_ENCAPSULATED_RESPONSE, oldest first; nothing when there is none.
  std::optional<mbim::Bytes> TakeOutput();

  /// RESET_FUNCTION: the control channel is closed, transactions and output are forgotten, contexts
  /// are deactivated; SIM and registration stay (MBIM 1.0, section 8.1.2.x).
  void ResetFunction(TimePoint now);
  /// Power lost and back: the channel is closed, PINs are asked for again, registration begins
  /// anew. What SIM and flash keep (PIN modes and attempts, provisioned contexts, the software
  /// radio switch) and what Set made of the world stays.
  void PowerCycle(TimePoint now);

  /// Whether the host has opened the control channel (MBIM_OPEN_MSG) and not closed it.
  bool open() const;

  /// The sessions whose datagrams may pass now, by ascending id. Any of the calls above may change
  /// them.
  std::vector<ActiveSession> ActiveSessions() const;

  /// True once a rule has asked for the device to leave the bus; reading it resets it.
  bool TakeUnplugRequest();

  /// Changes the world around the modem, by the keys that docs/faults.md lists, e.g. {"sim.state":
  /// "absent"},
  /// {"radio.hardware": "off"}, {"network.registration": "denied"}, {"contexts.limit": 2},
  /// {"network.deactivate": 0}. Indications go out as a modem would send them.
  /// Throws std::invalid_argument naming the key, what was expected and the nearest valid key; then
  /// nothing has changed.
  void Set(const nlohmann::json& changes, TimePoint now);

  /// Has `handler` told, in plain words, what the modem's state is and then whatever changes in it
  /// ("registration: home 00101 mbnrig"), for a trace: within the calls above, which it must not
  /// make. Null: nobody is told.
  void set_note_handler(std::function<void(const std::string&)> handler);

  /// Everything a person wants to know of the modem, for the control socket's `state`.
  nlohmann::json State() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::modem
