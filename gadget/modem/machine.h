#pragma once

/// What the modem's services share. The world (SIM, radio switches, network) is a scenario that
/// Modem::Set changes. Each service keeps its own state, which it derives from the world.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <typeindex>
#include <vector>

#include "mbim/cid.h"
#include "mbim/codec.h"
#include "modem/service.h"
#include "modem/timers.h"
#include "scenario/scenario.h"

namespace mbnrig::modem {

struct Machine {
  Machine(const scenario::Scenario& scenario, TimePoint at)
      : origin(scenario), world(scenario), now(at) {}

  const scenario::Scenario origin;  ///< as loaded
  scenario::Scenario world;         ///< the present state, with the contents of SIM and flash

  Timers timers;
  TimePoint now;  ///< time of the current step

  /// Sends an indication if the channel is open and the host wants it.
  std::function<void(const mbim::CommandId&, mbim::Bytes)> indicate;
  template <mbim::AnyCid C>
  void Indicate(const C& cid, const typename C::Indication& info) {
    if (indicate) indicate(cid, mbim::Encode(info));
  }

  /// Adds a service after all existing ones. There is at most one of each class.
  template <class S>
  void Add() {
    services_.push_back(std::make_unique<S>(*this));
    by_class_.emplace(typeid(S), services_.back().get());
  }
  /// The service of class S, which must exist.
  template <class S>
  S& Get() {
    return static_cast<S&>(*by_class_.at(typeid(S)));
  }
  template <class S>
  const S& Get() const {
    return static_cast<const S&>(*by_class_.at(typeid(S)));
  }
  /// All services, in the order in which Settle and Tell are called.
  std::span<const std::unique_ptr<Service>> services() const { return services_; }

 private:
  std::vector<std::unique_ptr<Service>> services_;
  std::map<std::type_index, Service*> by_class_;
};

/// An indication of a service, with the information that the host was told last.
template <class Info>
class Told {
 public:
  /// Indicates `current` if it differs from the information that was told last.
  template <mbim::AnyCid C>
  void Tell(Machine& machine, const C& cid, Info current) {
    if (told_ == current) return;
    told_ = std::move(current);
    machine.Indicate(cid, told_);
  }
  const Info& told() const { return told_; }

 private:
  Info told_{};
};

}  // namespace mbnrig::modem
