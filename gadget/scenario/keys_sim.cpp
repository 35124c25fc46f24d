/// The keys of `sim`: subscriber, PINs, home provider.

#include <algorithm>

#include "scenario/key.h"

namespace mbnrig::scenario {
namespace {

using mbim::PinType;

/// "5 or 6 digits": mobile country code and network code.
Key<mbim::Provider> ProviderId() {
  using S = mbim::Provider;
  static const std::string kKind = "5 or 6 digits (MCC, MNC)";
  auto read = [](S& s, const Value& value) {
    const std::string id = value.Text(0);
    if (!IsProviderId(id)) value.Expected(kKind);
    s.provider_id = id;
  };
  return {"id", kKind, "ProviderId", read, [](const S& s) { return s.provider_id; }, nullptr};
}

Key<Sim> PinKey(PinType type, std::string text) {
  auto read = [type](Sim& s, const Value& value) { ReadKeys(KeysOf<Pin>(), s.pins[type], value); };
  return {ToName(type), "map",   std::move(text) + "; keys as those of `pin1`",
          read,         nullptr, nullptr};
}

/// PIN1 stands in the table for all PINs.
Key<Sim> Pin1Key() {
  Key<Sim> key = PinKey(PinType::kPin1, "");
  key.text = "PIN1 of the SIM";
  key.inner = [](const Sim& s) { return Describe(KeysOf<Pin>(), s.pins.at(PinType::kPin1)); };
  return key;
}

}  // namespace

bool IsProviderId(std::string_view text) {
  return (text.size() == 5 || text.size() == 6) &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <>
const Keys<mbim::Provider>& KeysOf() {
  using S = mbim::Provider;
  static const Keys<S> kKeys{
      ProviderId(),
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
      Choice("mode", &S::mode, "enabled: must be entered after power on",
             {mbim::PinMode::kNotSupported}),
      Choice("format", &S::format, "PinFormat"),
      Number("length_min", &S::length_min, 1, 16, "PinLengthMin"),
      Number("length_max", &S::length_max, 1, 16, "PinLengthMax"),
      Text("value", &S::value, 16, "the PIN"),
      Number("attempts", &S::attempts, 0, 15, "attempts left; 0: the PUK is asked for"),
      Text("puk", &S::puk, 16, "the PUK that unblocks it; none: it cannot be unblocked"),
      Number("puk_attempts", &S::puk_attempts, 0, 15, "attempts left for the PUK; 0: blocked"),
  };
  return kKeys;
}

template <>
const Keys<Sim>& KeysOf() {
  using S = Sim;
  static const Keys<S> kKeys{
      Choice("state", &S::state, "what the SIM is, its PIN1 aside",
             {mbim::ReadyState::kDeviceLocked}),
      Text("subscriber_id", &S::subscriber_id, 15, "IMSI"),
      Text("icc_id", &S::icc_id, 20, "ICCID"),
      TextList("telephone_numbers", &S::telephone_numbers, 22, "MSISDNs"),
      Section("home_provider", &S::home_provider, "HOME_PROVIDER"),
      Pin1Key(),
      PinKey(PinType::kPin2, "PIN2 of the SIM, for which nothing waits"),
      PinKey(PinType::kDeviceSimPin, "locks the device to this SIM"),
      PinKey(PinType::kDeviceFirstSimPin, "locks the device to its first SIM"),
      PinKey(PinType::kNetworkPin, "network personalisation"),
      PinKey(PinType::kNetworkSubsetPin, "network subset personalisation"),
      PinKey(PinType::kServiceProviderPin, "service provider personalisation"),
      PinKey(PinType::kCorporatePin, "corporate personalisation"),
      PinKey(PinType::kSubsidyPin, "subsidy lock"),
      PinKey(PinType::kCustom, "a vendor's own lock"),
  };
  return kKeys;
}

}  // namespace mbnrig::scenario
