// The keys of `usb`, `device`, `radio`, `contexts`, `voice`, `timing`, and of the whole document.

#include "mbim/message.h"
#include "scenario/key.h"

namespace mbnrig::scenario {
namespace {

constexpr std::uint64_t kU16 = 0xFFFF;
constexpr std::uint64_t kU32 = 0xFFFFFFFF;

using mbim::DeviceCapsInfo;
using mbim::NtbParameters;

}  // namespace

template <>
const Keys<UsbIdentity>& KeysOf() {
  using S = UsbIdentity;
  static const Keys<S> kKeys{
      Number("vendor_id", &S::vendor_id, 0, kU16, "idVendor"),
      Number("product_id", &S::product_id, 0, kU16, "idProduct"),
      Number("device_release", &S::device_release, 0, kU16, "bcdDevice"),
      Text("manufacturer", &S::manufacturer, 126, "iManufacturer"),
      Text("product", &S::product, 126, "iProduct"),
      Text("serial", &S::serial, 126, "iSerialNumber"),
      Choice("speed", &S::speed,
             "speed of the bus where no hardware sets it: on USB/IP and inside a process"),
      Number("max_control_message", &S::max_control_message, mbim::kMinControlTransfer, 4096,
             "wMaxControlMessage: bytes of one control fragment"),
      Number("number_filters", &S::number_filters, 16, 255, "bNumberFilters"),
      Number(
          "max_segment_size", &S::max_segment_size, 1280, kU16,
          "wMaxSegmentSize: bytes of one datagram; MBIM 1.0 asks for 2048, some modems have less"),
      Number("max_outstanding_commands", &S::max_outstanding_commands, 1, 255,
             "bMaxOutstandingCommandMessages; further commands are answered with BUSY"),
      Section("ntb", &S::ntb, "GET_NTB_PARAMETERS; `in` means from the modem to the host"),
      Choice("ntb_format", &S::ntb_format,
             "format of NTBs until the host sets one; NCM 1.0 says NTB16, some modems use NTB32"),
  };
  return kKeys;
}

template <>
const Keys<NtbParameters>& KeysOf() {
  using S = NtbParameters;
  constexpr std::uint64_t kLeast = mbim::kNtbMinMaxSize;
  static const Keys<S> kKeys{
      Switch("ntb16", &S::ntb16,
             "bmNtbFormatsSupported: NTB16, which NCM 1.0 asks for; some modems have NTB32 only"),
      Switch("ntb32", &S::ntb32, "bmNtbFormatsSupported: NTB32"),
      Number("in_max_size", &S::in_max_size, kLeast, kLargestNtb, "dwNtbInMaxSize"),
      Number("in_divisor", &S::in_divisor, 1, kLeast - 1, "wNdpInDivisor"),
      Number("in_remainder", &S::in_remainder, 0, kLeast - 2,
             "wNdpInPayloadRemainder, below the divisor"),
      Number("in_alignment", &S::in_alignment, 4, kLeast / 2, "wNdpInAlignment, a power of two"),
      Number("out_max_size", &S::out_max_size, kLeast, kLargestNtb,
             "dwNtbOutMaxSize: a multiple of 1024, or not a multiple of 64"),
      Number("out_divisor", &S::out_divisor, 1, kLeast - 1, "wNdpOutDivisor"),
      Number("out_remainder", &S::out_remainder, 0, kLeast - 2,
             "wNdpOutPayloadRemainder, below the divisor"),
      Number("out_alignment", &S::out_alignment, 4, kLeast / 2, "wNdpOutAlignment, a power of two"),
      Number("out_max_datagrams", &S::out_max_datagrams, 0, kU16,
             "wNtbOutMaxDatagrams: datagrams in one NTB; 0: no limit"),
  };
  return kKeys;
}

template <>
const Keys<DeviceCapsInfo>& KeysOf() {
  using S = DeviceCapsInfo;
  static const Keys<S> kKeys{
      Choice("type", &S::device_type, "DeviceType"),
      Choice("cellular_class", &S::cellular_class, "CellularClass"),
      Choice("voice_class", &S::voice_class,
             "VoiceClass; without `simultaneous-voice-data` CONNECT cannot activate during a voice "
             "call"),
      Choice("sim_class", &S::sim_class, "SimClass"),
      Flags("data_class", &S::data_class, DataClassNames(), "DataClass"),
      Flags("sms", &S::sms_caps, SmsCapsNames(), "SmsCaps"),
      Flags("control", &S::ctrl_caps, ControlCapsNames(),
            "ControlCaps; manual registration needs `manual-registration`"),
      Number("max_sessions", &S::max_sessions, 0, 255,
             "MaxSessions; 0: the same as `contexts.limit`, at least 1"),
      Text("custom_data_class", &S::custom_data_class, 11, "CustomDataClass"),
      Text("id", &S::device_id, 18, "DeviceId: IMEI, MEID or ESN"),
      Text("firmware", &S::firmware_info, 30, "FirmwareInfo"),
      Text("hardware", &S::hardware_info, 30, "HardwareInfo"),
  };
  return kKeys;
}

template <>
const Keys<mbim::Context>& KeysOf() {
  using S = mbim::Context;
  static const Keys<S> kKeys{
      Number("id", &S::context_id, 0, kU32 - 1, "ContextId"),
      Choice("type", &S::context_type, "ContextType"),
      Text("access_string", &S::access_string, 100, "AccessString: the APN"),
      Text("user_name", &S::user_name, 255, "UserName"),
      Text("password", &S::password, 255, "Password"),
      Choice("compression", &S::compression, "Compression"),
      Choice("auth", &S::auth_protocol, "AuthProtocol"),
  };
  return kKeys;
}

template <>
const Keys<Timing>& KeysOf() {
  using S = Timing;
  static const Keys<S> kKeys{
      Live(
          Duration("registration", &S::registration,
                   "time from the moment the modem may register until it is registered or denied")),
      Live(Duration("attach", &S::attach, "time from PACKET_SERVICE attach to its answer")),
      Live(Duration("activation", &S::activation, "time from CONNECT activate to its answer")),
      Live(Duration("scan", &S::scan, "time from VISIBLE_PROVIDERS to its answer")),
  };
  return kKeys;
}

template <>
const Keys<Readings>& KeysOf() {
  using S = Readings;
  static const Keys<S> kKeys{
      Choice("inactive_context", &S::inactive_context,
             "a CONNECT query of a session without a context: SUCCESS with `deactivated`, or "
             "CONTEXT_NOT_ACTIVATED"),
      Choice("malformed_set", &S::malformed_set,
             "the refusal of a CONNECT, REGISTER_STATE or PACKET_SERVICE set whose encoding is "
             "wrong: with its structure, or empty"),
  };
  return kKeys;
}

template <>
const Keys<Scenario>& KeysOf() {
  using S = Scenario;
  auto read_faults = [](S& s, const Value& value) {
    for (const Value& element : value.Elements())
      s.faults.push_back(ReadRule(element));
  };
  static const Keys<S> kKeys{
      Text("name", &S::name, 0, "name of the scenario; default: the name of its file"),
      Section("usb", &S::usb, "USB descriptors and the data pipe's parameters"),
      Section("device", &S::caps, "MBIM_DEVICE_CAPS_INFO"),
      Group<S>("radio",
               {Live(Choice("hardware", &S::hardware_radio, "the switch on the case")),
                Live(Choice("software", &S::software_radio, "the switch that RADIO_STATE sets"))},
               "the two radio switches"),
      Group<S>("contexts",
               {Live(Number("limit", &S::context_limit, 0, 255,
                            "how many contexts may be active at once; a lower limit deactivates "
                            "none")),
                List("provisioned", &S::provisioned_contexts, "PROVISIONED_CONTEXTS")},
               "packet data contexts"),
      Section("readings", &S::readings,
              "what the modem does where programs read MBIM 1.0 differently, see "
              "docs/semantics.md"),
      Group<S>("voice",
               {Live(Choice("call", &S::voice_call, "VoiceCallState; CONNECT indicates a change"))},
               "circuit-switched calls"),
      Section("sim", &S::sim, "the SIM"),
      Section("network", &S::network, "the network around the modem"),
      Section("timing", &S::timing, "how long operations take"),
      {"faults", "list", "fault rules that are in force from the start, see docs/faults.md",
       read_faults},
  };
  return kKeys;
}

}  // namespace mbnrig::scenario
