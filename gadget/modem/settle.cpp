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

template <mbim::AnyCid C, class Info>
void TellChange(Machine& machine, const C& cid, Info& told, Info current) {
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
  TellChange(machine, mbim::kSubscriberReadyStatus, told.subscriber, CurrentSubscriber(machine));
  TellChange(machine, mbim::kRadioState, told.radio, CurrentRadio(machine));
  TellChange(machine, mbim::kRegisterState, told.registration, RegistrationInfo(machine));
  TellChange(machine, mbim::kPacketService, told.packet_service, CurrentPacketService(machine));
  for (const mbim::ConnectInfo& info : std::exchange(machine.connect_news, {})) {
    machine.Indicate(mbim::kConnect, info);
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
