// The keys of `sim`: subscriber, PINs, home provider.

#include <algorithm>

#include "scenario/key.h"

namespace mbnrig::scenario {
namespace {

using mbim::PinType;

Key<Sim> PinKey(PinType type, std::string text) {
  auto pin = [type](auto& sim) -> auto& {
    if constexpr (std::is_const_v<std::remove_reference_t<decltype(sim)>>) {
      return sim.pins.at(type);
    } else {
      return sim.pins[type];
    }
  };
  return Section<Sim, Pin>(KeyName(ToName(type)), pin, std::move(text), KeysOf<Pin>());
}

/// The table shows the keys of a PIN once, for PIN1.
Key<Sim> OtherPinKey(PinType type, std::string text) {
  Key<Sim> key = PinKey(type, std::move(text) + "; has the keys of `pin1`");
  key.below.clear();
  return key;
}

/// A number, or the word `unknown`: the modem counts the attempts and does not tell.
Key<Pin> Attempts() {
  constexpr std::uint32_t kMost = 15;
  const std::string kind = "0 to 15, or unknown";
  const auto read = [kind](Pin& pin, const Value& value) {
    pin.tells_attempts = value.Text(0) != "unknown";
    if (pin.tells_attempts) {
      pin.attempts = static_cast<std::uint32_t>(value.Number(0, kMost, kind));
    }
  };
  return {
      "attempts", kind,
      "attempts left; 0: the modem asks for the PUK; unknown: the modem does not tell", read,
      [](const Pin& pin) { return pin.tells_attempts ? std::to_string(pin.attempts) : "unknown"; }};
}

}  // namespace

bool IsProviderId(std::string_view text) {
  return (text.size() == 5 || text.size() == 6) &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string ReadProviderId(const Value& value) {
  std::string id = value.Text(0);
  if (!IsProviderId(id)) value.Expected(std::string(kProviderIdKind));
  return id;
}

template <>
const Keys<mbim::Provider>& KeysOf() {
  using S = mbim::Provider;
  static const Keys<S> kKeys{
      {"id", std::string(kProviderIdKind), "ProviderId",
       [](S& s, const Value& value) { s.provider_id = ReadProviderId(value); },
       [](const S& s) { return s.provider_id; }},
      Text("name", &S::provider_name, 20, "ProviderName"),
      Flags("state", &S::provider_state, ProviderStateNames(), "ProviderState"),
      Choice("cellular_class", &S::cellular_class, "CellularClass"),
      Measure("rssi", &S::rssi, 31, "Rssi"),
      Measure("error_rate", &S::error_rate, 7, "ErrorRate"),
  };
  return kKeys;
}

template <>
const Keys<Pin>& KeysOf() {
  using S = Pin;
  static const Keys<S> kKeys{
      Choice("mode", &S::mode, "enabled: the host must enter it after power on",
             {mbim::PinMode::kNotSupported}),
      Choice("format", &S::format, "PinFormat"),
      Number("length_min", &S::length_min, 1, 16, "PinLengthMin"),
      Number("length_max", &S::length_max, 1, 16, "PinLengthMax"),
      Text("value", &S::value, 16, "the PIN"),
      Attempts(),
      Text("puk", &S::puk, 16, "the PUK that unblocks it; empty: nothing unblocks it"),
      Number("puk_attempts", &S::puk_attempts, 0, 15, "attempts left for the PUK; 0: blocked"),
  };
  return kKeys;
}

template <>
const Keys<Sim>& KeysOf() {
  using S = Sim;
  static const Keys<S> kKeys{
      Choice("state", &S::state, "state of the SIM before its PIN1 is considered",
             {mbim::ReadyState::kDeviceLocked}),
      Live(Text("subscriber_id", &S::subscriber_id, 15, "IMSI")),
      Live(Text("icc_id", &S::icc_id, 20, "ICCID")),
      TextList("telephone_numbers", &S::telephone_numbers, 22, "MSISDNs"),
      Section("home_provider", &S::home_provider, "HOME_PROVIDER"),
      PinKey(PinType::kPin1, "PIN1 of the SIM"),
      OtherPinKey(PinType::kPin2, "PIN2 of the SIM; the modem never asks for it"),
      OtherPinKey(PinType::kDeviceSimPin, "locks the device to this SIM"),
      OtherPinKey(PinType::kDeviceFirstSimPin, "locks the device to its first SIM"),
      OtherPinKey(PinType::kNetworkPin, "network personalisation"),
      OtherPinKey(PinType::kNetworkSubsetPin, "network subset personalisation"),
      OtherPinKey(PinType::kServiceProviderPin, "service provider personalisation"),
      OtherPinKey(PinType::kCorporatePin, "corporate personalisation"),
      OtherPinKey(PinType::kSubsidyPin, "subsidy lock"),
      OtherPinKey(PinType::kCustom, "lock of the vendor"),
  };
  return kKeys;
}

}  // namespace mbnrig::scenario
