#include "trace/summary.h"

#include "mbim/codec.h"
#include "mbim/signal.h"
#include "scenario/names.h"

namespace mbnrig::trace {
namespace {
using mbim::Bytes;
using scenario::ToName;

std::string NetworkError(std::uint32_t error) {
  return error == 0 ? "" : ", network error " + std::to_string(error);
}

std::string IpWord(mbim::IpType type) {
  switch (type) {
    case mbim::IpType::kDefault:
      return "";
    case mbim::IpType::kIpv4:
      return ", IPv4";
    case mbim::IpType::kIpv6:
      return ", IPv6";
    case mbim::IpType::kIpv4v6:
      return ", IPv4v6";
    case mbim::IpType::kIpv4AndIpv6:
      return ", IPv4 and IPv6";
  }
  return ", IP type " + std::to_string(static_cast<std::uint32_t>(type));
}

std::string Said(const mbim::SetConnect& m) {
  std::string text =
      m.activation_command == mbim::ActivationCommand::kActivate ? "activate " : "deactivate ";
  text += "session " + std::to_string(m.session_id);
  if (m.activation_command != mbim::ActivationCommand::kActivate) return text;
  if (!m.access_string.empty()) text += " " + m.access_string;
  return text + IpWord(m.ip_type);
}

std::string Said(const mbim::ConnectInfo& m) {
  return "session " + std::to_string(m.session_id) + " " + ToName(m.activation_state) +
         IpWord(m.ip_type) + NetworkError(m.nw_error);
}

std::string Said(const mbim::RadioStateInfo& m) {
  return "hardware " + ToName(m.hw_radio_state) + ", software " + ToName(m.sw_radio_state);
}

std::string Said(const mbim::SetRadioState& m) {
  return ToName(m.radio_state);
}

std::string Said(const mbim::SubscriberReadyInfo& m) {
  return ToName(m.ready_state) + (m.subscriber_id.empty() ? "" : " " + m.subscriber_id);
}

std::string Said(const mbim::SetPin& m) {
  switch (m.pin_operation) {
    case mbim::PinOperation::kEnter:
      return "enter " + ToName(m.pin_type);
    case mbim::PinOperation::kEnable:
      return "enable " + ToName(m.pin_type);
    case mbim::PinOperation::kDisable:
      return "disable " + ToName(m.pin_type);
    case mbim::PinOperation::kChange:
      return "change " + ToName(m.pin_type);
  }
  return ToName(m.pin_type);
}

std::string Said(const mbim::PinInfo& m) {
  std::string text = ToName(m.pin_type);
  text += m.pin_state == mbim::PinState::kLocked ? " locked" : " unlocked";
  if (m.remaining_attempts == mbim::kAttemptsUnknown) return text;
  return text + ", " + std::to_string(m.remaining_attempts) + " attempts left";
}

std::string Said(const mbim::SetRegistrationState& m) {
  return m.register_action == mbim::RegisterAction::kManual ? "manual " + m.provider_id
                                                            : "automatic";
}

std::string Said(const mbim::RegistrationStateInfo& m) {
  std::string text = ToName(m.register_state);
  if (!m.provider_id.empty()) text += " " + m.provider_id;
  if (!m.provider_name.empty()) text += " " + m.provider_name;
  return text + NetworkError(m.nw_error);
}

std::string Said(const mbim::SetPacketService& m) {
  return m.packet_service_action == mbim::PacketServiceAction::kAttach ? "attach" : "detach";
}

std::string Said(const mbim::PacketServiceInfo& m) {
  return ToName(m.packet_service_state) + NetworkError(m.nw_error);
}

std::string Said(const mbim::SignalStateInfo& m) {
  return "RSSI " + (m.rssi == mbim::kSignalUnknown ? "unknown" : std::to_string(m.rssi));
}

std::string Said(const mbim::DeviceCapsInfo& m) {
  return m.device_id + (m.firmware_info.empty() ? "" : ", " + m.firmware_info);
}

template <class T>
std::string SummaryOf(const Bytes& information) {
  const auto decoded = mbim::Decode<T>(information);
  return decoded ? Said(*decoded) : "";
}

/// Answers and indications have the same structures.
std::string Told(const mbim::Uuid& service, std::uint32_t cid, const Bytes& information) {
  if (service != mbim::kServiceBasicConnect || information.empty()) return "";
  switch (cid) {
    case mbim::kDeviceCaps.number:
      return SummaryOf<mbim::DeviceCapsInfo>(information);
    case mbim::kSubscriberReadyStatus.number:
      return SummaryOf<mbim::SubscriberReadyInfo>(information);
    case mbim::kRadioState.number:
      return SummaryOf<mbim::RadioStateInfo>(information);
    case mbim::kPin.number:
      return SummaryOf<mbim::PinInfo>(information);
    case mbim::kRegisterState.number:
      return SummaryOf<mbim::RegistrationStateInfo>(information);
    case mbim::kPacketService.number:
      return SummaryOf<mbim::PacketServiceInfo>(information);
    case mbim::kSignalState.number:
      return SummaryOf<mbim::SignalStateInfo>(information);
    case mbim::kConnect.number:
      return SummaryOf<mbim::ConnectInfo>(information);
    default:
      return "";
  }
}

}  // namespace

std::string Summarize(const mbim::CommandMessage& command) {
  if (command.service != mbim::kServiceBasicConnect || command.type != mbim::CommandType::kSet) {
    return "";
  }
  switch (command.cid) {
    case mbim::kRadioState.number:
      return SummaryOf<mbim::SetRadioState>(command.information);
    case mbim::kPin.number:
      return SummaryOf<mbim::SetPin>(command.information);
    case mbim::kRegisterState.number:
      return SummaryOf<mbim::SetRegistrationState>(command.information);
    case mbim::kPacketService.number:
      return SummaryOf<mbim::SetPacketService>(command.information);
    case mbim::kConnect.number:
      return SummaryOf<mbim::SetConnect>(command.information);
    default:
      return "";
  }
}

std::string Summarize(const mbim::CommandDone& answer) {
  return Told(answer.service, answer.cid, answer.information);
}

std::string Summarize(const mbim::IndicateStatus& indication) {
  return Told(indication.service, indication.cid, indication.information);
}

}  // namespace mbnrig::trace
