#include "modem/modem.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "modem/contexts.h"
#include "modem/control_plane.h"
#include "modem/device_services.h"
#include "modem/dispatch.h"
#include "modem/notes.h"
#include "modem/report.h"
#include "modem/settle.h"
#include "modem/signal.h"
#include "modem/world.h"

namespace mbnrig::modem {

/// Wires the control channel to the machine. Every public call is one step: it acts, then settles.
struct Modem::Impl : ControlPlane::Services {
  Impl(const scenario::Scenario& scenario, fault::Plan& plan, TimePoint now)
      : machine(scenario, now), channel(*this, plan, scenario.usb.max_control_message) {
    machine.indicate = [this](const mbim::CommandId& cid, mbim::Bytes information) {
      if (IsSubscribed(machine, cid.service, cid.number)) {
        channel.Indicate(cid.service, cid.number, std::move(information));
      }
    };
    channel.set_now(now);
    CheckScenario();
    PowerOn();
  }

  void CarryOut(const mbim::CommandMessage& command, const Answer& answer) override {
    Dispatch(machine, command, answer);
  }
  mbim::Bytes FailureInformation(const mbim::CommandMessage& command,
                                 std::uint32_t nw_error) override {
    return FailureInformationOf(machine, command, nw_error);
  }
  void Reset() override {
    DropSessions(machine);
    machine.subscriptions.reset();
    ResetSignalReports(machine);
    TakeAllAsTold(machine);
  }

  template <class Act>
  void Step(TimePoint now, Act act) {
    machine.now = now;
    channel.set_now(now);
    act();
    Settle(machine);
    notes.Compare(machine);
  }

  /// What volatile memory holds begins anew; nothing is indicated, the channel being closed.
  void PowerOn() {
    machine.timers.Clear();
    machine.verified.clear();
    machine.registration = {};
    machine.registration.mode = machine.origin.network.registration_mode;
    machine.registration.selected = machine.origin.network.selected_provider;
    machine.packet_service = {};
    machine.sessions.clear();
    machine.scanning = false;
    machine.signal = {};
    machine.subscriptions.reset();
    Settle(machine);
    TakeAllAsTold(machine);
  }

  /// Finds out now what will not fit the wire: encodes every text of the scenario's.
  void CheckScenario() const {
    const scenario::Scenario& world = machine.world;
    if (world.usb.max_control_message < mbim::kMinControlTransfer) {
      throw std::invalid_argument("max_control_message: at least 64 bytes are needed");
    }
    mbim::Encode(world.caps);
    mbim::SubscriberReadyInfo subscriber;
    subscriber.subscriber_id = world.sim.subscriber_id;
    subscriber.sim_icc_id = world.sim.icc_id;
    subscriber.telephone_numbers = world.sim.telephone_numbers;
    mbim::Encode(subscriber);
    mbim::RegistrationStateInfo registration;
    registration.roaming_text = world.network.roaming_text;
    registration.provider_id = world.network.selected_provider;
    mbim::Encode(registration);
    mbim::Encode(world.sim.home_provider);
    mbim::Encode(world.network.serving);
    mbim::Encode(mbim::Providers{world.network.visible});
    mbim::Encode(mbim::ProvisionedContextsInfo{world.provisioned_contexts});
  }

  Machine machine;
  ControlPlane channel;
  Notes notes;
};

Modem::Modem(const scenario::Scenario& scenario, fault::Plan& plan, TimePoint now)
    : impl_(std::make_unique<Impl>(scenario, plan, now)) {}
Modem::~Modem() = default;

void Modem::Receive(mbim::ByteView fragment, TimePoint now) {
  impl_->Step(now, [&] { impl_->channel.Receive(fragment); });
}

void Modem::Tick(TimePoint now) {
  impl_->Step(now, [&] {
    impl_->machine.timers.RunDue(now);
    impl_->channel.Tick();
  });
}

std::optional<TimePoint> Modem::Deadline() const {
  const auto machine = impl_->machine.timers.Next();
  const auto channel = impl_->channel.Deadline();
  if (machine && channel) return std::min(*machine, *channel);
  return machine ? machine : channel;
}

std::optional<mbim::Bytes> Modem::TakeOutput() {
  return impl_->channel.TakeOutput();
}

void Modem::ResetFunction(TimePoint now) {
  impl_->Step(now, [&] { impl_->channel.Reset(); });
}

void Modem::PowerCycle(TimePoint now) {
  impl_->Step(now, [&] {
    impl_->channel.Reset();
    impl_->PowerOn();
  });
}

bool Modem::open() const {
  return impl_->channel.open();
}

std::vector<ActiveSession> Modem::ActiveSessions() const {
  return ActiveSessionsOf(impl_->machine);
}

bool Modem::TakeUnplugRequest() {
  return impl_->channel.TakeUnplugRequest();
}

void Modem::Set(const nlohmann::json& changes, TimePoint now) {
  Change change = ReadChanges(impl_->machine, changes);
  impl_->Step(now, [&] { Apply(impl_->machine, std::move(change)); });
}

void Modem::set_note_handler(std::function<void(const std::string&)> handler) {
  impl_->notes.Listen(std::move(handler), impl_->machine);
}

nlohmann::json Modem::State() const {
  nlohmann::json state = Report(impl_->machine);
  const auto& subscriptions = impl_->machine.subscriptions;
  state["control"] = {{"open", impl_->channel.open()},
                      {"max_transfer", impl_->channel.max_transfer()},
                      {"pending", impl_->channel.pending()},
                      {"held", impl_->channel.held()},
                      {"subscribed", subscriptions ? "list" : "all"}};
  return state;
}

}  // namespace mbnrig::modem
