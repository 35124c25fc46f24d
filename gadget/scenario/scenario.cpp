#include "scenario/scenario.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "mbim/codec.h"
#include "scenario/key.h"

namespace mbnrig::scenario {
namespace {

/// The value at `path` of the document, or the nearest value above it. An error message about two
/// keys that contradict each other names this value.
Value At(const Value& value, std::span<const std::string> path) {
  if (path.empty() || !value.node().IsMap()) return value;
  std::optional<Value> found;
  value.ForEachKey([&](const std::string& key, const Value& inner) {
    if (key == path.front()) found.emplace(inner);
  });
  return found ? At(*found, path.subspan(1)) : value;
}
Value At(const Value& document, const std::vector<std::string>& path) {
  return At(document, std::span(path));
}

void CheckUsb(const UsbIdentity& usb, const Value& document) {
  const auto parameters = mbim::DecodeNtbParameters(mbim::Encode(usb.ntb));
  if (const auto* error = std::get_if<mbim::NtbError>(&parameters)) {
    At(document, {"usb", "ntb"}).Fail(error->reason);
  }
  // A block of exactly that size does not end with a short packet. A controller starts to read
  // before it knows the speed of the bus, so the size must fill whole packets at every speed or at
  // none.
  constexpr std::uint32_t kLeastPacket = 64, kLargestPacket = 1024;
  if (usb.ntb.out_max_size % kLargestPacket != 0 && usb.ntb.out_max_size % kLeastPacket == 0) {
    At(document, {"usb", "ntb", "out_max_size"})
        .Fail(std::to_string(usb.ntb.out_max_size) +
              " fills whole packets at some speeds only, expected a multiple of 1024, or a number "
              "that is not a multiple of 64");
  }
  if (!usb.ntb.Has(usb.ntb_format)) {
    const std::string format = ToName(usb.ntb_format);
    At(document, {"usb", "ntb_format"}).Fail(format + " contradicts 'ntb." + format + ": false'");
  }
}

void CheckPins(const Scenario& scenario, const Value& document) {
  for (const auto& [type, pin] : scenario.sim.pins) {
    const std::string name = KeyName(ToName(type));
    const Value at = At(document, {"sim", name});
    const auto fits = [&pin = pin](const std::string& code) {
      const bool digits = std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
      return code.size() >= pin.length_min && code.size() <= pin.length_max &&
             (digits || pin.format != mbim::PinFormat::kNumeric);
    };
    if (pin.length_min > pin.length_max) at.Fail("length_min is greater than length_max");
    if (!fits(pin.value)) {
      At(document, {"sim", name, "value"})
          .Fail("the PIN '" + pin.value + "' must be " + std::to_string(pin.length_min) + " to " +
                std::to_string(pin.length_max) +
                (pin.format == mbim::PinFormat::kNumeric ? " digits" : " characters"));
    }
  }
}

void CheckProviders(const Scenario& scenario, const Value& document) {
  const Network& network = scenario.network;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < network.visible.size(); ++i) {
    const std::string& id = network.visible[i].provider_id;
    const Value at = At(document, {"network", "visible"});
    if (id.empty()) at.Fail("each provider needs an id");
    if (!ids.insert(id).second) at.Fail("provider " + id + " is given twice");
  }
  if (network.serving.provider_id.empty() && network.serving != mbim::Provider{}) {
    At(document, {"network", "serving"}).Fail("needs an id");
  }
  if (network.registration_mode == mbim::RegisterMode::kManual &&
      !IsProviderId(network.selected_provider)) {
    At(document, {"network", "registration_mode"})
        .Fail("manual needs 'selected_provider', 5 or 6 digits");
  }
}

void CheckNetwork(const Scenario& scenario, const Value& document) {
  const Network& network = scenario.network;
  std::set<std::string> names;
  for (const Apn& apn : network.apns) {
    const Value at = At(document, {"network", "apns"});
    if (apn.name.empty()) at.Fail("each access point needs a name");
    if (!names.insert(apn.name).second) at.Fail("'" + apn.name + "' is given twice");
    if (apn.ip.ipv4_addresses.empty() && apn.ip.ipv6_addresses.empty()) {
      at.Fail("'" + apn.name + "' needs ipv4 or ipv6");
    }
  }
  if ((network.data_class & ~scenario.caps.data_class) != 0) {
    At(document, {"network", "data_class"})
        .Fail("has classes that device.data_class does not have");
  }
}

void CheckContexts(const Scenario& scenario, const Value& document) {
  std::set<std::uint32_t> ids;
  for (const mbim::Context& context : scenario.provisioned_contexts) {
    if (!ids.insert(context.context_id).second) {
      At(document, {"contexts", "provisioned"})
          .Fail("id " + std::to_string(context.context_id) + " is given twice");
    }
  }
  if (scenario.provisioned_contexts.size() > kMaxProvisionedContexts) {
    At(document, {"contexts", "provisioned"})
        .Fail("expected at most " + std::to_string(kMaxProvisionedContexts) + " contexts");
  }
}

/// A scenario without a name gets the name of its file.
Scenario Read(const Value& document, const std::filesystem::path& file) {
  Scenario scenario;
  scenario.name = file.stem().string();
  ReadKeys(KeysOf<Scenario>(), scenario, document);
  CheckUsb(scenario.usb, document);
  CheckPins(scenario, document);
  CheckProviders(scenario, document);
  CheckNetwork(scenario, document);
  CheckContexts(scenario, document);
  return scenario;
}

}  // namespace

Scenario Load(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    throw ScenarioError(file.string() + ": a folder, expected a scenario file");
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw ScenarioError(file.string() + ": cannot read the scenario file");
  return Parse(text, file.string());
}

Scenario Parse(const std::string& yaml, const std::string& name) {
  return Read(Value::Document(yaml, name), name);
}

Keys<Scenario> LiveKeys() {
  Keys<Scenario> live;
  const auto collect = [&live](const auto& self, const Keys<Scenario>& keys) -> void {
    for (const Key<Scenario>& key : keys) {
      if (key.live) live.push_back(key);
      self(self, key.below);
    }
  };
  collect(collect, KeysOf<Scenario>());
  return live;
}

std::string ScenarioKeyTable() {
  return MarkdownTable(Describe(KeysOf<Scenario>(), Scenario{}));
}

std::string MarkdownTable(const std::vector<KeyDoc>& docs) {
  const bool defaults =
      std::ranges::any_of(docs, [](const KeyDoc& doc) { return !doc.standard.empty(); });
  std::string table = defaults ? "| key | takes | default | meaning |\n| --- | --- | --- | --- |\n"
                               : "| key | takes | meaning |\n| --- | --- | --- |\n";
  for (const KeyDoc& doc : docs) {
    table += "| `" + doc.path + "` | " + doc.kind + " | ";
    if (defaults) table += (doc.standard.empty() ? "" : "`" + doc.standard + "`") + " | ";
    table += doc.text + " |\n";
  }
  return table;
}

}  // namespace mbnrig::scenario
