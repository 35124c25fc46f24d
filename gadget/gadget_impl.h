#pragma once

/// What a gadget is made of; gadget.cpp runs it, gadget_control.cpp answers control requests.

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

/// The modem, the plan and the flags behind the ControlChannel are touched under the function's
/// lock only (MbimFunction::Run). Ports are used on the gadget's thread only, without that lock.
/// Lock order: function, then `mutex`; function, then the network's and the data pipe's.
struct Gadget::Impl : usb::ControlChannel {
  explicit Impl(scenario::Scenario first);
  ~Impl() override;

  // usb::ControlChannel, under the function's lock
  void Receive(usb::ByteView fragment) override;
  std::optional<usb::Bytes> TakeOutput() override;
  void ResetFunction() override;
  std::optional<fault::RuleState> Consult(const fault::Event& event) override;
  bool Released(fault::RuleId rule) override;
  void RequestUnplug() override;
  void Reschedule() override;

  /// Tells data pipe and network of the sessions that the modem has now. Under the function's lock,
  /// after whatever may have changed them.
  void FollowSessions();
  /// The same, and wakes the thread where it would sleep too long for what the modem wants now.
  void FollowModemsNeeds();

  /// Has the thread carry out `work` and waits for it; passes on what it throws.
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
  /// The new modem and what belongs to it. Under the function's lock. `next_network` becomes the
  /// network of before, for the caller to destroy without the lock.
  void Replace(const scenario::Scenario& next, std::unique_ptr<data::Network>& next_network);
  void FollowUplink();

  void SetTrace(std::shared_ptr<trace::Writer> writer, Traced traced);
  /// A comment in the trace, where there is one; `text` makes it.
  template <class Text>
  void Comment(Text text) {
    if (const auto to = Commented()) to->Comment(text());
  }
  /// Comments that name the rules in force.
  void TellFaults();
  std::shared_ptr<trace::Writer> Commented() const;
  /// Has the modem tell the trace of itself. Under the function's lock.
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
  std::optional<GadgetTrace> trace;  ///< outlives the function's use of it
  usb::MbimFunction function;
  /// Behind the data pipe, which calls it through what FollowUplink has set.
  std::unique_ptr<data::Network> network;
  std::vector<modem::ActiveSession> sessions;  ///< that data pipe and network know of
  MessageLog log;
  mutable std::mutex commented_mutex;
  std::shared_ptr<trace::Writer> commented;  // guarded by commented_mutex

  Port* port = nullptr;  ///< the thread's
  std::atomic<bool> plugged = false;
  std::atomic<bool> stopped = false;

  std::mutex mutex;
  std::condition_variable changed;
  bool wake = false;
  bool asleep = false;                                 ///< the thread waits, and
  std::chrono::steady_clock::time_point asleep_until;  ///< so long at most
  bool stopping = false;
  std::deque<std::packaged_task<void()>> tasks;
  std::thread thread;
};

}  // namespace mbnrig
