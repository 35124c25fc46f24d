#include "modem/services.h"

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

/// First the causes of losses are indicated, then the losses, last service first, and then all
/// other changes, first service first.
void Tell(Machine& machine) {
  const auto services = machine.services();
  for (const auto& service : services)
    if (service->causes_losses()) service->Tell();
  for (auto service = services.rbegin(); service != services.rend(); ++service)
    (*service)->TellLoss();
  for (const auto& service : services)
    if (!service->causes_losses()) service->Tell();
}

}  // namespace

const scenario::Readings& Service::readings() const {
  return machine_.world.readings;
}

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
