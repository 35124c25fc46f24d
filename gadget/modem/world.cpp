#include "modem/world.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "modem/contexts.h"
#include "modem/packet_service.h"
#include "modem/pin.h"
#include "modem/providers.h"
#include "modem/registration.h"
#include "scenario/names.h"
#include "scenario/quantity.h"

namespace mbnrig::modem {
namespace {

using mbim::ReadyState;
using nlohmann::json;
using scenario::Named;

constexpr std::uint32_t kRegularDeactivation = 36;  // TS 24.008, 10.5.6.6
constexpr std::uint32_t kImplicitlyDetached = 10;   // TS 24.008, 10.5.5.14

/// A key of Set: described once, read here, listed in docs/faults.md.
struct WorldKey {
  std::string name;
  std::string kind;  ///< what it takes; completes "expected ..."
  std::string text;
  /// The change; null when the value is not what the key takes.
  std::function<Change(const Machine&, const json&)> read;
};

// --- values -------------------------------------------------------------------------------------

std::optional<std::uint32_t> AsNumber(const json& value, std::uint32_t max) {
  if (!value.is_number_integer() || value < 0 || value > max) return std::nullopt;
  return value.get<std::uint32_t>();
}

/// A key that takes one word of `names`.
template <class E>
WorldKey Word(std::string name, std::vector<Named<E>> names, std::string text,
              std::function<void(Machine&, E)> apply) {
  const std::string kind =
      "one of " + scenario::Joined(scenario::AllNames(std::span<const Named<E>>(names)));
  auto read = [names, apply](const Machine&, const json& value) -> Change {
    if (!value.is_string()) return nullptr;
    const auto word =
        scenario::FromName(std::span<const Named<E>>(names), value.get_ref<const std::string&>());
    if (!word) return nullptr;
    return [apply, chosen = *word](Machine& machine) { apply(machine, chosen); };
  };
  return {std::move(name), kind, std::move(text), read};
}

WorldKey Number(std::string name, std::uint32_t max, std::string text,
                const std::function<void(Machine&, std::uint32_t)>& apply) {
  auto read = [max, apply](const Machine&, const json& value) -> Change {
    const auto number = AsNumber(value, max);
    if (!number) return nullptr;
    return [apply, chosen = *number](Machine& machine) { apply(machine, chosen); };
  };
  return {std::move(name), "a number from 0 to " + std::to_string(max), std::move(text), read};
}

/// A measure coded as in TS 27.007.
WorldKey Measure(std::string name, std::uint32_t max, std::string text,
                 std::uint32_t scenario::Network::*member) {
  constexpr std::uint32_t kUnknown = 99;
  auto read = [max, member](const Machine&, const json& value) -> Change {
    const auto number = AsNumber(value, kUnknown);
    if (!number || (*number > max && *number != kUnknown)) return nullptr;
    return [member, chosen = *number](Machine& m) { m.world.network.*member = chosen; };
  };
  return {std::move(name), "0 to " + std::to_string(max) + ", or 99 (not known)", std::move(text),
          read};
}

/// Text of at most `max` characters of ASCII.
WorldKey Text(std::string name, std::size_t max, std::string text,
              std::string scenario::Sim::*member) {
  auto read = [max, member](const Machine&, const json& value) -> Change {
    if (!value.is_string()) return nullptr;
    const std::string chosen = value.get<std::string>();
    const auto printable = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (chosen.size() > max || !std::ranges::all_of(chosen, printable)) return nullptr;
    return [member, chosen](Machine& m) { m.world.sim.*member = chosen; };
  };
  return {std::move(name), "text of at most " + std::to_string(max) + " characters (ASCII)",
          std::move(text), read};
}

WorldKey Duration(std::string name, std::string text,
                  std::chrono::milliseconds scenario::Timing::*member) {
  auto read = [member](const Machine&, const json& value) -> Change {
    if (!value.is_string() && !value.is_number_integer()) return nullptr;
    const auto duration =
        scenario::ParseDuration(value.is_string() ? value.get<std::string>() : value.dump());
    if (!duration) return nullptr;
    return [member, chosen = *duration](Machine& m) { m.world.timing.*member = chosen; };
  };
  return {std::move(name), std::string(scenario::kDurationKind), std::move(text), read};
}

bool IsProviderId(const json& value) {
  if (!value.is_string()) return false;
  const auto& id = value.get_ref<const std::string&>();
  return (id.size() == 5 || id.size() == 6) &&
         std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

/// The provider of that id as the scenario describes it, or one that only has the id.
mbim::Provider ProviderOf(const Machine& machine, const std::string& id) {
  for (const mbim::Provider& provider : machine.origin.network.visible) {
    if (provider.provider_id == id) return provider;
  }
  if (machine.origin.network.serving.provider_id == id) return machine.origin.network.serving;
  if (machine.origin.sim.home_provider.provider_id == id) return machine.origin.sim.home_provider;
  return {id, 0, id, machine.origin.caps.cellular_class, 99, 99};
}

// --- the SIM ------------------------------------------------------------------------------------

/// What a person can do to a SIM from outside.
enum class SimAction { kReady, kLock, kLockPuk, kState };
struct SimWord {
  SimAction action{};
  ReadyState state{};
};

void ApplySim(Machine& machine, SimWord word) {
  scenario::Sim& sim = machine.world.sim;
  sim.state = word.state;
  machine.verified.clear();  // a SIM that was taken out, or begins anew, has forgotten its PINs
  const auto found = sim.pins.find(mbim::PinType::kPin1);
  if (found == sim.pins.end()) return;
  scenario::Pin& pin1 = found->second;
  const scenario::Pin& original = machine.origin.sim.pins.at(mbim::PinType::kPin1);
  switch (word.action) {
    case SimAction::kReady:
      pin1.attempts = std::max(original.attempts, 3u);
      pin1.puk_attempts = std::max(original.puk_attempts, 10u);
      machine.verified.insert(mbim::PinType::kPin1);
      break;
    case SimAction::kLock:
      pin1.mode = mbim::PinMode::kEnabled;
      pin1.attempts = std::max(original.attempts, 3u);
      break;
    case SimAction::kLockPuk:
      pin1.mode = mbim::PinMode::kEnabled;
      pin1.attempts = 0;
      break;
    case SimAction::kState:
      break;
  }
}

WorldKey SimState() {
  const std::vector<Named<SimWord>> words{
      {"ready", {SimAction::kReady, ReadyState::kInitialized}},
      {"locked", {SimAction::kLock, ReadyState::kInitialized}},
      {"puk-locked", {SimAction::kLockPuk, ReadyState::kInitialized}},
      {"inserted", {SimAction::kState, ReadyState::kInitialized}},
      {"absent", {SimAction::kState, ReadyState::kSimNotInserted}},
      {"bad", {SimAction::kState, ReadyState::kBadSim}},
      {"failure", {SimAction::kState, ReadyState::kFailure}},
      {"not-activated", {SimAction::kReady, ReadyState::kNotActivated}},
      {"not-initialized", {SimAction::kState, ReadyState::kNotInitialized}}};
  WorldKey key = Word<SimWord>(
      "sim.state", words,
      "`ready`: good, its PIN1 entered; `inserted`: put in anew, PIN1 asked for where it is "
      "enabled; `locked`, `puk-locked`: waiting for PIN1 or its PUK",
      ApplySim);
  key.read = [read = key.read](const Machine& machine, const json& value) -> Change {
    const bool locks = value == "locked" || value == "puk-locked";
    if (locks && !machine.world.sim.pins.contains(mbim::PinType::kPin1)) return nullptr;
    return read(machine, value);
  };
  return key;
}

// --- the network --------------------------------------------------------------------------------

template <class E>
std::vector<Named<E>> Except(std::vector<E> unwanted) {
  std::vector<Named<E>> words;
  for (const Named<E>& named : scenario::Names<E>()) {
    if (std::ranges::find(unwanted, named.value) == unwanted.end()) words.push_back(named);
  }
  return words;
}

WorldKey Serving() {
  auto read = [](const Machine&, const json& value) -> Change {
    if (!IsProviderId(value)) return nullptr;
    return [id = value.get<std::string>()](Machine& m) {
      m.world.network.serving = ProviderOf(m, id);
      RefreshRegistration(m);
    };
  };
  return {"network.serving", "a provider id of 5 or 6 digits", "whom automatic registration finds",
          read};
}

WorldKey Visible() {
  auto read = [](const Machine&, const json& value) -> Change {
    if (!value.is_array() || value.size() > 64) return nullptr;
    if (!std::ranges::all_of(value, IsProviderId)) return nullptr;
    return [ids = value.get<std::vector<std::string>>()](Machine& m) {
      m.world.network.visible.clear();
      for (const std::string& id : ids)
        m.world.network.visible.push_back(ProviderOf(m, id));
      RefreshRegistration(m);
    };
  };
  return {"network.visible", "a list of provider ids of 5 or 6 digits",
          "which providers are in sight", read};
}

enum class Packet { kAttached, kDetached, kAvailable, kRefused };

void ApplyPacketService(Machine& machine, Packet packet) {
  machine.world.network.packet_service_available = packet != Packet::kRefused;
  if (packet == Packet::kAttached) AttachByNetwork(machine);
  if (packet == Packet::kDetached) DetachByNetwork(machine, kImplicitlyDetached);
}

WorldKey Deactivate() {
  auto read = [](const Machine& machine, const json& value) -> Change {
    const auto session = AsNumber(value, kMaxSessionId);
    if (!session || !machine.sessions.contains(*session)) return nullptr;
    return [id = *session](Machine& m) {
      if (m.sessions.contains(id)) DeactivateByNetwork(m, id, kRegularDeactivation);
    };
  };
  return {"network.deactivate", "the id of an active session",
          "the network deactivates that session, NwError 36 (regular deactivation)", read};
}

template <class E>
std::function<void(Machine&, E)> Storing(E scenario::Scenario::*member) {
  return [member](Machine& m, E value) { m.world.*member = value; };
}

const std::vector<WorldKey>& WorldKeys() {
  using mbim::RadioSwitch;
  using mbim::RegisterState;
  using scenario::Network;
  static const std::vector<WorldKey> kKeys{
      SimState(),
      Text("sim.subscriber_id", 15, "IMSI", &scenario::Sim::subscriber_id),
      Text("sim.icc_id", 20, "ICCID", &scenario::Sim::icc_id),
      Word<RadioSwitch>("radio.hardware", Except<RadioSwitch>({}), "the switch on the case",
                        Storing(&scenario::Scenario::hardware_radio)),
      Word<RadioSwitch>("radio.software", Except<RadioSwitch>({}), "what RADIO_STATE sets",
                        Storing(&scenario::Scenario::software_radio)),
      Word<RegisterState>("network.registration", Except<RegisterState>({}),
                          "what the network makes of the modem, at once",
                          [](Machine& m, RegisterState state) {
                            m.world.network.registration = state;
                            RefreshRegistration(m);
                          }),
      Number("network.denial_cause", 255, "NwError of a denied registration",
             [](Machine& m, std::uint32_t cause) {
               m.world.network.denial_cause = cause;
               RefreshRegistration(m);
             }),
      Serving(),
      Visible(),
      Measure("network.signal", 31, "Rssi", &Network::rssi),
      Measure("network.error_rate", 7, "ErrorRate", &Network::error_rate),
      Word<Packet>("network.packet_service",
                   {{"attached", Packet::kAttached},
                    {"detached", Packet::kDetached},
                    {"available", Packet::kAvailable},
                    {"refused", Packet::kRefused}},
                   "`attached`, `detached`: the network attaches or detaches the modem now; "
                   "`refused`: it detaches it and lets it attach no more, until `available`",
                   ApplyPacketService),
      Number("network.attach_refusal_cause", 255, "NwError of a refused attach",
             [](Machine& m, std::uint32_t cause) { m.world.network.attach_refusal_cause = cause; }),
      Word<bool>("network.subscription", {{"active", true}, {"lapsed", false}},
                 "lapsed: CONNECT ends with SERVICE_NOT_ACTIVATED",
                 [](Machine& m, bool active) { m.world.network.subscription_active = active; }),
      Deactivate(),
      Word<mbim::VoiceCallState>("voice.call", Except<mbim::VoiceCallState>({}),
                                 "VoiceCallState, indicated by CONNECT",
                                 [](Machine& m, mbim::VoiceCallState call) {
                                   if (m.world.voice_call == call) return;
                                   m.world.voice_call = call;
                                   IndicateVoiceCall(m);
                                 }),
      Number("contexts.limit", 255, "contexts active at once; those that are active stay",
             [](Machine& m, std::uint32_t limit) { m.world.context_limit = limit; }),
      Duration("timing.registration", "until registered; a plain number is milliseconds",
               &scenario::Timing::registration),
      Duration("timing.attach", "until attached", &scenario::Timing::attach),
      Duration("timing.activation", "until connected", &scenario::Timing::activation),
      Duration("timing.scan", "until a scan is over", &scenario::Timing::scan),
  };
  return kKeys;
}

[[noreturn]] void RefuseKey(const std::string& name) {
  std::vector<std::string> names;
  for (const WorldKey& key : WorldKeys())
    names.push_back(key.name);
  throw std::invalid_argument(name + ": unknown key" + scenario::Offer(name, names, "valid key"));
}

}  // namespace

std::vector<Change> ReadChanges(const Machine& machine, const json& changes) {
  if (!changes.is_object()) {
    throw std::invalid_argument("expected an object of keys and values, not " + changes.dump());
  }
  std::vector<Change> read;
  for (const auto& [name, value] : changes.items()) {
    const auto key = std::ranges::find(WorldKeys(), name, &WorldKey::name);
    if (key == WorldKeys().end()) RefuseKey(name);
    Change change = key->read(machine, value);
    if (!change) {
      throw std::invalid_argument(name + ": expected " + key->kind + ", not " +
                                  value.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    read.push_back(std::move(change));
  }
  return read;
}

std::string WorldKeyTable() {
  std::string table = "| key | takes | meaning |\n| --- | --- | --- |\n";
  for (const WorldKey& key : WorldKeys()) {
    table += "| `" + key.name + "` | " + key.kind + " | " + key.text + " |\n";
  }
  return table;
}

}  // namespace mbnrig::modem
