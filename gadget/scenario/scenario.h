#pragma once

/// A scenario describes a modem, its SIM and its network, and their faults. It is read from a YAML
/// file such as fixtures/scenarios/default.yaml; docs/scenarios.md describes every key.

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fault/rule.h"
#include "mbim/basic_connect.h"
#include "mbim/ntb.h"
#include "mbim/signal.h"

namespace mbnrig::scenario {

/// Why a scenario, or a value for one, was refused: "file:line: key: what was expected".
class ScenarioError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Speeds of USB: 12, 480 and 5000 Mbit/s. A modem has descriptors for each.
enum class UsbSpeed { kFull, kHigh, kSuper };

/// Bytes of the largest NTB that a modem sends or accepts.
inline constexpr std::uint32_t kLargestNtb = 65536;

/// The USB side of the gadget: descriptors and the data pipe's parameters.
struct UsbIdentity {
  std::uint16_t vendor_id = 0x1d6b;
  std::uint16_t product_id = 0x0104;
  std::uint16_t device_release = 0x0100;
  std::string manufacturer = "mbnrig";
  std::string product = "MBIM modem";
  std::string serial = "MBNRIG0001";
  UsbSpeed speed = UsbSpeed::kHigh;            ///< if no hardware sets it
  std::uint16_t max_control_message = 4096;    ///< wMaxControlMessage, 64 to 4096
  std::uint8_t number_filters = 16;            ///< bNumberFilters
  std::uint16_t max_segment_size = 2048;       ///< wMaxSegmentSize
  std::uint8_t max_outstanding_commands = 64;  ///< bMaxOutstandingCommandMessages
  mbim::NtbParameters ntb;                     ///< GET_NTB_PARAMETERS; sizes up to kLargestNtb
  mbim::NtbFormat ntb_format = mbim::NtbFormat::kNtb16;  ///< until the host sets one
  friend bool operator==(const UsbIdentity&, const UsbIdentity&) = default;
};

/// One PIN of the SIM or of the device.
struct Pin {
  mbim::PinMode mode = mbim::PinMode::kDisabled;
  mbim::PinFormat format = mbim::PinFormat::kNumeric;
  std::uint32_t length_min = 4, length_max = 8;
  std::string value;
  std::uint32_t attempts = 3;
  bool tells_attempts = true;  ///< false: RemainingAttempts is never known to the host
  std::string puk;
  std::uint32_t puk_attempts = 10;
  friend bool operator==(const Pin&, const Pin&) = default;
};

/// The defaults, which fixtures/scenarios/default.yaml spells out.
mbim::DeviceCapsInfo DefaultCaps();
std::map<mbim::PinType, Pin> DefaultPins();
mbim::Provider DefaultHomeProvider();

struct Sim {
  mbim::ReadyState state = mbim::ReadyState::kInitialized;  ///< without regard to PIN1
  std::string subscriber_id = "001010123456789";
  std::string icc_id = "8900101000000000001";
  std::vector<std::string> telephone_numbers{"+15550100"};
  /// From kPin1 to kCustom. The modem does not support a PIN that is not here.
  std::map<mbim::PinType, Pin> pins = DefaultPins();
  mbim::Provider home_provider = DefaultHomeProvider();
  friend bool operator==(const Sim&, const Sim&) = default;
};

/// An access point of the network.
struct Apn {
  std::string name;
  std::string user_name, password;  ///< empty: every user may connect
  mbim::AuthProtocol auth = mbim::AuthProtocol::kNone;
  mbim::IpConfigurationInfo ip;
  friend bool operator==(const Apn&, const Apn&) = default;
};

std::vector<mbim::Provider> DefaultVisibleProviders();
std::vector<Apn> DefaultApns();

/// The access point with this name sends every datagram back to its session.
inline constexpr std::string_view kLoopbackApn = "loopback";

/// The network behind the sessions. The APN named `loopback` echoes in each case.
enum class DataNetwork {
  kResponder,  ///< built in: echo, DNS, router advertisements
  kTun,        ///< a TUN device of this machine for each session
  kNone,       ///< none: datagrams are counted and dropped
};

/// The link between the sessions and the network behind them.
struct LinkConditions {
  std::uint64_t rate_up = 0, rate_down = 0;  ///< bits per second; 0: no limit
  std::chrono::milliseconds latency{0};      ///< each way
  std::chrono::milliseconds jitter{0};       ///< greatest random addition for a datagram
  std::uint32_t loss = 0;                    ///< lost datagrams of a million, each way
  std::uint64_t seed = 1;                    ///< of the random numbers for jitter and loss
  friend bool operator==(const LinkConditions&, const LinkConditions&) = default;
};

/// The addresses of a name.
struct NameAddresses {
  std::vector<mbim::Ipv4Address> ipv4;
  std::vector<mbim::Ipv6Address> ipv6;
  friend bool operator==(const NameAddresses&, const NameAddresses&) = default;
};
/// Names are in lower case and without the final dot.
using NameTable = std::map<std::string, NameAddresses>;
NameTable DefaultNames();

struct Network {
  /// The network's answer to a modem that may register: kHome, kRoaming, kPartner, kDenied,
  /// kSearching (the modem finds no suitable network) or kDeregistered.
  mbim::RegisterState registration = mbim::RegisterState::kHome;
  std::uint32_t denial_cause = 11;  ///< of kDenied, TS 24.008; 11: PLMN not allowed
  mbim::RegisterMode registration_mode = mbim::RegisterMode::kAutomatic;
  std::string selected_provider;  ///< in manual mode: the provider to register with
  mbim::Provider serving;         ///< found by automatic registration; no id: the home provider
  std::string roaming_text;
  std::vector<mbim::Provider> visible = DefaultVisibleProviders();
  std::uint32_t data_class = mbim::data_class::kLte;
  std::uint64_t uplink_speed = 50'000'000, downlink_speed = 100'000'000;
  std::uint32_t rssi = 20, error_rate = mbim::kSignalUnknown;
  bool subscription_active = true;
  bool emergency_only = false;             ///< the modem is in emergency mode
  bool automatic_attach = false;           ///< the modem attaches by itself once registered
  bool packet_service_available = true;    ///< false: the network refuses to attach the modem
  std::uint32_t attach_refusal_cause = 7;  ///< TS 24.008; 7: GPRS services not allowed
  std::vector<Apn> apns = DefaultApns();   ///< an empty access string means the first one
  DataNetwork data = DataNetwork::kResponder;
  LinkConditions link;
  NameTable names = DefaultNames();  ///< known to the responder's name servers
  friend bool operator==(const Network&, const Network&) = default;
};

/// How long operations take.
struct Timing {
  /// From the moment the modem may register until it is registered or denied.
  std::chrono::milliseconds registration{0};
  std::chrono::milliseconds attach{0};      ///< from PACKET_SERVICE attach to its answer
  std::chrono::milliseconds activation{0};  ///< from CONNECT activate to its answer
  std::chrono::milliseconds scan{0};        ///< from VISIBLE_PROVIDERS to its answer
  friend bool operator==(const Timing&, const Timing&) = default;
};

/// The answer to a CONNECT query of a session that has no context.
enum class InactiveContext {
  kDeactivated,   ///< SUCCESS, ActivationState deactivated
  kNotActivated,  ///< CONTEXT_NOT_ACTIVATED, with the same structure
};
/// The information buffer of the refusal of a set that breaks the encoding rules (MBIM 1.0, section
/// 10.3), if the response has an NwError.
enum class MalformedSet { kStructure, kEmpty };

/// What the modem does where programs read MBIM 1.0 differently (docs/semantics.md).
struct Readings {
  InactiveContext inactive_context = InactiveContext::kDeactivated;
  MalformedSet malformed_set = MalformedSet::kStructure;
  friend bool operator==(const Readings&, const Readings&) = default;
};

/// How many provisioned contexts a modem keeps.
inline constexpr std::size_t kMaxProvisionedContexts = 32;
std::vector<mbim::Context> DefaultProvisionedContexts();

struct Scenario {
  std::string name;
  UsbIdentity usb;
  mbim::DeviceCapsInfo caps = DefaultCaps();
  mbim::RadioSwitch hardware_radio = mbim::RadioSwitch::kOn;
  mbim::RadioSwitch software_radio = mbim::RadioSwitch::kOn;
  std::uint32_t context_limit = 1;  ///< contexts active at once
  mbim::VoiceCallState voice_call = mbim::VoiceCallState::kNone;
  Sim sim;
  Network network;
  std::vector<mbim::Context> provisioned_contexts = DefaultProvisionedContexts();
  Readings readings;
  Timing timing;
  std::vector<fault::Rule> faults;
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// Throws ScenarioError.
Scenario Load(const std::filesystem::path& file);
/// The same from text; `name` stands for the file in messages.
Scenario Parse(const std::string& yaml, const std::string& name);
/// Reads one fault rule, as in a scenario's `faults` list, from YAML or JSON. `name` stands for the
/// file in messages; with an empty `name` they begin with the key. Throws ScenarioError.
fault::Rule ParseRule(const std::string& text, const std::string& name);

/// The keys of a scenario and of a fault rule as Markdown tables, for docs/scenarios.md and
/// docs/faults.md. They come from the description that reads the keys.
std::string ScenarioKeyTable();
std::string RuleKeyTable();

}  // namespace mbnrig::scenario
