#pragma once

/// The control channel on the function's side (MBIM 1.0, section 9): opening and closing,
/// transactions, fragments in both directions, and the seams where fault rules act. Commands are
/// carried out elsewhere (dispatch.h).

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "fault/plan.h"
#include "mbim/fragment.h"
#include "mbim/message.h"
#include "modem/answer.h"
#include "modem/timers.h"

namespace mbnrig::modem {

class ControlPlane {
 public:
  /// Takes the commands that the channel carries.
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void CarryOut(const mbim::CommandMessage& command, const SendAnswer& answer) = 0;
    /// The information buffer of an answer whose status comes from a fault rule.
    virtual mbim::Bytes FailureInformation(const mbim::CommandMessage& command,
                                           std::uint32_t nw_error) = 0;
    /// The channel opens (again) or closes: forgets everything that the host has set up. The
    /// channel is closed during the call.
    virtual void Reset() = 0;
  };

  /// What the function has announced in its descriptors.
  struct Limits {
    std::uint32_t max_control_message = 0;     ///< wMaxControlMessage
    std::size_t max_outstanding_commands = 0;  ///< bMaxOutstandingCommandMessages
  };
  /// `handler` and `plan` must outlive the channel.
  ControlPlane(Handler& handler, fault::Plan& plan, const Limits& limits);

  /// Sets the time of the current step. Delays count from it.
  void set_now(TimePoint now) { now_ = now; }
  /// False: the fragment of a command was dropped, because too many answers wait for the host.
  bool Receive(mbim::ByteView fragment);
  /// Continues what a released hold or an ended delay has stopped, and gives up overdue fragments.
  void Tick();
  std::optional<TimePoint> Deadline() const;
  std::optional<mbim::Bytes> TakeOutput();
  /// How many fragments wait in TakeOutput.
  std::size_t waiting() const;
  /// How often everything that waited was withdrawn.
  std::uint64_t restarts() const { return epoch_; }

  /// Sends an indication if the channel is open.
  void Indicate(const mbim::Uuid& service, std::uint32_t cid, mbim::Bytes information);

  /// Closes the channel without a message, and forgets transactions and output.
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
    std::uint64_t serial = 0;  ///< distinguishes it from an earlier one with the same id
    std::optional<fault::Rule> wire_fault;
    bool answered = false;  ///< the answer exists; a rule may hold it
  };
  struct Held {
    fault::RuleId rule = 0;
    std::function<void()> go;
  };
  struct Outgoing {
    std::optional<std::uint32_t> transaction_id;  ///< none: an indication
    std::deque<mbim::Bytes> fragments;
    bool ends_command = false;
    bool started = false;  ///< the host has got a fragment: it gets the others, too
  };
  using Verdict = std::optional<fault::Rule>;

  /// Asks the plan, then calls `go` with its verdict: at once, after a delay, or when a hold ends.
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
  /// Whether the verdict replaces the message: it is dropped, the device is unplugged, or an error
  /// goes out instead.
  bool Swallowed(std::uint32_t transaction_id, const Verdict& verdict);
  void SendError(const mbim::MessageError& error);
  void Send(const mbim::FunctionMessage& message, std::optional<std::uint32_t> transaction_id,
            const Verdict& wire_fault = {});
  /// Whether a message that the host has got in part is sent to its end.
  enum class Rest { kIsSent, kIsDropped };
  void Forget(Rest rest);
  std::size_t outstanding() const;

  Handler& handler_;
  fault::Plan& plan_;
  const Limits limits_;
  mbim::Reassembler reassembler_;
  Timers timers_;
  TimePoint now_{};
  bool open_ = false;
  std::uint32_t max_transfer_;
  std::uint64_t last_serial_ = 0;
  std::uint64_t epoch_ = 0;  ///< rises with each Forget()
  std::map<std::uint32_t, Transaction> pending_;
  std::vector<Held> held_;
  std::deque<Outgoing> output_;
  bool unplug_requested_ = false;
};

}  // namespace mbnrig::modem
