#include "modem/world.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "modem/contexts.h"
#include "modem/packet_service.h"
#include "modem/pin.h"

namespace mbnrig::modem {
namespace {

using mbim::ReadyState;
using nlohmann::json;
using scenario::Key;
using scenario::Keys;
using scenario::Named;
using scenario::Value;

constexpr std::uint32_t kRegularDeactivation = 36;  // TS 24.008, 10.5.6.6
constexpr std::uint32_t kImplicitlyDetached = 10;   // TS 24.008, 10.5.5.14

/// A key that takes one word of `names`.
template <class E>
Key<Change> WordKey(std::string name, std::vector<Named<E>> names, std::string text,
                    void (*read)(Change&, E, const Value&)) {
  const std::span<const Named<E>> words(names);
  return {std::move(name), scenario::Joined(scenario::AllNames(words)), std::move(text),
          [names, read](Change& change, const Value& value) {
            read(change, value.Choice(std::span(names)), value);
          }};
}

// --- the SIM ------------------------------------------------------------------------------------

/// What a person can do to a SIM from outside.
enum class SimAction { kReady, kLock, kLockPuk, kState };
struct SimWord {
  SimAction action{};
  ReadyState state{};
};

void ReadSimState(Change& change, SimWord word, const Value& value) {
  scenario::Sim& sim = change.world.sim;
  const auto found = sim.pins.find(mbim::PinType::kPin1);
  const bool has_pin1 = found != sim.pins.end();
  const bool locks = word.action == SimAction::kLock || word.action == SimAction::kLockPuk;
  if (locks && !has_pin1) value.Fail("this SIM has no PIN1");
  sim.state = word.state;
  const bool ready = word.action == SimAction::kReady && has_pin1;
  change.actions.emplace_back([ready](Machine& machine) {
    machine.verified.clear();  // a SIM that is taken out, or starts again, forgets its PINs
    if (ready) machine.verified.insert(mbim::PinType::kPin1);
  });
  if (!has_pin1) return;
  scenario::Pin& pin1 = found->second;
  const scenario::Pin& original = change.machine.origin.sim.pins.at(mbim::PinType::kPin1);
  if (word.action == SimAction::kReady || word.action == SimAction::kLock) {
    pin1.attempts = std::max(original.attempts, 3u);
  }
  if (word.action == SimAction::kReady) pin1.puk_attempts = std::max(original.puk_attempts, 10u);
  if (word.action == SimAction::kLockPuk) pin1.attempts = 0;
  if (locks) pin1.mode = mbim::PinMode::kEnabled;
}

Key<Change> SimStateKey() {
  return WordKey<SimWord>(
      "sim.state",
      {{"ready", {SimAction::kReady, ReadyState::kInitialized}},
       {"locked", {SimAction::kLock, ReadyState::kInitialized}},
       {"puk-locked", {SimAction::kLockPuk, ReadyState::kInitialized}},
       {"inserted", {SimAction::kState, ReadyState::kInitialized}},
       {"absent", {SimAction::kState, ReadyState::kSimNotInserted}},
       {"bad", {SimAction::kState, ReadyState::kBadSim}},
       {"failure", {SimAction::kState, ReadyState::kFailure}},
       {"not-activated", {SimAction::kReady, ReadyState::kNotActivated}},
       {"not-initialized", {SimAction::kState, ReadyState::kNotInitialized}}},
      "`ready`: a good SIM whose PIN1 has been entered; `inserted`: a SIM put in again, which asks "
      "for PIN1 where it is enabled; `locked`, `puk-locked`: a SIM that waits for PIN1 or its PUK",
      ReadSimState);
}

// --- the network --------------------------------------------------------------------------------

/// The provider with that id as the scenario describes it, or one that has only the id.
mbim::Provider ProviderOf(const Machine& machine, const std::string& id) {
  for (const mbim::Provider& provider : machine.origin.network.visible) {
    if (provider.provider_id == id) return provider;
  }
  if (machine.origin.network.serving.provider_id == id) return machine.origin.network.serving;
  if (machine.origin.sim.home_provider.provider_id == id) return machine.origin.sim.home_provider;
  return {id, 0, id, machine.origin.caps.cellular_class, 99, 99};
}

void ReadServing(Change& change, const Value& value) {
  change.world.network.serving = ProviderOf(change.machine, scenario::ReadProviderId(value));
}

void ReadVisible(Change& change, const Value& value) {
  constexpr std::size_t kMostVisible = 64;
  const auto elements = value.Elements();
  if (elements.size() > kMostVisible) {
    value.Expected("at most " + std::to_string(kMostVisible) + " provider ids");
  }
  auto& visible = change.world.network.visible;
  visible.clear();
  for (const Value& element : elements)
    visible.push_back(ProviderOf(change.machine, scenario::ReadProviderId(element)));
}

enum class Packet { kAttached, kDetached, kAvailable, kRefused };

void ReadPacketService(Change& change, Packet packet, const Value&) {
  change.world.network.packet_service_available = packet != Packet::kRefused;
  if (packet == Packet::kAttached) change.actions.emplace_back(AttachByNetwork);
  if (packet == Packet::kDetached) {
    change.actions.emplace_back(
        [](Machine& machine) { DetachByNetwork(machine, kImplicitlyDetached); });
  }
}

void ReadDeactivate(Change& change, const Value& value) {
  const std::string kind = "the id of an active session";
  const auto id = static_cast<std::uint32_t>(value.Number(0, kMaxSessionId, kind));
  if (!change.machine.sessions.contains(id)) value.Expected(kind);
  change.actions.emplace_back([id](Machine& machine) {
    if (machine.sessions.contains(id)) DeactivateByNetwork(machine, id, kRegularDeactivation);
  });
}

/// The keys that exist only while a modem runs, or take other values then.
Keys<Change> RunningKeys() {
  return {
      SimStateKey(),
      {"network.serving", std::string(scenario::kProviderIdKind),
       "id of the provider that automatic registration finds", ReadServing},
      {"network.visible", "list of provider ids", "the providers in sight", ReadVisible},
      WordKey<Packet>("network.packet_service",
                      {{"attached", Packet::kAttached},
                       {"detached", Packet::kDetached},
                       {"available", Packet::kAvailable},
                       {"refused", Packet::kRefused}},
                      "`attached`, `detached`: the network attaches or detaches the modem now; "
                      "`refused`: the network detaches the modem and lets it attach again only "
                      "after `available`",
                      ReadPacketService),
      {"network.deactivate", "id of an active session",
       "the network deactivates that session, NwError 36 (regular deactivation)", ReadDeactivate},
  };
}

}  // namespace

const Keys<Change>& WorldKeys() {
  static const Keys<Change> kKeys = [] {
    Keys<Change> keys = RunningKeys();
    for (const auto& key : scenario::LiveKeys())
      keys.push_back(scenario::Within<Change>(
          key, "", [](auto& c) -> auto& { return c.world; }));
    std::ranges::sort(keys, {}, &Key<Change>::name);
    return keys;
  }();
  return kKeys;
}

Change ReadChanges(const Machine& machine, const json& changes) {
  Change change{machine, machine.world};
  try {
    scenario::ReadKeys(WorldKeys(), change, Value::Document(changes.dump(), ""));
  } catch (const scenario::ScenarioError& error) {
    throw std::invalid_argument(error.what());
  }
  return change;
}

void Apply(Machine& machine, Change change) {
  machine.world = std::move(change.world);
  for (const auto& action : change.actions)
    action(machine);
}

std::string WorldKeyTable() {
  std::vector<scenario::KeyDoc> docs;
  for (const Key<Change>& key : WorldKeys())
    docs.push_back({key.name, key.kind, "", key.text});
  return scenario::MarkdownTable(docs);
}

}  // namespace mbnrig::modem
