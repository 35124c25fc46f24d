#include "modem/packet_service.h"

#include <array>
#include <bit>
#include <nlohmann/json.hpp>
#include <utility>

#include "modem/command.h"
#include "modem/conditions.h"
#include "modem/notes.h"
#include "modem/registration.h"
#include "modem/world.h"

namespace mbnrig::modem {

using mbim::PacketServiceState;
using mbim::Status;
using scenario::ToName;

namespace {

constexpr std::uint32_t kImplicitlyDetached = 10;  // TS 24.008, 10.5.5.14

/// The words of the key `network.packet_service`.
enum class Word { kAttached, kDetached, kAvailable, kRefused };
const std::vector<scenario::Named<Word>>& Words() {
  static const std::vector<scenario::Named<Word>> kWords{{"attached", Word::kAttached},
                                                         {"detached", Word::kDetached},
                                                         {"available", Word::kAvailable},
                                                         {"refused", Word::kRefused}};
  return kWords;
}

}  // namespace

std::span<const Command> PacketService::commands() const {
  static constexpr std::array kCommands{
      On<&PacketService::Current, &PacketService::Set, &PacketService::Failed>(
          mbim::kPacketService)};
  return kCommands;
}

scenario::Keys<Change> PacketService::keys() {
  return {WordKey(
      "network.packet_service", Words(),
      "`attached`, `detached`: the network attaches or detaches the modem now; `refused`: the "
      "network detaches the modem and lets it attach again only after `available`",
      [this](Change& change, Word word, const scenario::Value&) {
        change.world.network.packet_service_available = word != Word::kRefused;
        if (word == Word::kAttached) change.actions.emplace_back([this] { AttachByNetwork(); });
        if (word == Word::kDetached) {
          change.actions.emplace_back([this] { DetachByNetwork(kImplicitlyDetached); });
        }
      })};
}

void PacketService::PowerOn() {
  state_ = PacketServiceState::kDetached;
  nw_error_ = 0;
  automatic_ = true;
  timer_.reset();
  waiting_.clear();
}

void PacketService::Settle() {
  const scenario::Network& network = machine_.world.network;
  if (!machine_.Get<Registration>().registered()) {
    if (state_ != PacketServiceState::kDetached || nw_error_ != 0) {
      Detach(0, Obstacle(machine_, Needs::kRegistration));
    }
    automatic_ = true;
    return;
  }
  if (attached() && !network.packet_service_available) {
    return DetachByNetwork(network.attach_refusal_cause);
  }
  if (state_ == PacketServiceState::kDetached && network.automatic_attach &&
      network.packet_service_available && automatic_) {
    Attach();
  }
}

void PacketService::Attach() {
  if (state_ == PacketServiceState::kAttaching) return;
  automatic_ = true;
  nw_error_ = 0;
  const auto delay = machine_.world.timing.attach;
  if (delay.count() == 0) return ConcludeAttach();
  state_ = PacketServiceState::kAttaching;
  timer_ = machine_.timers.Add(machine_.now + delay, [this] { ConcludeAttach(); });
}

void PacketService::ConcludeAttach() {
  timer_.reset();
  const scenario::Network& network = machine_.world.network;
  if (!network.packet_service_available) {
    return Detach(network.attach_refusal_cause, Status::kFailure);
  }
  state_ = PacketServiceState::kAttached;
  nw_error_ = 0;
  AnswerWaiting(Status::kSuccess);
}

/// Detaches. An attach under way ends with `status`.
void PacketService::Detach(std::uint32_t cause, Status status) {
  if (timer_) machine_.timers.Cancel(*std::exchange(timer_, std::nullopt));
  state_ = PacketServiceState::kDetached;
  nw_error_ = cause;
  AnswerWaiting(status);
}

/// Does nothing unless the modem is registered and detached.
void PacketService::AttachByNetwork() {
  if (machine_.Get<Registration>().registered() && state_ == PacketServiceState::kDetached) {
    Attach();
  }
}

void PacketService::DetachByNetwork(std::uint32_t cause) {
  automatic_ = false;
  Detach(cause, Status::kFailure);
}

void PacketService::AnswerWaiting(Status status) {
  for (const auto& answer : std::exchange(waiting_, {}))
    answer(status, Current());
}

mbim::PacketServiceInfo PacketService::Current() const {
  mbim::PacketServiceInfo info;
  info.nw_error = nw_error_;
  info.packet_service_state = state_;
  if (attached()) {
    const scenario::Network& network = machine_.world.network;
    info.highest_available_data_class = std::bit_floor(network.data_class);
    info.uplink_speed = network.uplink_speed;
    info.downlink_speed = network.downlink_speed;
  }
  return info;
}

mbim::PacketServiceInfo PacketService::Failed(std::uint32_t nw_error) const {
  mbim::PacketServiceInfo info = Current();
  info.nw_error = nw_error;
  return info;
}

void PacketService::Set(const mbim::SetPacketService& request,
                        const Answer<mbim::PacketServiceInfo>& answer) {
  if (!IsOneOf(request.packet_service_action, mbim::PacketServiceAction::kDetach)) {
    return answer(Status::kInvalidParameters, Current());
  }
  const Status obstacle = Obstacle(machine_, Needs::kRegistration);
  if (obstacle != Status::kSuccess) return answer(obstacle, Current());
  if (request.packet_service_action == mbim::PacketServiceAction::kDetach) {
    automatic_ = false;
    Detach(0, Status::kFailure);
    return answer(Current());
  }
  if (attached()) return answer(Current());
  waiting_.push_back(answer);
  Attach();
}

void PacketService::TellLoss() {
  const PacketServiceState told = told_.told().packet_service_state;
  const bool had = told == PacketServiceState::kAttached || told == PacketServiceState::kAttaching;
  if (had && state_ == PacketServiceState::kDetached) Tell();
}

void PacketService::Tell() {
  told_.Tell(machine_, mbim::kPacketService, Current());
}

void PacketService::Report(nlohmann::json& state) const {
  state["packet_service"] = {{"state", ToName(state_)}, {"network_error", nw_error_}};
  state["network"]["packet_service"] =
      machine_.world.network.packet_service_available ? "available" : "refused";
}

void PacketService::Note(Notes& notes) const {
  notes.Say("packet service", "packet service: " + ToName(state_) + Notes::Cause(nw_error_));
}

}  // namespace mbnrig::modem
