#pragma once

/// The control channel as the function sees it (MBIM 1.0, section 9): opening and closing,
/// transactions, fragments in both directions, and the fault seams along the way. What a command
/// means is others'.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "fault/plan.h"
#include "mbim/fragment.h"
#include "mbim/message.h"
#include "modem/state.h"

namespace mbnrig::modem {

class ControlPlane {
 public:
  /// What the channel carries commands to.
  class Services {
   public:
    virtual ~Services() = default;
    virtual void CarryOut(const mbim::CommandMessage& command, const Answer& answer) = 0;
    /// The information buffer that goes with a status a fault rule makes up.
    virtual mbim::Bytes FailureInformation(const mbim::CommandMessage& command,
                                           std::uint32_t nw_error) = 0;
    /// The channel begins (again) or ends: what the host had set up is gone.
    virtual void Reset() = 0;
  };

  /// All must outlive the channel. `max_control_message` is wMaxControlMessage.
  ControlPlane(Services& services, fault::Plan& plan, std::uint32_t max_control_message);

  /// The time of the step under way; delays count from it.
  void set_now(TimePoint now) { now_ = now; }
  void Receive(mbim::ByteView fragment);
  /// Released holds, delays that are over, fragments that are overdue.
  void Tick();
  std::optional<TimePoint> Deadline() const;
  std::optional<mbim::Bytes> TakeOutput();

  /// Sends an indication when the channel is open.
  void Indicate(const mbim::Uuid& service, std::uint32_t cid, mbim::Bytes information);

  /// Closes the channel without a word and forgets transactions and output.
  void Reset();

  bool TakeUnplugRequest() { return std::exchange(unplug_requested_, false); }

  bool open() const { return open_; }
  std::uint32_t max_transfer() const { return max_transfer_; }
  std::size_t pending() const { return pending_.size(); }
  std::size_t held() const { return held_.size(); }

 private:
  /// A command that has not been answered yet.
  struct Transaction {
    mbim::CommandMessage command;
    std::uint64_t serial = 0;  ///< tells it from an earlier one with the same id
    std::optional<fault::Rule> wire_fault;
    bool answered = false;  ///< the answer is on its way, held up by a rule
  };
  struct Held {
    fault::RuleId rule = 0;
    std::function<void()> go;
  };
  struct Outgoing {
    std::optional<std::uint32_t> transaction_id;  ///< none: an indication
    std::deque<mbim::Bytes> fragments;
  };
  using Verdict = std::optional<fault::Rule>;

  /// Asks the plan and goes on with its verdict: at once, after a delay, or when a hold ends.
  void AtSeam(const fault::Event& event, std::function<void(const Verdict&)> go);

  void OnMessage(mbim::ByteView message);
  void OnOpen(const mbim::OpenMessage& message);
  void OnClose(const mbim::CloseMessage& message);
  void OnCommand(mbim::CommandMessage message);
  void OnHostError(const mbim::HostErrorMessage& message);

  void Open(const mbim::OpenMessage& message, const Verdict& verdict);
  void Close(const mbim::CloseMessage& message, const Verdict& verdict);
  void CarryOut(std::uint32_t transaction_id, std::uint64_t serial, const Verdict& verdict);
  void Finish(std::uint32_t transaction_id, std::uint64_t serial, mbim::Status status,
              mbim::Bytes information);
  void SendAnswer(std::uint32_t transaction_id, std::uint64_t serial, mbim::Status status,
                  mbim::Bytes information, const Verdict& verdict);

  Transaction* Find(std::uint32_t transaction_id, std::uint64_t serial);
  /// Whether the verdict ends the matter without the message: dropped, unplugged, or another error.
  bool Swallowed(std::uint32_t transaction_id, const Verdict& verdict);
  void SendError(const mbim::MessageError& error);
  void Send(const mbim::FunctionMessage& message, std::optional<std::uint32_t> transaction_id,
            const Verdict& wire_fault = {});
  void Forget();

  Services& services_;
  fault::Plan& plan_;
  const std::uint32_t max_control_message_;
  mbim::Reassembler reassembler_;
  Timers timers_;
  TimePoint now_{};
  bool open_ = false;
  std::uint32_t max_transfer_;
  std::uint64_t last_serial_ = 0;
  std::uint64_t epoch_ = 0;  ///< rises when all is forgotten
  std::map<std::uint32_t, Transaction> pending_;
  std::vector<Held> held_;
  std::deque<Outgoing> output_;
  bool unplug_requested_ = false;
};

}  // namespace mbnrig::modem
