#pragma once

/// The parts of a gadget. gadget.cpp runs them, gadget_control.cpp answers control requests.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "data/network.h"
#include "gadget.h"
#include "gadget_trace.h"
#include "message_log.h"
#include "modem/modem.h"
#include "usb/mbim_function.h"

namespace mbnrig {

/// The modem, the plan and the flags behind the ControlChannel are used only under the function's
/// lock (MbimFunction::Run). Ports are used only on the gadget's thread, without that lock. Lock
/// order: the function's lock before `mutex`, and before the locks of network and data pipe.
struct Gadget::Impl : usb::ControlChannel {
  explicit Impl(scenario::Scenario first);
  ~Impl() override;

  // usb::ControlChannel, under the function's lock
  bool Receive(usb::ByteView fragment) override;
  Output output() const override { return {modem->waiting(), modem->restarts()}; }
  std::optional<usb::Bytes> TakeOutput() override;
  void ResetFunction() override;
  std::optional<fault::RuleState> Consult(const fault::Event& event) override;
  bool Released(fault::RuleId rule) override;
  void RequestUnplug() override;
  void Reschedule() override;

  /// Tells data pipe and network which sessions the modem has now. Called under the function's lock
  /// after everything that may change the sessions.
  void FollowSessions();
  /// The same. Also wakes the thread if it would sleep beyond the modem's new deadline.
  void FollowModemsNeeds();

  /// Carries out `work` on the thread and waits for it. Throws what `work` throws.
  void Perform(std::function<void()> work);
  void Stop();

  // On the thread.
  void Run();
  void Plug();
  void Unplug();
  void PowerOff();
  void SetPort(Port* to);
  /// Whether `load` takes the device off the bus.
  enum class Replug { kAlways, kIfNeeded };
  /// Replaces the modem. Returns whether the device left the bus and came back.
  bool Load(const scenario::Scenario& next, Replug replug);
  /// Replaces modem, faults and network. Called under the function's lock. Afterwards
  /// `next_network` is the previous network, which the caller destroys without the lock.
  void Replace(const scenario::Scenario& next, std::unique_ptr<data::Network>& next_network);
  /// Makes the data pipe send its uplink to the present network.
  void FollowUplink();

  void SetTrace(std::shared_ptr<trace::Writer> writer, Traced traced);
  /// Writes a comment into the trace, if there is one; `text` makes it.
  template <class Text>
  void Comment(Text text) {
    if (const auto to = Commented()) to->Comment(text());
  }
  /// Writes a comment about each rule in force.
  void TellFaults();
  std::shared_ptr<trace::Writer> Commented() const;
  /// Makes the modem write its state into the trace as comments. Called under the function's lock.
  void FollowModem();

  // Control requests (gadget_control.cpp).
  using Method = nlohmann::json (Impl::*)(const nlohmann::json& params);
  nlohmann::json Help(const nlohmann::json& params);
  nlohmann::json LoadScenario(const nlohmann::json& params);
  nlohmann::json Inject(const nlohmann::json& params);
  nlohmann::json Release(const nlohmann::json& params);
  nlohmann::json Clear(const nlohmann::json& params);
  nlohmann::json Set(const nlohmann::json& params);
  nlohmann::json State(const nlohmann::json& params);
  nlohmann::json Trace(const nlohmann::json& params);
  nlohmann::json Wait(const nlohmann::json& params);
  nlohmann::json PlugIn(const nlohmann::json& params);
  nlohmann::json PullOut(const nlohmann::json& params);

  scenario::Scenario scenario;
  fault::Plan plan;
  std::unique_ptr<modem::Modem> modem;
  bool unplug_requested = false;
  std::optional<GadgetTrace> trace;  // before `function`, which uses it
  usb::MbimFunction function;
  // Behind the data pipe, which calls it as FollowUplink says.
  std::unique_ptr<data::Network> network;
  std::vector<modem::ActiveSession> sessions;  // those that data pipe and network know
  MessageLog log;
  mutable std::mutex commented_mutex;
  std::shared_ptr<trace::Writer> commented;  // guarded by commented_mutex

  Port* port = nullptr;  // used on the thread only
  std::atomic<bool> plugged = false;
  std::atomic<bool> stopped = false;

  std::mutex mutex;  // guards all below
  std::condition_variable changed;
  bool wake = false;
  bool asleep = false;                                 // the thread waits
  std::chrono::steady_clock::time_point asleep_until;  // the end of that wait
  bool stopping = false;
  std::deque<std::packaged_task<void()>> tasks;
  std::thread thread;
};

}  // namespace mbnrig
