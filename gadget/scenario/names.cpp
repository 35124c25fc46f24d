#include "scenario/names.h"

#include <algorithm>
#include <array>

#include "mbim/extension_values.h"
#include "scenario/scenario.h"

namespace mbnrig::scenario {

using namespace mbim;  // NOLINT(google-build-using-namespace): these are tables of its vocabulary

#define MBNRIG_NAMES(E, ...)                                             \
  template <>                                                            \
  std::span<const Named<E>> Names<E>() {                                 \
    static constexpr auto kNames = std::to_array<Named<E>>(__VA_ARGS__); \
    return kNames;                                                       \
  }

MBNRIG_NAMES(UsbSpeed,
             {{"full", UsbSpeed::kFull}, {"high", UsbSpeed::kHigh}, {"super", UsbSpeed::kSuper}})
MBNRIG_NAMES(NtbFormat, {{"ntb16", NtbFormat::kNtb16}, {"ntb32", NtbFormat::kNtb32}})
MBNRIG_NAMES(ReadyState, {{"ready", ReadyState::kInitialized},
                          {"not-initialized", ReadyState::kNotInitialized},
                          {"absent", ReadyState::kSimNotInserted},
                          {"bad", ReadyState::kBadSim},
                          {"failure", ReadyState::kFailure},
                          {"not-activated", ReadyState::kNotActivated},
                          {"no-esim-profile", kReadyStateNoEsimProfile},
                          {"locked", ReadyState::kDeviceLocked}})
MBNRIG_NAMES(RadioSwitch, {{"off", RadioSwitch::kOff}, {"on", RadioSwitch::kOn}})
MBNRIG_NAMES(DeviceType, {{"unknown", DeviceType::kUnknown},
                          {"embedded", DeviceType::kEmbedded},
                          {"removable", DeviceType::kRemovable},
                          {"remote", DeviceType::kRemote}})
MBNRIG_NAMES(CellularClass, {{"none", CellularClass::kNone},
                             {"gsm", CellularClass::kGsm},
                             {"cdma", CellularClass::kCdma},
                             {"gsm-cdma", CellularClass::kGsmCdma}})
MBNRIG_NAMES(VoiceClass, {{"unknown", VoiceClass::kUnknown},
                          {"no-voice", VoiceClass::kNoVoice},
                          {"separated-voice-data", VoiceClass::kSeparatedVoiceData},
                          {"simultaneous-voice-data", VoiceClass::kSimultaneousVoiceData}})
MBNRIG_NAMES(SimClass, {{"none", SimClass::kNone},
                        {"logical", SimClass::kSimLogical},
                        {"removable", SimClass::kSimRemovable}})
MBNRIG_NAMES(PinType, {{"none", PinType::kNone},
                       {"pin1", PinType::kPin1},
                       {"pin2", PinType::kPin2},
                       {"device-sim-pin", PinType::kDeviceSimPin},
                       {"device-first-sim-pin", PinType::kDeviceFirstSimPin},
                       {"network-pin", PinType::kNetworkPin},
                       {"network-subset-pin", PinType::kNetworkSubsetPin},
                       {"service-provider-pin", PinType::kServiceProviderPin},
                       {"corporate-pin", PinType::kCorporatePin},
                       {"subsidy-lock", PinType::kSubsidyPin},
                       {"custom", PinType::kCustom},
                       {"puk1", PinType::kPuk1},
                       {"puk2", PinType::kPuk2},
                       {"device-first-sim-puk", PinType::kDeviceFirstSimPuk},
                       {"network-puk", PinType::kNetworkPuk},
                       {"network-subset-puk", PinType::kNetworkSubsetPuk},
                       {"service-provider-puk", PinType::kServiceProviderPuk},
                       {"corporate-puk", PinType::kCorporatePuk}})
MBNRIG_NAMES(PinMode, {{"not-supported", PinMode::kNotSupported},
                       {"enabled", PinMode::kEnabled},
                       {"disabled", PinMode::kDisabled}})
MBNRIG_NAMES(PinFormat, {{"unknown", PinFormat::kUnknown},
                         {"numeric", PinFormat::kNumeric},
                         {"alphanumeric", PinFormat::kAlphanumeric}})
MBNRIG_NAMES(PinOperation, {{"enter", PinOperation::kEnter},
                            {"enable", PinOperation::kEnable},
                            {"disable", PinOperation::kDisable},
                            {"change", PinOperation::kChange}})
MBNRIG_NAMES(PinState, {{"unlocked", PinState::kUnlocked}, {"locked", PinState::kLocked}})
MBNRIG_NAMES(VisibleProvidersAction, {{"full-scan", VisibleProvidersAction::kFullScan},
                                      {"restricted-scan", VisibleProvidersAction::kRestrictedScan}})
MBNRIG_NAMES(RegisterState, {{"unknown", RegisterState::kUnknown},
                             {"deregistered", RegisterState::kDeregistered},
                             {"searching", RegisterState::kSearching},
                             {"home", RegisterState::kHome},
                             {"roaming", RegisterState::kRoaming},
                             {"partner", RegisterState::kPartner},
                             {"denied", RegisterState::kDenied}})
MBNRIG_NAMES(RegisterMode, {{"unknown", RegisterMode::kUnknown},
                            {"automatic", RegisterMode::kAutomatic},
                            {"manual", RegisterMode::kManual}})
MBNRIG_NAMES(RegisterAction,
             {{"automatic", RegisterAction::kAutomatic}, {"manual", RegisterAction::kManual}})
MBNRIG_NAMES(PacketServiceAction,
             {{"attach", PacketServiceAction::kAttach}, {"detach", PacketServiceAction::kDetach}})
MBNRIG_NAMES(PacketServiceState, {{"unknown", PacketServiceState::kUnknown},
                                  {"attaching", PacketServiceState::kAttaching},
                                  {"attached", PacketServiceState::kAttached},
                                  {"detaching", PacketServiceState::kDetaching},
                                  {"detached", PacketServiceState::kDetached}})
MBNRIG_NAMES(ActivationCommand, {{"deactivate", ActivationCommand::kDeactivate},
                                 {"activate", ActivationCommand::kActivate}})
MBNRIG_NAMES(ActivationState, {{"unknown", ActivationState::kUnknown},
                               {"activated", ActivationState::kActivated},
                               {"activating", ActivationState::kActivating},
                               {"deactivated", ActivationState::kDeactivated},
                               {"deactivating", ActivationState::kDeactivating}})
MBNRIG_NAMES(VoiceCallState, {{"none", VoiceCallState::kNone},
                              {"in-progress", VoiceCallState::kInProgress},
                              {"hang-up", VoiceCallState::kHangUp}})
MBNRIG_NAMES(Compression, {{"none", Compression::kNone}, {"enable", Compression::kEnable}})
MBNRIG_NAMES(AuthProtocol, {{"none", AuthProtocol::kNone},
                            {"pap", AuthProtocol::kPap},
                            {"chap", AuthProtocol::kChap},
                            {"mschapv2", AuthProtocol::kMsChapV2}})
MBNRIG_NAMES(IpType, {{"default", IpType::kDefault},
                      {"ipv4", IpType::kIpv4},
                      {"ipv6", IpType::kIpv6},
                      {"ipv4v6", IpType::kIpv4v6},
                      {"ipv4-and-ipv6", IpType::kIpv4AndIpv6}})
MBNRIG_NAMES(EmergencyMode, {{"off", EmergencyMode::kOff}, {"on", EmergencyMode::kOn}})
MBNRIG_NAMES(CommandType, {{"query", CommandType::kQuery}, {"set", CommandType::kSet}})
MBNRIG_NAMES(ProtocolError, {{"TIMEOUT_FRAGMENT", ProtocolError::kTimeoutFragment},
                             {"FRAGMENT_OUT_OF_SEQUENCE", ProtocolError::kFragmentOutOfSequence},
                             {"LENGTH_MISMATCH", ProtocolError::kLengthMismatch},
                             {"DUPLICATED_TID", ProtocolError::kDuplicatedTid},
                             {"NOT_OPENED", ProtocolError::kNotOpened},
                             {"UNKNOWN", ProtocolError::kUnknown},
                             {"CANCEL", ProtocolError::kCancel},
                             {"MAX_TRANSFER", ProtocolError::kMaxTransfer}})
MBNRIG_NAMES(Uuid, {{"none", kContextTypeNone},
                    {"internet", kContextTypeInternet},
                    {"vpn", kContextTypeVpn},
                    {"voice", kContextTypeVoice},
                    {"video-share", kContextTypeVideoShare},
                    {"purchase", kContextTypePurchase},
                    {"ims", kContextTypeIms},
                    {"mms", kContextTypeMms},
                    {"local", kContextTypeLocal}})
MBNRIG_NAMES(DataNetwork, {{"responder", DataNetwork::kResponder},
                           {"tun", DataNetwork::kTun},
                           {"none", DataNetwork::kNone}})
MBNRIG_NAMES(InactiveContext, {{"deactivated", InactiveContext::kDeactivated},
                               {"not-activated", InactiveContext::kNotActivated}})
MBNRIG_NAMES(MalformedSet,
             {{"structure", MalformedSet::kStructure}, {"empty", MalformedSet::kEmpty}})
MBNRIG_NAMES(fault::Seam, {{"open", fault::Seam::kOpen},
                           {"close", fault::Seam::kClose},
                           {"command", fault::Seam::kCommand},
                           {"answer", fault::Seam::kAnswer},
                           {"indication", fault::Seam::kIndication},
                           {"setup", fault::Seam::kSetup},
                           {"notification", fault::Seam::kNotification}})
MBNRIG_NAMES(fault::Action, {{"status", fault::Action::kStatus},
                             {"error", fault::Action::kError},
                             {"drop", fault::Action::kDrop},
                             {"delay", fault::Action::kDelay},
                             {"hold", fault::Action::kHold},
                             {"truncate", fault::Action::kTruncate},
                             {"corrupt", fault::Action::kCorrupt},
                             {"stall", fault::Action::kStall},
                             {"unplug", fault::Action::kUnplug}})

#undef MBNRIG_NAMES

std::span<const Named<std::uint32_t>> DataClassNames() {
  static constexpr auto kNames =
      std::to_array<Named<std::uint32_t>>({{"gprs", data_class::kGprs},
                                           {"edge", data_class::kEdge},
                                           {"umts", data_class::kUmts},
                                           {"hsdpa", data_class::kHsdpa},
                                           {"hsupa", data_class::kHsupa},
                                           {"lte", data_class::kLte},
                                           {"5g-nsa", data_class::k5gNsa},
                                           {"5g-sa", data_class::k5gSa},
                                           {"1xrtt", data_class::k1xRtt},
                                           {"1xevdo", data_class::k1xEvDo},
                                           {"1xevdo-rev-a", data_class::k1xEvDoRevA},
                                           {"1xevdv", data_class::k1xEvDv},
                                           {"3xrtt", data_class::k3xRtt},
                                           {"1xevdo-rev-b", data_class::k1xEvDoRevB},
                                           {"umb", data_class::kUmb},
                                           {"custom", data_class::kCustom}});
  return kNames;
}

std::span<const Named<std::uint32_t>> SmsCapsNames() {
  static constexpr auto kNames =
      std::to_array<Named<std::uint32_t>>({{"pdu-receive", sms_caps::kPduReceive},
                                           {"pdu-send", sms_caps::kPduSend},
                                           {"text-receive", sms_caps::kTextReceive},
                                           {"text-send", sms_caps::kTextSend}});
  return kNames;
}

std::span<const Named<std::uint32_t>> ControlCapsNames() {
  static constexpr auto kNames =
      std::to_array<Named<std::uint32_t>>({{"manual-registration", ctrl_caps::kRegManual},
                                           {"hardware-radio-switch", ctrl_caps::kHwRadioSwitch},
                                           {"cdma-mobile-ip", ctrl_caps::kCdmaMobileIp},
                                           {"cdma-simple-ip", ctrl_caps::kCdmaSimpleIp},
                                           {"multi-carrier", ctrl_caps::kMultiCarrier}});
  return kNames;
}

std::span<const Named<std::uint32_t>> ProviderStateNames() {
  static constexpr auto kNames = std::to_array<Named<std::uint32_t>>(
      {{"home", provider_state::kHome},
       {"forbidden", provider_state::kForbidden},
       {"preferred", provider_state::kPreferred},
       {"visible", provider_state::kVisible},
       {"registered", provider_state::kRegistered},
       {"preferred-multicarrier", provider_state::kPreferredMulticarrier}});
  return kNames;
}

std::span<const Named<std::uint8_t>> ClassRequestNames() {
  static constexpr auto kNames =
      std::to_array<Named<std::uint8_t>>({{"SEND_ENCAPSULATED_COMMAND", 0x00},
                                          {"GET_ENCAPSULATED_RESPONSE", 0x01},
                                          {"RESET_FUNCTION", 0x05},
                                          {"GET_NTB_PARAMETERS", 0x80},
                                          {"GET_NET_ADDRESS", 0x81},
                                          {"SET_NET_ADDRESS", 0x82},
                                          {"GET_NTB_FORMAT", 0x83},
                                          {"SET_NTB_FORMAT", 0x84},
                                          {"GET_NTB_INPUT_SIZE", 0x85},
                                          {"SET_NTB_INPUT_SIZE", 0x86},
                                          {"GET_MAX_DATAGRAM_SIZE", 0x87},
                                          {"SET_MAX_DATAGRAM_SIZE", 0x88},
                                          {"GET_CRC_MODE", 0x89},
                                          {"SET_CRC_MODE", 0x8a}});
  return kNames;
}

namespace {

char Plain(char c) {
  if (c == '_') return '-';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Optimal string alignment distance.
std::size_t Edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j)
    d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = Plain(a[i - 1]) == Plain(b[j - 1]) ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

bool SameWord(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Plain, Plain);
}

std::string KeyName(std::string word) {
  std::ranges::replace(word, '-', '_');
  return word;
}

std::vector<std::string> ToNames(std::span<const Named<std::uint32_t>> names, std::uint32_t mask) {
  std::vector<std::string> words;
  for (const Named<std::uint32_t>& named : names) {
    if ((mask & named.value) == 0) continue;
    words.emplace_back(named.name);
    mask &= ~named.value;
  }
  if (mask != 0) words.push_back(std::to_string(mask));
  return words;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words)
    all.append(all.empty() ? "" : ", ").append(word);
  return all;
}

std::string Nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongestWord = 256;  // bounds the work that a hostile word can cause
  constexpr std::size_t kFar = SIZE_MAX;
  word = word.substr(0, kLongestWord);
  // A word of which half is wrong means something else, unless one is the beginning of the other.
  const auto edits = [word](const std::string& candidate) {
    const std::size_t count = Edits(word, candidate);
    const std::size_t common = std::min(word.size(), candidate.size());
    const bool begun = common > 2 && SameWord(word.substr(0, common),
                                              std::string_view(candidate).substr(0, common));
    return begun || 2 * count < std::max(word.size(), candidate.size()) ? count : kFar;
  };
  const auto nearest = std::ranges::min_element(candidates, {}, edits);
  return nearest == candidates.end() || edits(*nearest) == kFar ? std::string() : *nearest;
}

std::string Offer(std::string_view word, const std::vector<std::string>& candidates,
                  std::string_view what) {
  constexpr std::size_t kMostListed = 32;  // on one line, to be read
  if (const std::string nearest = Nearest(word, candidates); !nearest.empty()) {
    return ", nearest " + std::string(what) + (what.empty() ? "" : " ") + "is '" + nearest + "'";
  }
  if (candidates.empty() || candidates.size() > kMostListed) return "";
  return "; there are: " + Joined(candidates);
}

}  // namespace mbnrig::scenario
