#include "modem/providers.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "mbim/signal.h"
#include "modem/command.h"
#include "modem/conditions.h"
#include "modem/registration.h"
#include "modem/world.h"

namespace mbnrig::modem {
namespace {

using mbim::Status;
using scenario::Value;

constexpr std::size_t kMostVisible = 64;

/// The provider with that id as the scenario describes it, or one that has only the id.
mbim::Provider ProviderOf(const Machine& machine, const std::string& id) {
  const scenario::Network& network = machine.origin.network;
  const auto visible = std::ranges::find(network.visible, id, &mbim::Provider::provider_id);
  if (visible != network.visible.end()) return *visible;
  if (network.serving.provider_id == id) return network.serving;
  if (machine.origin.sim.home_provider.provider_id == id) return machine.origin.sim.home_provider;
  return {
      id, 0, id, machine.origin.caps.cellular_class, mbim::kSignalUnknown, mbim::kSignalUnknown};
}

}  // namespace

const mbim::Provider* FindVisible(const Machine& machine, const std::string& id) {
  const auto& visible = machine.world.network.visible;
  const auto found = std::ranges::find(visible, id, &mbim::Provider::provider_id);
  return found == visible.end() ? nullptr : &*found;
}

const mbim::Provider& ServingProvider(const Machine& machine) {
  const mbim::Provider& serving = machine.world.network.serving;
  return serving.provider_id.empty() ? machine.world.sim.home_provider : serving;
}

std::span<const Command> Providers::commands() const {
  static constexpr std::array kCommands{
      On<&Providers::QueryHome, &Providers::SetHome>(mbim::kHomeProvider),
      On<&Providers::QueryVisible>(mbim::kVisibleProviders),
  };
  return kCommands;
}

scenario::Keys<Change> Providers::keys() {
  return {
      {"network.serving", std::string(scenario::kProviderIdKind),
       "id of the provider that automatic registration finds",
       [this](Change& change, const Value& value) {
         change.world.network.serving = ProviderOf(machine_, scenario::ReadProviderId(value));
       }},
      {"network.visible", "list of provider ids", "the providers in sight",
       [this](Change& change, const Value& value) {
         const auto elements = value.Elements();
         if (elements.size() > kMostVisible) {
           value.Expected("at most " + std::to_string(kMostVisible) + " provider ids");
         }
         auto& visible = change.world.network.visible;
         visible.clear();
         for (const Value& element : elements)
           visible.push_back(ProviderOf(machine_, scenario::ReadProviderId(element)));
       }},
  };
}

void Providers::QueryHome(const Answer<mbim::Provider>& answer) {
  const Status obstacle = Obstacle(machine_, Needs::kPin);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  answer(machine_.world.sim.home_provider);
}

void Providers::SetHome(const Answer<mbim::Provider>& answer) {
  answer(Status::kNoDeviceSupport);
}

void Providers::QueryVisible(const mbim::VisibleProvidersReq& request,
                             const Answer<mbim::Providers>& answer) {
  if (!IsOneOf(request.action, mbim::VisibleProvidersAction::kRestrictedScan)) {
    return answer(Status::kInvalidParameters);
  }
  // A restricted scan looks only for multi-carrier providers.
  if (request.action == mbim::VisibleProvidersAction::kRestrictedScan) {
    return answer(Status::kNoDeviceSupport);
  }
  const Status obstacle = Obstacle(machine_, Needs::kRadio);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  if (scanning_) return answer(Status::kBusy);
  scanning_ = true;
  const auto delay = machine_.world.timing.scan;
  if (delay.count() == 0) return ConcludeScan(answer);
  machine_.timers.Add(machine_.now + delay, [this, answer] { ConcludeScan(answer); });
}

void Providers::ConcludeScan(const Answer<mbim::Providers>& answer) {
  scanning_ = false;
  const Status obstacle = Obstacle(machine_, Needs::kRadio);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  const mbim::Providers found = Visible();
  if (found.providers.empty()) return answer(Status::kProvidersNotFound);
  answer(found);
}

mbim::Providers Providers::Visible() const {
  const auto& registration = machine_.Get<Registration>();
  mbim::Providers found;
  for (mbim::Provider provider : machine_.world.network.visible) {
    provider.provider_state |= mbim::provider_state::kVisible;
    if (registration.registered() && provider.provider_id == registration.provider_id()) {
      provider.provider_state |= mbim::provider_state::kRegistered;
    }
    found.providers.push_back(std::move(provider));
  }
  return found;
}

void Providers::Report(nlohmann::json& state) const {
  auto& visible = state["network"]["visible"] = nlohmann::json::array();
  for (const mbim::Provider& provider : machine_.world.network.visible)
    visible.push_back(provider.provider_id);
}

}  // namespace mbnrig::modem
