#pragma once

/// A part of the modem: the commands that it carries out, the keys that change it while the modem
/// runs, and its reactions to events. Each service is a class in its own file and has its own
/// state. services.cpp lists them. Several services may carry out commands of one MBIM device
/// service: Radio, Pins and Registration all serve BASIC_CONNECT.

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

namespace mbnrig::scenario {
struct Readings;
template <class S>
struct Key;
}  // namespace mbnrig::scenario

namespace mbnrig::modem {

class Notes;
struct Change;
struct Command;
struct Machine;

/// Not thread-safe; the modem's owner serialises all calls.
///
/// Every step of the modem (a message, a point in time, a Set) acts, then calls Settle of all
/// services, then TellLoss and Tell, in the order that services.cpp describes.
class Service {
 public:
  /// `machine` holds the service, so it outlives it.
  explicit Service(Machine& machine) : machine_(machine) {}
  virtual ~Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// The commands of the service. DEVICE_SERVICES and dispatch use them.
  virtual std::span<const Command> commands() const { return {}; }
  /// How the modem reads MBIM 1.0.
  const scenario::Readings& readings() const;
  /// The keys of Modem::Set that are not live keys of a scenario, with their whole path. They may
  /// refer to the service.
  virtual std::vector<scenario::Key<Change>> keys();

  /// Power comes on: resets everything in volatile memory. All timers were cancelled before.
  virtual void PowerOn() {}
  /// The control channel opens or closes: forgets everything that the host has set up.
  virtual void ChannelReset() {}
  /// Adapts to changes of the world, and of the services before this one.
  virtual void Settle() {}
  /// Whether a change of this service can be why others lose something: the SIM and the radio.
  virtual bool causes_losses() const { return false; }
  /// Indicates to the host what the modem has lost since the last call of Tell: the registration,
  /// the packet service, a context. Tell then does not indicate it again.
  virtual void TellLoss() {}
  /// Indicates to the host what has changed since the last call. While the channel is closed,
  /// nothing is sent, but the host counts as told.
  virtual void Tell() {}

  /// Adds its part to Modem::State().
  virtual void Report(nlohmann::json&) const {}
  /// Describes the state of the service, for comments in a trace.
  virtual void Note(Notes&) const {}

 protected:
  Machine& machine_;
};

}  // namespace mbnrig::modem
