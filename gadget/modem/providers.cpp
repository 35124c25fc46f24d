#include "modem/providers.h"

#include <algorithm>

#include "modem/conditions.h"

namespace mbnrig::modem {
namespace {

using mbim::Status;

mbim::Providers Visible(const Machine& machine) {
  mbim::Providers found;
  for (mbim::Provider provider : machine.world.network.visible) {
    provider.provider_state |= mbim::provider_state::kVisible;
    if (IsRegistered(machine) &&
        provider.provider_id == machine.registration.provider.provider_id) {
      provider.provider_state |= mbim::provider_state::kRegistered;
    }
    found.providers.push_back(std::move(provider));
  }
  return found;
}

void ConcludeScan(Machine& machine, const Answer& answer) {
  machine.scanning = false;
  const Status obstacle = Obstacle(machine, Needs::kRadio);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  const mbim::Providers found = Visible(machine);
  if (found.providers.empty()) return answer(Status::kProvidersNotFound);
  answer(Status::kSuccess, found);
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

void QueryHomeProvider(Machine& machine, const mbim::Empty&, const Answer& answer) {
  const Status obstacle = Obstacle(machine, Needs::kPin);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  answer(Status::kSuccess, machine.world.sim.home_provider);
}

void SetHomeProvider(Machine&, const mbim::Provider&, const Answer& answer) {
  answer(Status::kNoDeviceSupport);
}

void QueryVisibleProviders(Machine& machine, const mbim::VisibleProvidersReq& request,
                           const Answer& answer) {
  if (!IsOneOf(request.action, mbim::VisibleProvidersAction::kRestrictedScan)) {
    return answer(Status::kInvalidParameters);
  }
  // A restricted scan looks for multicarrier providers only.
  if (request.action == mbim::VisibleProvidersAction::kRestrictedScan) {
    return answer(Status::kNoDeviceSupport);
  }
  const Status obstacle = Obstacle(machine, Needs::kRadio);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  if (machine.scanning) return answer(Status::kBusy);
  machine.scanning = true;
  if (machine.world.timing.scan.count() == 0) return ConcludeScan(machine, answer);
  machine.timers.Add(machine.now + machine.world.timing.scan,
                     [&machine, answer] { ConcludeScan(machine, answer); });
}

}  // namespace mbnrig::modem
