#include "modem/settle.h"

#include <utility>

#include "modem/contexts.h"
#include "modem/packet_service.h"
#include "modem/radio.h"
#include "modem/registration.h"
#include "modem/signal.h"
#include "modem/subscriber.h"

namespace mbnrig::modem {
namespace {

using Cid = mbim::BasicConnectCid;

template <class Info>
void TellChange(Machine& machine, Cid cid, Info& told, Info current) {
  if (told == current) return;
  told = std::move(current);
  machine.Indicate(cid, told);
}

}  // namespace

void Settle(Machine& machine) {
  SettleRegistration(machine);
  SettlePacketService(machine);
  SettleSessions(machine);
  SettleVoiceCall(machine);

  Told& told = machine.told;
  TellChange(machine, Cid::kSubscriberReadyStatus, told.subscriber, CurrentSubscriber(machine));
  TellChange(machine, Cid::kRadioState, told.radio, CurrentRadio(machine));
  TellChange(machine, Cid::kRegisterState, told.registration, RegistrationInfo(machine));
  TellChange(machine, Cid::kPacketService, told.packet_service, CurrentPacketService(machine));
  for (const mbim::ConnectInfo& info : std::exchange(machine.connect_news, {})) {
    machine.Indicate(Cid::kConnect, info);
  }
  ReportSignal(machine);
}

void TakeAllAsTold(Machine& machine) {
  machine.told = {CurrentSubscriber(machine), CurrentRadio(machine), RegistrationInfo(machine),
                  CurrentPacketService(machine), machine.world.voice_call};
  machine.connect_news.clear();
  TakeSignalAsTold(machine);
}

}  // namespace mbnrig::modem
