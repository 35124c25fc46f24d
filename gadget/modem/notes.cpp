#include "modem/notes.h"

#include <utility>

#include "modem/subscriber.h"
#include "scenario/names.h"

namespace mbnrig::modem {
namespace {

using scenario::ToName;

std::string Cause(std::uint32_t nw_error) {
  return nw_error == 0 ? "" : " (network error " + std::to_string(nw_error) + ")";
}

std::string RegistrationText(const Machine& machine) {
  const Registration& registration = machine.registration;
  std::string text = "registration: " + ToName(registration.state);
  if (!registration.provider.provider_id.empty()) {
    text += " " + registration.provider.provider_id;
    if (!registration.provider.provider_name.empty()) {
      text += " " + registration.provider.provider_name;
    }
  }
  return text + Cause(registration.nw_error);
}

}  // namespace

Notes::Digest Notes::DigestOf(const Machine& machine) {
  Digest digest;
  digest.sim = CurrentSubscriber(machine).ready_state;
  digest.hardware_radio = machine.world.hardware_radio;
  digest.software_radio = machine.world.software_radio;
  digest.registration = machine.registration.state;
  digest.packet_service = machine.packet_service.state;
  for (const auto& [id, session] : machine.sessions)
    digest.contexts.emplace(id, session.state);
  return digest;
}

void Notes::Listen(Handler handler, const Machine& machine) {
  handler_ = std::move(handler);
  if (!handler_) return;
  told_ = DigestOf(machine);
  handler_("SIM: " + ToName(told_.sim) + ", radio: hardware " + ToName(told_.hardware_radio) +
           ", software " + ToName(told_.software_radio) + ", " + RegistrationText(machine) +
           ", packet service: " + ToName(told_.packet_service));
}

void Notes::Compare(const Machine& machine) {
  if (!handler_) return;
  Digest now = DigestOf(machine);
  if (now == told_) return;
  if (now.sim != told_.sim) handler_("SIM: " + ToName(now.sim));
  if (now.hardware_radio != told_.hardware_radio || now.software_radio != told_.software_radio) {
    handler_("radio: hardware " + ToName(now.hardware_radio) + ", software " +
             ToName(now.software_radio));
  }
  if (now.registration != told_.registration) handler_(RegistrationText(machine));
  if (now.packet_service != told_.packet_service) {
    handler_("packet service: " + ToName(now.packet_service) +
             Cause(machine.packet_service.nw_error));
  }
  TellContexts(now, machine);
  told_ = std::move(now);
}

void Notes::TellContexts(const Digest& now, const Machine& machine) const {
  for (const auto& [id, state] : told_.contexts) {
    if (!now.contexts.contains(id)) handler_("context " + std::to_string(id) + " deactivated");
  }
  for (const auto& [id, state] : now.contexts) {
    const auto before = told_.contexts.find(id);
    if (before != told_.contexts.end() && before->second == state) continue;
    const Session& session = machine.sessions.at(id);
    std::string text = "context " + std::to_string(id) + " " + ToName(state);
    if (!session.apn.empty()) text += " (" + session.apn + ")";
    handler_(text);
  }
}

}  // namespace mbnrig::modem
