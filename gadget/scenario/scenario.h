#pragma once

/// A scenario: what a modem, its SIM and its network are, and how they fail. Read from
/// fixtures/scenarios/*.yaml; every key is described in docs/scenarios.md.

#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "fault/plan.h"
#include "mbim/basic_connect.h"

namespace mbnrig::scenario {

/// A scenario that cannot be used: "file:line: key: what was expected (nearest valid key ...)".
class ScenarioError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How the gadget shows itself on USB.
struct UsbIdentity {
  std::uint16_t vendor_id = 0x1d6b;
  std::uint16_t product_id = 0x0104;
  std::uint16_t device_release = 0x0100;
  std::string manufacturer = "mbnrig";
  std::string product = "MBIM modem";
  std::string serial = "MBNRIG0001";
  std::uint16_t max_control_message = 4096;  ///< wMaxControlMessage, 64 to 4096
  std::uint8_t number_filters = 16;          ///< bNumberFilters
  std::uint16_t max_segment_size = 2048;     ///< wMaxSegmentSize
};

/// One PIN of the SIM or device.
struct Pin {
  mbim::PinMode mode = mbim::PinMode::kDisabled;
  mbim::PinFormat format = mbim::PinFormat::kNumeric;
  std::uint32_t length_min = 4, length_max = 8;
  std::string value;
  std::uint32_t attempts = 3;
  std::string puk;
  std::uint32_t puk_attempts = 10;
};

struct Sim {
  mbim::ReadyState state = mbim::ReadyState::kInitialized;  ///< before PIN1 is considered
  std::string subscriber_id = "001010123456789";
  std::string icc_id = "8900101000000000001";
  std::vector<std::string> telephone_numbers;
  std::map<mbim::PinType, Pin> pins;  ///< kPin1 ... kCustom; absent: not supported
  mbim::Provider home_provider;
};

/// An access point the network knows.
struct Apn {
  std::string name;
  std::string user_name, password;  ///< empty: not asked for
  mbim::AuthProtocol auth = mbim::AuthProtocol::kNone;
  mbim::IpConfigurationInfo ip;
};

struct Network {
  mbim::RegisterState registration = mbim::RegisterState::kHome;
  mbim::Provider serving;
  std::string roaming_text;
  std::vector<mbim::Provider> visible;
  std::uint32_t data_class = mbim::data_class::kLte;
  std::uint64_t uplink_speed = 50'000'000, downlink_speed = 100'000'000;
  std::uint32_t rssi = 20, error_rate = 99;
  bool subscription_active = true;
  std::vector<Apn> apns;
};

struct Scenario {
  std::string name;
  UsbIdentity usb;
  mbim::DeviceCapsInfo caps;
  mbim::RadioSwitch hardware_radio = mbim::RadioSwitch::kOn;
  mbim::RadioSwitch software_radio = mbim::RadioSwitch::kOn;
  std::uint32_t context_limit = 1;  ///< contexts active at once
  Sim sim;
  Network network;
  std::vector<mbim::Context> provisioned_contexts;
  std::vector<fault::Rule> faults;
};

/// Throws ScenarioError.
Scenario Load(const std::filesystem::path& file);
/// The same from text; `name` stands for the file in messages.
Scenario Parse(const std::string& yaml, const std::string& name);
/// One fault rule as in a scenario's `faults` list, from YAML or JSON text (JSON is YAML).
fault::Rule ParseRule(const std::string& text, const std::string& name);

}  // namespace mbnrig::scenario
