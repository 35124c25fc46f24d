#pragma once

/// A host for tests of the modem. It talks to a Modem with MBIM messages only, and has a clock of
/// its own.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "mbim/codec.h"
#include "mbim/fragment.h"
#include "mbim/message.h"
#include "modem/modem.h"

namespace mbnrig::modem::testing {
using mbim::CommandId;
using mbim::CommandType;
using mbim::Status;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// The answer to a command.
struct Reply {
  Status status = Status::kSuccess;
  mbim::Bytes information;

  /// The information buffer as an Info. The test fails if it is not an Info.
  template <class Info>
  Info As() const {
    const auto decoded = mbim::Decode<Info>(information);
    EXPECT_TRUE(decoded) << Info::kName << ": " << decoded.error().ToString();
    return decoded ? *decoded : Info{};
  }
};

class Host {
 public:
  explicit Host(const scenario::Scenario& scenario = {}) : modem_(scenario, plan_, now_) {
    for (const fault::Rule& rule : scenario.faults)
      plan_.Add(rule);
    max_transfer_ = scenario.usb.max_control_message;
  }
  explicit Host(const std::string& yaml) : Host(scenario::Parse(yaml, "test")) {}

  Modem& modem() { return modem_; }
  fault::Plan& plan() { return plan_; }
  fault::RuleId Rule(const std::string& text) { return plan_.Add(scenario::ParseRule(text, "r")); }

  // --- messages ---------------------------------------------------------------------------------

  void Send(const mbim::HostMessage& message) { SendBytes(mbim::EncodeMessage(message)); }
  void SendBytes(const mbim::Bytes& message) {
    for (const mbim::Bytes& fragment : mbim::Fragment(message, max_transfer_))
      SendRaw(fragment);
  }
  bool SendRaw(const mbim::Bytes& fragment) { return modem_.Receive(fragment, now_); }

  /// Fetches the modem's output. Indications go to indications(), the rest to answers().
  void Drain() {
    mbim::Reassembler::Limits limits;
    limits.max_transfer = max_transfer_;
    mbim::Reassembler reassembler(limits);
    while (auto fragment = modem_.TakeOutput()) {
      EXPECT_LE(fragment->size(), max_transfer_);
      const auto pushed = reassembler.Push(*fragment, now_);
      if (const auto* error = std::get_if<mbim::MessageError>(&pushed)) {
        unreadable_.push_back(error->reason);
      } else if (const auto* whole = std::get_if<mbim::Bytes>(&pushed)) {
        Take(*whole);
      }
    }
  }

  std::vector<mbim::FunctionMessage>& answers() { return answers_; }
  std::vector<mbim::IndicateStatus>& indications() { return indications_; }
  std::vector<std::string>& unreadable() { return unreadable_; }

  /// Takes the only answer. The test fails if there is none, or if it is another message.
  template <class Message>
  Message TakeAnswer() {
    Drain();
    EXPECT_EQ(answers_.size(), 1u);
    Message message{};
    if (answers_.size() == 1 && std::holds_alternative<Message>(answers_[0])) {
      message = std::get<Message>(answers_[0]);
    } else {
      ADD_FAILURE() << "not the message that was expected";
    }
    answers_.clear();
    return message;
  }
  bool IsSilent() {
    Drain();
    return answers_.empty();
  }

  // --- conversations ----------------------------------------------------------------------------

  Status Open(std::uint32_t max_control_transfer = 4096) {
    Send(mbim::OpenMessage{NextId(), max_control_transfer});
    const auto done = TakeAnswer<mbim::OpenDone>();
    if (done.status == Status::kSuccess) {
      max_transfer_ = std::min(max_transfer_, max_control_transfer);
    }
    return done.status;
  }
  Status Close() {
    Send(mbim::CloseMessage{NextId()});
    return TakeAnswer<mbim::CloseDone>().status;
  }

  /// Sends a command and returns its transaction id.
  template <class Payload>
  std::uint32_t Begin(const CommandId& cid, CommandType type, const Payload& payload) {
    return BeginBytes(cid, type, mbim::Encode(payload));
  }
  std::uint32_t BeginBytes(const CommandId& cid, CommandType type, mbim::Bytes information) {
    const std::uint32_t id = NextId();
    Send(mbim::CommandMessage{id, cid.service, cid.number, type, std::move(information)});
    return id;
  }
  Reply TakeReply(std::uint32_t id, const CommandId& cid) {
    const auto done = TakeAnswer<mbim::CommandDone>();
    EXPECT_EQ(done.transaction_id, id);
    EXPECT_EQ(done.service, cid.service);
    EXPECT_EQ(done.cid, cid.number);
    return {done.status, done.information};
  }

  template <class Payload = mbim::Empty>
  Reply Query(const CommandId& cid, const Payload& payload = {}) {
    return TakeReply(Begin(cid, CommandType::kQuery, payload), cid);
  }
  template <class Payload>
  Reply Set(const CommandId& cid, const Payload& payload) {
    return TakeReply(Begin(cid, CommandType::kSet, payload), cid);
  }

  Reply Attach() {
    return Set(mbim::kPacketService, mbim::SetPacketService{mbim::PacketServiceAction::kAttach});
  }
  Reply Detach() {
    return Set(mbim::kPacketService, mbim::SetPacketService{mbim::PacketServiceAction::kDetach});
  }
  Reply Connect(std::uint32_t session = 0, const std::string& apn = "internet") {
    return Set(mbim::kConnect, Activation(session, apn));
  }
  Reply Disconnect(std::uint32_t session = 0) {
    mbim::SetConnect request = Activation(session, "");
    request.activation_command = mbim::ActivationCommand::kDeactivate;
    return Set(mbim::kConnect, request);
  }
  static mbim::SetConnect Activation(std::uint32_t session, const std::string& apn) {
    mbim::SetConnect request;
    request.session_id = session;
    request.activation_command = mbim::ActivationCommand::kActivate;
    request.access_string = apn;
    request.ip_type = mbim::IpType::kIpv4v6;
    return request;
  }
  Reply Radio(mbim::RadioSwitch radio) {
    return Set(mbim::kRadioState, mbim::SetRadioState{radio});
  }

  // --- the world and time -----------------------------------------------------------------------

  void Change(const nlohmann::json& changes) {
    modem_.Set(changes, now_);
    Drain();
  }
  /// Advances the clock, and makes the modem do what is due.
  void Pass(milliseconds time) {
    now_ += time;
    modem_.Tick(now_);
    Drain();
  }
  /// The time until the modem's deadline. Nothing if it has none.
  std::optional<milliseconds> UntilDeadline() const {
    const auto deadline = modem_.Deadline();
    if (!deadline) return std::nullopt;
    return std::chrono::duration_cast<milliseconds>(*deadline - now_);
  }
  TimePoint now() const { return now_; }
  nlohmann::json State() const { return modem_.State(); }
  std::vector<ActiveSession> ActiveSessions() const { return modem_.ActiveSessions(); }

  /// The CIDs of the indications since the last call, in order.
  std::vector<CommandId> TakeIndicated() {
    Drain();
    std::vector<CommandId> cids;
    for (const auto& indication : std::exchange(indications_, {})) {
      cids.push_back(CommandId{indication.service, indication.cid});
    }
    return cids;
  }
  /// The last indication of `cid`, decoded.
  template <class Info>
  Info LastIndicated(const CommandId& cid) {
    Drain();
    for (auto it = indications_.rbegin(); it != indications_.rend(); ++it) {
      if (it->cid != cid.number) continue;
      return Reply{Status::kSuccess, it->information}.As<Info>();
    }
    ADD_FAILURE() << "no indication of CID " << cid.number;
    return {};
  }

  std::uint32_t NextId() { return ++last_id_; }
  std::uint32_t last_id() const { return last_id_; }
  void set_max_transfer(std::uint32_t bytes) { max_transfer_ = bytes; }

 private:
  void Take(const mbim::Bytes& message) {
    auto decoded = mbim::DecodeFunctionMessage(message);
    if (const auto* error = std::get_if<mbim::MessageError>(&decoded)) {
      unreadable_.push_back(error->reason);
      return;
    }
    auto& function_message = std::get<mbim::FunctionMessage>(decoded);
    if (auto* indication = std::get_if<mbim::IndicateStatus>(&function_message)) {
      indications_.push_back(std::move(*indication));
    } else {
      answers_.push_back(std::move(function_message));
    }
  }

  TimePoint now_{std::chrono::hours(1)};
  fault::Plan plan_;
  Modem modem_;
  std::uint32_t max_transfer_ = 4096;
  std::uint32_t last_id_ = 0;
  std::vector<mbim::FunctionMessage> answers_;
  std::vector<mbim::IndicateStatus> indications_;
  std::vector<std::string> unreadable_;
};

/// A host with an opened modem.
class OpenHost : public Host {
 public:
  explicit OpenHost(const std::string& yaml = "name: test") : Host(yaml) {
    EXPECT_EQ(Open(), Status::kSuccess);
  }
};

/// A host with an opened and attached modem.
class AttachedHost : public OpenHost {
 public:
  explicit AttachedHost(const std::string& yaml = "name: test") : OpenHost(yaml) {
    EXPECT_EQ(Attach().status, Status::kSuccess);
    TakeIndicated();
  }
};

}  // namespace mbnrig::modem::testing
