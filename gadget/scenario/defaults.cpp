// The defaults of a scenario. fixtures/scenarios/default.yaml spells them out; a test compares the
// two.

#include "scenario/scenario.h"

namespace mbnrig::scenario {

namespace available = mbim::ip_available;

mbim::DeviceCapsInfo DefaultCaps() {
  mbim::DeviceCapsInfo caps;
  caps.device_type = mbim::DeviceType::kRemovable;
  caps.cellular_class = mbim::CellularClass::kGsm;
  caps.voice_class = mbim::VoiceClass::kSeparatedVoiceData;
  caps.sim_class = mbim::SimClass::kSimRemovable;
  caps.data_class = mbim::data_class::kGprs | mbim::data_class::kEdge | mbim::data_class::kUmts |
                    mbim::data_class::kHsdpa | mbim::data_class::kHsupa | mbim::data_class::kLte;
  caps.ctrl_caps = mbim::ctrl_caps::kRegManual | mbim::ctrl_caps::kHwRadioSwitch;
  caps.device_id = "004999010640000";
  caps.firmware_info = "mbnrig 0.1.0";
  caps.hardware_info = "mbnrig LTE modem";
  return caps;
}

std::map<mbim::PinType, Pin> DefaultPins() {
  Pin pin1;
  pin1.value = "1234";
  pin1.puk = "12345678";
  Pin pin2;
  pin2.mode = mbim::PinMode::kEnabled;
  pin2.value = "5678";
  pin2.puk = "87654321";
  return {{mbim::PinType::kPin1, pin1}, {mbim::PinType::kPin2, pin2}};
}

mbim::Provider DefaultHomeProvider() {
  return {"00101", mbim::provider_state::kHome, "Test Home", mbim::CellularClass::kGsm,
          20,      mbim::kSignalUnknown};
}

std::vector<mbim::Provider> DefaultVisibleProviders() {
  return {
      {"00101", mbim::provider_state::kHome | mbim::provider_state::kPreferred, "Test Home",
       mbim::CellularClass::kGsm, 20, mbim::kSignalUnknown},
      {"00102", 0, "Test Partner", mbim::CellularClass::kGsm, 14, mbim::kSignalUnknown},
      {"00103", mbim::provider_state::kForbidden, "Test Forbidden", mbim::CellularClass::kGsm, 9,
       mbim::kSignalUnknown},
  };
}

std::vector<Apn> DefaultApns() {
  Apn internet;
  internet.name = "internet";
  internet.ip.ipv4_configuration_available =
      available::kAddress | available::kGateway | available::kDns | available::kMtu;
  internet.ip.ipv4_addresses = {{24, {{192, 0, 2, 10}}}};
  internet.ip.ipv4_gateway = mbim::Ipv4Address{{192, 0, 2, 1}};
  internet.ip.ipv4_dns_servers = {{{192, 0, 2, 53}}};
  internet.ip.ipv4_mtu = 1500;
  internet.ip.ipv6_configuration_available =
      available::kAddress | available::kGateway | available::kDns | available::kMtu;
  internet.ip.ipv6_addresses = {
      {64, {{0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10}}}};
  internet.ip.ipv6_gateway =
      mbim::Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  internet.ip.ipv6_dns_servers = {
      {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53}}};
  internet.ip.ipv6_mtu = 1500;

  Apn secured;
  secured.name = "secured";
  secured.user_name = "user";
  secured.password = "secret";
  secured.ip.ipv4_configuration_available =
      available::kAddress | available::kGateway | available::kDns;
  secured.ip.ipv4_addresses = {{24, {{198, 51, 100, 10}}}};
  secured.ip.ipv4_gateway = mbim::Ipv4Address{{198, 51, 100, 1}};
  secured.ip.ipv4_dns_servers = {{{198, 51, 100, 53}}};

  Apn loopback;
  loopback.name = kLoopbackApn;
  loopback.ip.ipv4_configuration_available =
      available::kAddress | available::kGateway | available::kMtu;
  loopback.ip.ipv4_addresses = {{24, {{203, 0, 113, 10}}}};
  loopback.ip.ipv4_gateway = mbim::Ipv4Address{{203, 0, 113, 1}};
  loopback.ip.ipv4_mtu = 1500;
  loopback.ip.ipv6_configuration_available =
      available::kAddress | available::kGateway | available::kMtu;
  loopback.ip.ipv6_addresses = {
      {64, {{0x20, 0x01, 0x0d, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10}}}};
  loopback.ip.ipv6_gateway =
      mbim::Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  loopback.ip.ipv6_mtu = 1500;
  return {internet, secured, loopback};
}

NameTable DefaultNames() {
  NameAddresses host;
  host.ipv4 = {{{192, 0, 2, 80}}};
  host.ipv6 = {{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80}}};
  return {{"host.test", host}};
}

std::vector<mbim::Context> DefaultProvisionedContexts() {
  mbim::Context internet;
  internet.context_type = mbim::kContextTypeInternet;
  internet.access_string = "internet";
  return {internet};
}

}  // namespace mbnrig::scenario
