#include "modem/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "modem/conditions.h"
#include "modem/contexts.h"
#include "modem/packet_service.h"
#include "modem/pin.h"
#include "modem/registration.h"
#include "modem/signal.h"
#include "modem/subscriber.h"
#include "scenario/names.h"

namespace mbnrig::modem {
namespace {

using nlohmann::json;
using scenario::ToName;

json Pins(const Machine& machine) {
  json pins = json::object();
  for (const auto& [type, pin] : machine.world.sim.pins) {
    pins[scenario::KeyName(ToName(type))] = {{"mode", ToName(pin.mode)},
                                             {"verified", machine.verified.contains(type)},
                                             {"attempts", pin.attempts},
                                             {"puk_attempts", pin.puk_attempts}};
  }
  return pins;
}

json Sessions(const Machine& machine) {
  json sessions = json::array();
  for (const auto& [id, session] : machine.sessions) {
    sessions.push_back({{"session", id},
                        {"state", ToName(session.state)},
                        {"access_string", session.request.access_string},
                        {"apn", session.apn},
                        {"ip_type", ToName(session.ip_type)},
                        {"context_type", ToName(session.request.context_type)}});
  }
  return sessions;
}

}  // namespace

json Report(const Machine& machine) {
  const scenario::Scenario& world = machine.world;
  const mbim::SubscriberReadyInfo subscriber = CurrentSubscriber(machine);
  const mbim::RegistrationStateInfo registration = RegistrationInfo(machine);
  const mbim::PacketServiceInfo packet = CurrentPacketService(machine);
  const mbim::SignalStateInfo signal = CurrentSignal(machine);
  const auto required = RequiredPin(machine);
  std::vector<std::string> visible;
  for (const mbim::Provider& provider : world.network.visible) {
    visible.push_back(provider.provider_id);
  }
  return {
      {"scenario", world.name},
      {"sim",
       {{"state", ToName(world.sim.state)},
        {"ready_state", ToName(subscriber.ready_state)},
        {"subscriber_id", world.sim.subscriber_id},
        {"icc_id", world.sim.icc_id},
        {"required_pin", required ? json(ToName(*required)) : json(nullptr)},
        {"pins", Pins(machine)}}},
      {"radio",
       {{"hardware", ToName(world.hardware_radio)}, {"software", ToName(world.software_radio)}}},
      {"registration",
       {{"state", ToName(registration.register_state)},
        {"mode", ToName(registration.register_mode)},
        {"provider_id", registration.provider_id},
        {"provider_name", registration.provider_name},
        {"network_error", registration.nw_error}}},
      {"packet_service",
       {{"state", ToName(packet.packet_service_state)}, {"network_error", packet.nw_error}}},
      {"signal", {{"rssi", signal.rssi}, {"error_rate", signal.error_rate}}},
      {"contexts", {{"limit", world.context_limit}, {"sessions", Sessions(machine)}}},
      {"voice", {{"call", ToName(world.voice_call)}}},
      {"network",
       {{"registration", ToName(world.network.registration)},
        {"visible", visible},
        {"packet_service", world.network.packet_service_available ? "available" : "refused"},
        {"subscription", world.network.subscription_active ? "active" : "lapsed"}}},
  };
}

}  // namespace mbnrig::modem
