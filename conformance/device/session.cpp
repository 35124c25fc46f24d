#include "device/session.h"

namespace mbnrig::device {
namespace {

using Clock = std::chrono::steady_clock;

/// The time between two queries of a state that is changing.
constexpr milliseconds kBetweenLooks{500};

/// Asks until `there` returns true, listening to the modem in between. Returns the last answer.
template <class Info, class There>
Info AskUntil(Modem& modem, const Cid& cid, There there) {
  const auto deadline = Clock::now() + modem.times().network;
  while (true) {
    Info info = modem.Ask<Info>(cid);
    if (there(info) || Clock::now() >= deadline) return info;
    modem.Receive(kBetweenLooks);
  }
}

void RequireSim(Modem& modem) {
  const auto ready = AskUntil<mbim::SubscriberReadyInfo>(
      modem, mbim::kSubscriberReadyStatus,
      [](const auto& info) { return info.ready_state != mbim::ReadyState::kNotInitialized; });
  if (ready.ready_state != mbim::ReadyState::kInitialized) {
    throw NotApplicable("the SIM is not ready: " + mbim::ToText(ready));
  }
}

void RequireRadio(Modem& modem) {
  auto radio = modem.Ask<mbim::RadioStateInfo>(mbim::kRadioState);
  if (radio.hw_radio_state != mbim::RadioSwitch::kOn) {
    throw NotApplicable("the radio's hardware switch is off");
  }
  if (radio.sw_radio_state == mbim::RadioSwitch::kOn) return;
  modem.SetAndAsk<mbim::RadioStateInfo>(mbim::kRadioState,
                                        mbim::Encode(mbim::SetRadioState{mbim::RadioSwitch::kOn}),
                                        modem.times().network);
}

bool IsRegistered(const mbim::RegistrationStateInfo& info) {
  using mbim::RegisterState;
  return info.register_state == RegisterState::kHome ||
         info.register_state == RegisterState::kRoaming ||
         info.register_state == RegisterState::kPartner;
}

}  // namespace

mbim::SetConnect Activation(const Network& network, std::uint32_t session) {
  mbim::SetConnect request;
  request.session_id = session;
  request.activation_command = mbim::ActivationCommand::kActivate;
  request.access_string = network.apn;
  request.user_name = network.user_name;
  request.password = network.password;
  request.ip_type = mbim::IpType::kIpv4;
  return request;
}

void Attach(Modem& modem) {
  RequireSim(modem);
  RequireRadio(modem);
  const auto registration = AskUntil<mbim::RegistrationStateInfo>(
      modem, mbim::kRegisterState, [](const auto& info) { return IsRegistered(info); });
  if (!IsRegistered(registration)) {
    throw NotApplicable("the modem cannot register: " + mbim::ToText(registration));
  }
  auto packet = modem.Ask<mbim::PacketServiceInfo>(mbim::kPacketService);
  if (packet.packet_service_state == mbim::PacketServiceState::kAttached) return;
  const auto id =
      modem.Set(mbim::kPacketService,
                mbim::Encode(mbim::SetPacketService{mbim::PacketServiceAction::kAttach}));
  const auto received = modem.Await<mbim::CommandDone>(id, modem.times().network);
  const auto status = As<mbim::CommandDone>(received)->status;
  if (status != mbim::Status::kSuccess) {
    throw NotApplicable("the modem cannot attach: " + mbim::StatusName(status));
  }
}

mbim::ConnectInfo Connect(Modem& modem, const Network& network, std::uint32_t session) {
  Attach(modem);
  const auto id = modem.Set(mbim::kConnect, mbim::Encode(Activation(network, session)));
  const auto received = modem.Await<mbim::CommandDone>(id, modem.times().network);
  const auto& done = *As<mbim::CommandDone>(received);
  if (done.status != mbim::Status::kSuccess) {
    throw NotApplicable("session " + std::to_string(session) + " cannot be activated with \"" +
                        network.apn + "\": " + mbim::Describe(received.bytes));
  }
  const auto info = mbim::Decode<mbim::ConnectInfo>(done.information);
  if (!info || info->activation_state != mbim::ActivationState::kActivated) {
    throw Missing("expected an activated session, received: " + mbim::Describe(received.bytes));
  }
  return *info;
}

mbim::ConnectInfo Disconnect(Modem& modem, std::uint32_t session) {
  mbim::SetConnect request;
  request.session_id = session;
  request.activation_command = mbim::ActivationCommand::kDeactivate;
  return modem.SetAndAsk<mbim::ConnectInfo>(mbim::kConnect, mbim::Encode(request),
                                            modem.times().network);
}

mbim::Ipv4Address AddressOf(Modem& modem, std::uint32_t session) {
  mbim::IpConfigurationInfo query;
  query.session_id = session;
  const auto info =
      modem.Ask<mbim::IpConfigurationInfo>(mbim::kIpConfiguration, mbim::Encode(query));
  if (info.ipv4_addresses.empty()) throw NotApplicable("the network assigned no IPv4 address");
  return info.ipv4_addresses.front().address;
}

}  // namespace mbnrig::device
