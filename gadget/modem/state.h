#pragma once

/// The modem's innards: what its services share. The world (SIM, radio switches, network) is a
/// scenario that Modem::Set changes; beside it stands what the modem itself has made of it.
/// Internal to this room.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "modem/timers.h"
#include "scenario/scenario.h"

namespace mbnrig::modem {

/// The way back to the host for one transaction. Used once, now or later; where the transaction is
/// gone by then (cancelled, channel closed), nothing goes out.
class Answer {
 public:
  using Send = std::function<void(mbim::Status, mbim::Bytes)>;
  explicit Answer(Send send) : send_(std::move(send)) {}

  void operator()(mbim::Status status) const { send_(status, {}); }
  template <class Info>
  void operator()(mbim::Status status, const Info& info) const {
    send_(status, mbim::Encode(info));
  }

 private:
  Send send_;
};

/// REGISTER_STATE as the modem has it.
struct Registration {
  bool started = false;  ///< the modem may register, and has set about it
  mbim::RegisterState state = mbim::RegisterState::kDeregistered;
  mbim::RegisterMode mode = mbim::RegisterMode::kAutomatic;
  std::string selected;     ///< in manual mode
  mbim::Provider provider;  ///< registered with, or denied by
  std::uint32_t nw_error = 0;
  std::optional<Timers::Id> timer;
  std::vector<Answer> waiting;
};

/// PACKET_SERVICE as the modem has it.
struct PacketService {
  mbim::PacketServiceState state = mbim::PacketServiceState::kDetached;
  std::uint32_t nw_error = 0;
  bool automatic = true;  ///< may attach by itself; not after an explicit detach
  std::optional<Timers::Id> timer;
  std::vector<Answer> waiting;
};

/// A session (context) that is active or about to be.
struct Session {
  mbim::ActivationState state = mbim::ActivationState::kActivating;
  mbim::SetConnect request;
  mbim::IpType ip_type{};
  std::string apn;
  mbim::IpConfigurationInfo ip;
  std::optional<Timers::Id> timer;
  std::optional<Answer> waiting;
};

/// How SIGNAL_STATE is to be reported, and what was reported last.
struct SignalReports {
  mbim::SetSignalState setting;
  std::uint32_t rssi = 99, error_rate = 99;
  std::optional<Timers::Id> timer;
};

/// What indications told last, to see what is news.
struct Told {
  mbim::SubscriberReadyInfo subscriber;
  mbim::RadioStateInfo radio;
  mbim::RegistrationStateInfo registration;
  mbim::PacketServiceInfo packet_service;
  mbim::VoiceCallState voice_call{};
};

struct Machine {
  Machine(const scenario::Scenario& scenario, TimePoint at) : origin(scenario), world(scenario) {
    now = at;
  }

  const scenario::Scenario origin;  ///< as loaded
  scenario::Scenario world;         ///< as it is now; SIM and flash contents included

  std::set<mbim::PinType> verified;  ///< PINs entered since power on
  Registration registration;
  PacketService packet_service;
  std::map<std::uint32_t, Session> sessions;
  bool scanning = false;
  SignalReports signal;
  /// Nothing: the host has set none, all of Basic Connect is indicated.
  std::optional<std::vector<mbim::EventEntry>> subscriptions;
  std::vector<mbim::ConnectInfo> connect_news;  ///< to be indicated at the end of this step
  Told told;

  Timers timers;
  TimePoint now;
  /// Sends an indication, where the host wants it.
  std::function<void(const mbim::CommandId&, mbim::Bytes)> indicate;

  template <mbim::AnyCid C>
  void Indicate(const C& cid, const typename C::Indication& info) {
    indicate(cid, mbim::Encode(info));
  }
};

/// Whether a number off the wire is one that its enumeration has. `last` is the greatest.
template <class E>
bool IsOneOf(E value, E last) {
  return static_cast<std::uint32_t>(value) <= static_cast<std::uint32_t>(last);
}

}  // namespace mbnrig::modem
