#include "modem/dispatch.h"

#include <array>
#include <stdexcept>

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
using Cid = mbim::BasicConnectCid;

/// Whether every string of `value` keeps to the limits that the specification sets.
template <class T>
bool KeepsLimits(const T& value) {
  try {
    mbim::Encode(value);
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

template <class T, void (*kCarryOut)(Machine&, const T&, const Answer&)>
void Decoding(Machine& machine, ByteView information, const Answer& answer) {
  const auto request = mbim::Decode<T>(information);
  if (!request || !KeepsLimits(*request)) return answer(Status::kInvalidParameters);
  kCarryOut(machine, *request, answer);
}

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
    Row{Cid::kDeviceCaps, Decoding<mbim::Empty, QueryDeviceCaps>},
    Row{Cid::kSubscriberReadyStatus, Decoding<mbim::Empty, QuerySubscriberReadyStatus>},
    Row{Cid::kRadioState, Decoding<mbim::Empty, QueryRadioState>,
        Decoding<mbim::SetRadioState, SetRadioState>},
    Row{Cid::kPin, Decoding<mbim::Empty, QueryPin>, Decoding<mbim::SetPin, SetPin>, PinFailure},
    Row{Cid::kPinList, Decoding<mbim::Empty, QueryPinList>},
    Row{Cid::kHomeProvider, Decoding<mbim::Empty, QueryHomeProvider>,
        Decoding<mbim::Provider, SetHomeProvider>},
    Row{Cid::kVisibleProviders, Decoding<mbim::VisibleProvidersReq, QueryVisibleProviders>},
    Row{Cid::kRegisterState, Decoding<mbim::Empty, QueryRegisterState>,
        Decoding<mbim::SetRegistrationState, SetRegisterState>, RegisterStateFailure},
    Row{Cid::kPacketService, Decoding<mbim::Empty, QueryPacketService>,
        Decoding<mbim::SetPacketService, SetPacketService>, PacketServiceFailure},
    Row{Cid::kSignalState, Decoding<mbim::Empty, QuerySignalState>,
        Decoding<mbim::SetSignalState, SetSignalState>},
    Row{Cid::kConnect, Decoding<mbim::ConnectInfo, QueryConnect>,
        Decoding<mbim::SetConnect, SetConnect>, ConnectFailure},
    Row{Cid::kProvisionedContexts, Decoding<mbim::Empty, QueryProvisionedContexts>,
        Decoding<mbim::SetProvisionedContext, SetProvisionedContext>},
    Row{Cid::kIpConfiguration, Decoding<mbim::IpConfigurationInfo, QueryIpConfiguration>},
    Row{Cid::kDeviceServices, Decoding<mbim::Empty, QueryDeviceServices>},
    Row{Cid::kDeviceServiceSubscribeList, nullptr,
        Decoding<mbim::DeviceServiceSubscribeList, SetSubscribeList>},
};

const Row* FindRow(const mbim::CommandMessage& command) {
  if (command.service != mbim::kServiceBasicConnect) return nullptr;
  for (const Row& row : kBasicConnect) {
    if (static_cast<std::uint32_t>(row.cid) == command.cid) return &row;
  }
  return nullptr;
}

}  // namespace

std::span<const Row> BasicConnectRows() {
  return kBasicConnect;
}

void Dispatch(Machine& machine, const mbim::CommandMessage& command, const Answer& answer) {
  const Row* row = FindRow(command);
  if (row == nullptr) return answer(Status::kNoDeviceSupport);
  if (!IsOneOf(command.type, mbim::CommandType::kSet)) return answer(Status::kInvalidParameters);
  const Handler handler = command.type == mbim::CommandType::kQuery ? row->query : row->set;
  if (handler == nullptr) return answer(Status::kNoDeviceSupport);
  handler(machine, command.information, answer);
}

Bytes FailureInformationOf(Machine& machine, const mbim::CommandMessage& command,
                           std::uint32_t nw_error) {
  const Row* row = FindRow(command);
  if (row == nullptr || row->failure == nullptr || command.type != mbim::CommandType::kSet) {
    return {};
  }
  return row->failure(machine, command.information, nw_error);
}

}  // namespace mbnrig::modem
