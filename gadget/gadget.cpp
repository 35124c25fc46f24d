#include "gadget.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "data/make_network.h"
#include "gadget_impl.h"

namespace mbnrig {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLoggedMessages = 1024;

std::unique_ptr<data::Network> NetworkFor(const scenario::Scenario& scenario,
                                          usb::MbimFunction& function) {
  return data::MakeNetwork(scenario.network,
                           [&pipe = function.data()](std::uint8_t session, usb::ByteView datagram) {
                             pipe.Downlink(session, datagram);
                           });
}

}  // namespace

Gadget::Impl::Impl(scenario::Scenario first)
    : scenario(std::move(first)),
      modem(std::make_unique<modem::Modem>(scenario, plan, Clock::now())),
      function(scenario.usb, *this),
      network(NetworkFor(scenario, function)),
      log(kLoggedMessages) {
  FollowUplink();
  for (const auto& rule : scenario.faults)
    plan.Add(rule);
  plan.set_change_handler([this] { Reschedule(); });
  thread = std::thread([this] { Run(); });
}

Gadget::Impl::~Impl() {
  Stop();
  plan.set_change_handler(nullptr);
  {
    std::lock_guard lock(mutex);
    stopping = true;
  }
  changed.notify_all();
  thread.join();
}

void Gadget::Impl::Stop() {
  if (stopped.exchange(true)) return;
  Perform([this] { SetPort(nullptr); });
}

bool Gadget::Impl::Receive(usb::ByteView fragment) {
  log.Add(Direction::kFromHost, fragment);
  const bool taken = modem->Receive(fragment, Clock::now());
  FollowModemsNeeds();
  return taken;
}

std::optional<usb::Bytes> Gadget::Impl::TakeOutput() {
  auto fragment = modem->TakeOutput();
  if (fragment) log.Add(Direction::kToHost, *fragment);
  return fragment;
}

void Gadget::Impl::ResetFunction() {
  modem->ResetFunction(Clock::now());
  FollowModemsNeeds();
}

void Gadget::Impl::FollowModemsNeeds() {
  FollowSessions();
  unplug_requested = modem->TakeUnplugRequest() || unplug_requested;
  const auto due = modem->Deadline();
  if (!unplug_requested && !due) return;
  std::lock_guard lock(mutex);
  // A command rarely brings the deadline forward, and waking the thread costs as much as a small
  // command.
  if (!unplug_requested && asleep && asleep_until <= *due) return;
  wake = true;
  changed.notify_all();
}

void Gadget::Impl::FollowSessions() {
  auto now = modem->ActiveSessions();
  if (now == sessions) return;
  auto is_in = [](const auto& list, const modem::ActiveSession& session) {
    return std::find(list.begin(), list.end(), session) != list.end();
  };
  for (const auto& session : sessions) {
    if (is_in(now, session)) continue;
    network->Deactivate(session.id);
    function.data().SetSession(session.id, false);
  }
  for (const auto& session : now) {
    if (is_in(sessions, session)) continue;
    function.data().SetSession(session.id, true);
    try {
      network->Activate({session.id, session.apn, session.ip});
    } catch (const std::runtime_error& error) {
      spdlog::error("session {}: no network: {}", session.id, error.what());
    }
  }
  sessions = std::move(now);
}

std::optional<fault::RuleState> Gadget::Impl::Consult(const fault::Event& event) {
  return plan.Consult(event);
}

bool Gadget::Impl::Released(fault::RuleId rule) {
  return plan.Released(rule);
}

void Gadget::Impl::RequestUnplug() {
  unplug_requested = true;
  Reschedule();
}

void Gadget::Impl::Reschedule() {
  std::lock_guard lock(mutex);
  wake = true;
  changed.notify_all();
}

void Gadget::Impl::Perform(std::function<void()> work) {
  std::packaged_task<void()> task(std::move(work));
  auto done = task.get_future();
  {
    std::lock_guard lock(mutex);
    tasks.push_back(std::move(task));
  }
  changed.notify_all();
  done.get();
}

void Gadget::Impl::Run() {
  for (;;) {
    const auto now = Clock::now();
    bool unplug = false;
    std::optional<Clock::time_point> deadline;
    function.Run([&] {
      modem->Tick(now);
      FollowSessions();
      unplug = modem->TakeUnplugRequest();
      unplug = std::exchange(unplug_requested, false) || unplug;
      deadline = modem->Deadline();
    });
    function.Tick(now);
    if (unplug) {
      try {
        Unplug();
      } catch (const std::exception& error) {
        spdlog::error("cannot unplug for a fault rule: {}", error.what());
      }
      continue;
    }
    if (const auto due = function.Deadline(); due && (!deadline || *due < *deadline)) {
      deadline = due;
    }

    std::unique_lock lock(mutex);
    const auto called = [this] { return wake || stopping || !tasks.empty(); };
    asleep = true;
    asleep_until = deadline.value_or(Clock::time_point::max());
    if (deadline) {
      changed.wait_until(lock, *deadline, called);
    } else {
      changed.wait(lock, called);
    }
    asleep = false;
    wake = false;
    if (!tasks.empty()) {
      auto task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      task();
    } else if (stopping) {
      return;
    }
  }
}

void Gadget::Impl::Plug() {
  if (plugged) return;
  if (stopped) throw std::runtime_error("the gadget is stopping");
  if (port == nullptr) throw std::runtime_error("the gadget has no port");
  Comment([] { return "plugged in"; });
  port->Plug();
  plugged = true;
}

void Gadget::Impl::Unplug() {
  if (!plugged) return;
  plugged = false;
  Comment([] { return "unplugged"; });
  port->Unplug();
  PowerOff();
}

void Gadget::Impl::PowerOff() {
  function.Run([this] {
    modem->PowerCycle(Clock::now());
    FollowSessions();
    modem->TakeUnplugRequest();  // a request from before the power loss is void
    unplug_requested = false;
  });
}

void Gadget::Impl::SetPort(Port* to) {
  if (to == port) return;
  Unplug();
  port = to;
}

bool Gadget::Impl::Load(const scenario::Scenario& next, Replug replug) {
  auto next_network = NetworkFor(next, function);  // may throw; nothing has changed then
  const auto replace_unnoticed = [&] {
    if (modem->open()) return false;
    Replace(next, next_network);
    return true;
  };
  if (replug == Replug::kIfNeeded && plugged && next.usb == function.identity() &&
      function.Renew(replace_unnoticed)) {
    return false;
  }
  Unplug();
  function.Run([&] { Replace(next, next_network); });
  next_network.reset();
  function.set_identity(next.usb);
  if (port != nullptr) Plug();
  return plugged;
}

void Gadget::Impl::Replace(const scenario::Scenario& next,
                           std::unique_ptr<data::Network>& next_network) {
  scenario = next;
  plan.Clear();
  for (const auto& rule : scenario.faults)
    plan.Add(rule);
  modem = std::make_unique<modem::Modem>(scenario, plan, Clock::now());
  FollowSessions();
  network.swap(next_network);
  FollowUplink();
  unplug_requested = false;
  Comment([&] { return "scenario " + scenario.name + " loaded"; });
  TellFaults();
  FollowModem();
}

void Gadget::Impl::FollowUplink() {
  function.data().set_uplink(
      {[to = network.get()](std::uint8_t session, usb::ByteView datagram) {
         to->Uplink(session, datagram);
       },
       [to = network.get()](std::uint8_t session) { to->UplinkIdle(session); }});
}

void Gadget::Impl::SetTrace(std::shared_ptr<trace::Writer> writer, Traced traced) {
  plan.set_hit_handler(nullptr);
  function.set_observer(nullptr);
  trace.reset();
  {
    const std::lock_guard lock(commented_mutex);
    commented = writer;
  }
  function.Run([&] { FollowModem(); });
  if (writer == nullptr) return;
  if (!scenario.name.empty()) Comment([&] { return "scenario " + scenario.name; });
  TellFaults();
  plan.set_hit_handler([writer](const fault::RuleState& state) {
    writer->Comment("fault " + std::to_string(state.id) + " acts: " + ToText(state.rule));
  });
  if (traced == Traced::kComments) return;
  trace.emplace(std::move(writer));
  function.set_observer(&*trace);
}

void Gadget::Impl::TellFaults() {
  for (const auto& state : plan.List())
    Comment([&] { return "fault " + std::to_string(state.id) + ": " + ToText(state.rule); });
}

std::shared_ptr<trace::Writer> Gadget::Impl::Commented() const {
  const std::lock_guard lock(commented_mutex);
  return commented;
}

void Gadget::Impl::FollowModem() {
  const auto writer = Commented();
  if (writer == nullptr) return modem->set_note_handler(nullptr);
  modem->set_note_handler([writer](const std::string& text) { writer->Comment(text); });
}

Gadget::Gadget(scenario::Scenario scenario) : impl_(std::make_unique<Impl>(std::move(scenario))) {}
Gadget::~Gadget() = default;

usb::MbimFunction& Gadget::function() {
  return impl_->function;
}
fault::Plan& Gadget::plan() {
  return impl_->plan;
}

void Gadget::set_port(Port* port) {
  impl_->Perform([this, port] { impl_->SetPort(port); });
}

void Gadget::set_trace(std::shared_ptr<trace::Writer> writer, Traced traced) {
  impl_->Perform([&] { impl_->SetTrace(std::move(writer), traced); });
}

void Gadget::Plug() {
  impl_->Perform([this] { impl_->Plug(); });
}

void Gadget::Unplug() {
  impl_->Perform([this] { impl_->Unplug(); });
}

void Gadget::Stop() {
  impl_->Stop();
}

}  // namespace mbnrig
