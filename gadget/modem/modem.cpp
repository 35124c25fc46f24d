#include "modem/modem.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "modem/contexts.h"
#include "modem/control_plane.h"
#include "modem/device_services.h"
#include "modem/dispatch.h"
#include "modem/notes.h"
#include "modem/services.h"
#include "modem/world.h"

namespace mbnrig::modem {
namespace {

/// Throws std::invalid_argument if a text of the scenario does not fit the wire. To find out, it
/// encodes all of them.
void CheckScenario(const scenario::Scenario& world) {
  if (world.usb.max_control_message < mbim::kMinControlTransfer) {
    throw std::invalid_argument("max_control_message: expected at least 64 bytes");
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

Machine& WithServices(Machine& machine) {
  AddServices(machine);
  return machine;
}

}  // namespace

/// Connects the control channel with the services. Every public call is one step: it acts, then
/// settles.
struct Modem::Impl : ControlPlane::Handler {
  Impl(const scenario::Scenario& scenario, fault::Plan& plan, TimePoint now)
      : machine(scenario, now),
        dispatcher(WithServices(machine)),
        channel(*this, plan,
                {scenario.usb.max_control_message, scenario.usb.max_outstanding_commands}) {
    CheckScenario(scenario);
    machine.indicate = [this](const mbim::CommandId& id, mbim::Bytes information) {
      if (machine.Get<DeviceServices>().IsSubscribed(id)) {
        channel.Indicate(id.service, id.number, std::move(information));
      }
    };
    channel.set_now(now);
    PowerOn(machine);
  }

  void CarryOut(const mbim::CommandMessage& command, const SendAnswer& answer) override {
    dispatcher.CarryOut(command, answer);
  }
  mbim::Bytes FailureInformation(const mbim::CommandMessage& command,
                                 std::uint32_t nw_error) override {
    return dispatcher.FailureInformation(command, nw_error);
  }
  void Reset() override { ChannelReset(machine); }

  template <class Act>
  void Step(TimePoint now, Act act) {
    machine.now = now;
    channel.set_now(now);
    act();
    Settle(machine);
    notes.Compare(machine.services());
  }

  Machine machine;
  const Dispatcher dispatcher;
  ControlPlane channel;
  Notes notes;
};

Modem::Modem(const scenario::Scenario& scenario, fault::Plan& plan, TimePoint now)
    : impl_(std::make_unique<Impl>(scenario, plan, now)) {}
Modem::~Modem() = default;

bool Modem::Receive(mbim::ByteView fragment, TimePoint now) {
  bool taken = false;
  impl_->Step(now, [&] { taken = impl_->channel.Receive(fragment); });
  return taken;
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

std::size_t Modem::waiting() const {
  return impl_->channel.waiting();
}

std::uint64_t Modem::restarts() const {
  return impl_->channel.restarts();
}

void Modem::ResetFunction(TimePoint now) {
  impl_->Step(now, [&] { impl_->channel.Reset(); });
}

void Modem::PowerCycle(TimePoint now) {
  impl_->Step(now, [&] {
    impl_->channel.Reset();
    PowerOn(impl_->machine);
  });
}

bool Modem::open() const {
  return impl_->channel.open();
}

std::vector<ActiveSession> Modem::ActiveSessions() const {
  return impl_->machine.Get<Contexts>().Active();
}

bool Modem::TakeUnplugRequest() {
  return impl_->channel.TakeUnplugRequest();
}

void Modem::Set(const nlohmann::json& changes, TimePoint now) {
  Change change = ReadChanges(impl_->machine, changes);
  impl_->Step(now, [&] { Apply(impl_->machine, std::move(change)); });
}

void Modem::set_note_handler(std::function<void(const std::string&)> handler) {
  impl_->notes.Listen(std::move(handler), impl_->machine.services());
}

nlohmann::json Modem::State() const {
  nlohmann::json state = {{"scenario", impl_->machine.world.name}};
  for (const auto& service : impl_->machine.services())
    service->Report(state);
  const bool has_list = impl_->machine.Get<DeviceServices>().has_list();
  state["control"] = {{"open", impl_->channel.open()},
                      {"max_transfer", impl_->channel.max_transfer()},
                      {"pending", impl_->channel.pending()},
                      {"held", impl_->channel.held()},
                      {"subscribed", has_list ? "list" : "all"}};
  return state;
}

}  // namespace mbnrig::modem
