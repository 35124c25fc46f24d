#include "modem/services.h"

#include <algorithm>

#include "modem/contexts.h"
#include "modem/device_caps.h"
#include "modem/device_services.h"
#include "modem/emergency_mode.h"
#include "modem/packet_service.h"
#include "modem/pins.h"
#include "modem/providers.h"
#include "modem/provisioned_contexts.h"
#include "modem/radio.h"
#include "modem/registration.h"
#include "modem/signal.h"
#include "modem/subscriber.h"
#include "modem/world.h"

namespace mbnrig::modem {
namespace {

/// First come the services that stand before Registration: SIM and radio, the cause of a change.
/// Then the others tell losses, last service first, and then all the rest, first service first.
void Tell(Machine& machine) {
  const auto services = machine.services();
  const Service* const registration = &machine.Get<Registration>();
  const auto first = std::ranges::find_if(
      services, [=](const auto& service) { return service.get() == registration; });
  for (auto service = services.begin(); service != first; ++service)
    (*service)->Tell();
  for (auto service = services.end(); service != first;)
    (*--service)->TellLoss();
  for (auto service = first; service != services.end(); ++service)
    (*service)->Tell();
}

}  // namespace

scenario::Keys<Change> Service::keys() {
  return {};
}

/// The order matters: SIM, PIN and radio decide on registration, registration on the packet
/// service, and the packet service on contexts.
void AddServices(Machine& machine) {
  machine.Add<DeviceCaps>();
  machine.Add<Pins>();
  machine.Add<Subscriber>();
  machine.Add<Radio>();
  machine.Add<Providers>();
  machine.Add<Registration>();
  machine.Add<PacketService>();
  machine.Add<Contexts>();
  machine.Add<ProvisionedContexts>();
  machine.Add<Signal>();
  machine.Add<EmergencyMode>();
  machine.Add<DeviceServices>();
}

void Settle(Machine& machine) {
  for (const auto& service : machine.services())
    service->Settle();
  Tell(machine);
}

void PowerOn(Machine& machine) {
  machine.timers.Clear();
  for (const auto& service : machine.services())
    service->PowerOn();
  Settle(machine);
}

void ChannelReset(Machine& machine) {
  for (const auto& service : machine.services())
    service->ChannelReset();
  Tell(machine);
}

}  // namespace mbnrig::modem
