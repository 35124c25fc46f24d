#include "modem/dispatch.h"

#include <algorithm>
#include <array>

#include "modem/contexts.h"
#include "modem/device_caps.h"
#include "modem/device_services.h"
#include "modem/packet_service.h"
#include "modem/pin.h"
#include "modem/providers.h"
#include "modem/provisioned_contexts.h"
#include "modem/radio.h"
#include "modem/registration.h"
#include "modem/signal.h"
#include "modem/subscriber.h"

namespace mbnrig::modem {
namespace {

using mbim::Bytes;
using mbim::ByteView;
using mbim::Status;

Bytes ConnectFailure(Machine& machine, ByteView information, std::uint32_t nw_error) {
  const auto request = mbim::Decode<mbim::SetConnect>(information);
  if (!request) return {};
  return mbim::Encode(ConnectInfoOf(machine, request->session_id, nw_error));
}
Bytes PinFailure(Machine& machine, ByteView, std::uint32_t) {
  return mbim::Encode(CurrentPinInfo(machine));
}
Bytes RegisterStateFailure(Machine& machine, ByteView, std::uint32_t nw_error) {
  mbim::RegistrationStateInfo info = RegistrationInfo(machine);
  info.nw_error = nw_error;
  return mbim::Encode(info);
}
Bytes PacketServiceFailure(Machine& machine, ByteView, std::uint32_t nw_error) {
  mbim::PacketServiceInfo info = CurrentPacketService(machine);
  info.nw_error = nw_error;
  return mbim::Encode(info);
}

constexpr std::array kBasicConnect{
    On<QueryDeviceCaps>(mbim::kDeviceCaps),
    On<QuerySubscriberReadyStatus>(mbim::kSubscriberReadyStatus),
    On<QueryRadioState, SetRadioState>(mbim::kRadioState),
    On<QueryPin, SetPin>(mbim::kPin, PinFailure),
    On<QueryPinList>(mbim::kPinList),
    On<QueryHomeProvider, SetHomeProvider>(mbim::kHomeProvider),
    On<QueryVisibleProviders>(mbim::kVisibleProviders),
    On<QueryRegisterState, SetRegisterState>(mbim::kRegisterState, RegisterStateFailure),
    On<QueryPacketService, SetPacketService>(mbim::kPacketService, PacketServiceFailure),
    On<QuerySignalState, SetSignalState>(mbim::kSignalState),
    On<QueryConnect, SetConnect>(mbim::kConnect, ConnectFailure),
    On<QueryProvisionedContexts, SetProvisionedContext>(mbim::kProvisionedContexts),
    On<QueryIpConfiguration>(mbim::kIpConfiguration),
    On<QueryDeviceServices>(mbim::kDeviceServices),
    On<nullptr, SetSubscribeList>(mbim::kDeviceServiceSubscribeList),
};

const Command* FindCommand(const mbim::CommandMessage& message) {
  const auto found = std::ranges::find_if(kBasicConnect, [&](const Command& command) {
    return command.service == message.service && command.cid == message.cid;
  });
  return found == kBasicConnect.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Command> BasicConnectCommands() {
  return kBasicConnect;
}

void Dispatch(Machine& machine, const mbim::CommandMessage& command, const Answer& answer) {
  const Command* found = FindCommand(command);
  if (found == nullptr) return answer(Status::kNoDeviceSupport);
  if (!IsOneOf(command.type, mbim::CommandType::kSet)) return answer(Status::kInvalidParameters);
  const Handler handler = command.type == mbim::CommandType::kQuery ? found->query : found->set;
  if (handler == nullptr) return answer(Status::kNoDeviceSupport);
  handler(machine, command.information, answer);
}

Bytes FailureInformationOf(Machine& machine, const mbim::CommandMessage& command,
                           std::uint32_t nw_error) {
  const Command* found = FindCommand(command);
  if (found == nullptr || found->failure == nullptr || command.type != mbim::CommandType::kSet) {
    return {};
  }
  return found->failure(machine, command.information, nw_error);
}

}  // namespace mbnrig::modem
