#pragma once

/// A part of the modem: the commands that it carries out, the keys that change it while the modem
/// runs, and its share of what happens to the modem. Each service is a class in a file of its own
/// and keeps its own state; services.cpp lists them. Several services may carry out commands of one
/// MBIM device service: Radio, Pins and Registration all serve BASIC_CONNECT.

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

namespace mbnrig::scenario {
template <class S>
struct Key;
}

namespace mbnrig::modem {

class Notes;
struct Change;
struct Command;
struct Machine;

/// Not thread-safe; the modem's owner serialises.
///
/// Every step of the modem (a message, a moment, a Set) acts, then calls Settle of all services,
/// then Tell of all services, both in the order of services.cpp.
class Service {
 public:
  /// `machine` holds the service, so it outlives it.
  explicit Service(Machine& machine) : machine_(machine) {}
  virtual ~Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Its commands. DEVICE_SERVICES and dispatch come from them.
  virtual std::span<const Command> commands() const { return {}; }
  /// The keys of Modem::Set that are not live keys of a scenario, by path. They may refer to the
  /// service.
  virtual std::vector<scenario::Key<Change>> keys();

  /// Power comes on: everything in volatile memory starts again. All timers are gone already.
  virtual void PowerOn() {}
  /// The control channel opens or closes: forgets everything that the host has set up.
  virtual void ChannelReset() {}
  /// Follows the world and the services before it.
  virtual void Settle() {}
  /// Indicates what is news to the host. Also called while the channel is closed, when nothing goes
  /// out: then the host counts as told.
  virtual void Tell() {}

  /// Adds its part to Modem::State().
  virtual void Report(nlohmann::json&) const {}
  /// Says how it stands, for comments in a trace.
  virtual void Note(Notes&) const {}

 protected:
  Machine& machine_;
};

}  // namespace mbnrig::modem
