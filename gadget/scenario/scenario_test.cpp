#include "scenario/scenario.h"

#include <gmock/gmock.h>

#include <fstream>

namespace mbnrig::scenario {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

std::string ErrorOf(const std::string& yaml) {
  try {
    Parse(yaml, "test.yaml");
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Scenario, ReadsEveryKindOfKey) {
  const Scenario scenario = Parse(R"(
name: everything
usb: {vendor_id: 0x1234, serial: "42", max_control_message: 512}
device: {data_class: [lte, umts], control: manual-registration, id: "123456789012345"}
radio: {hardware: off, software: on}
contexts:
  limit: 3
  provisioned:
    - {id: 7, type: ims, access_string: ims, auth: chap, compression: enable}
sim:
  state: not-activated
  telephone_numbers: ["+15550101", "+15550102"]
  pin1: {mode: enabled, value: "0042", attempts: 2}
  network_pin: {mode: enabled, value: "11223344"}
network:
  registration: roaming
  serving: {id: "00102", name: Partner}
  signal: 99
  subscription: lapsed
  packet_service: refused
  automatic_attach: true
  data: none
  link: {rate_up: 1000, rate_down: 2000, latency: 30ms, jitter: 1s, loss: 0.25%, seed: 7}
  names:
    Www.Example.test: [192.0.2.7, "2001:db8::7", 192.0.2.8]
    empty.test: []
  apns:
    - name: corp
      user_name: joe
      password: "1234"
      auth: mschapv2
      ipv4: {address: 10.0.0.2/30, gateway: 10.0.0.1, dns: [10.0.0.1, 10.0.0.5], mtu: 1400}
timing: {registration: 2s, attach: 250ms, activation: 40, scan: 1m}
faults:
  - {on: open, do: drop}
)",
                                  "everything.yaml");
  EXPECT_EQ(scenario.name, "everything");
  EXPECT_EQ(scenario.usb.vendor_id, 0x1234);
  EXPECT_EQ(scenario.usb.serial, "42");
  EXPECT_EQ(scenario.usb.max_control_message, 512);
  EXPECT_EQ(scenario.caps.data_class, mbim::data_class::kLte | mbim::data_class::kUmts);
  EXPECT_EQ(scenario.caps.ctrl_caps, mbim::ctrl_caps::kRegManual);
  EXPECT_EQ(scenario.hardware_radio, mbim::RadioSwitch::kOff);
  EXPECT_EQ(scenario.software_radio, mbim::RadioSwitch::kOn);
  EXPECT_EQ(scenario.context_limit, 3u);
  ASSERT_EQ(scenario.provisioned_contexts.size(), 1u);
  EXPECT_EQ(scenario.provisioned_contexts[0].context_type, mbim::kContextTypeIms);
  EXPECT_EQ(scenario.provisioned_contexts[0].auth_protocol, mbim::AuthProtocol::kChap);
  EXPECT_EQ(scenario.sim.state, mbim::ReadyState::kNotActivated);
  EXPECT_THAT(scenario.sim.telephone_numbers, ElementsAre("+15550101", "+15550102"));
  const Pin& pin1 = scenario.sim.pins.at(mbim::PinType::kPin1);
  EXPECT_EQ(pin1.value, "0042") << "a PIN keeps its leading zeros";
  EXPECT_EQ(pin1.attempts, 2u);
  EXPECT_EQ(pin1.puk, "12345678") << "a key that is left out keeps its default";
  EXPECT_EQ(scenario.sim.pins.at(mbim::PinType::kNetworkPin).value, "11223344");
  EXPECT_EQ(scenario.network.registration, mbim::RegisterState::kRoaming);
  EXPECT_EQ(scenario.network.serving.provider_id, "00102");
  EXPECT_EQ(scenario.network.rssi, 99u);
  EXPECT_FALSE(scenario.network.subscription_active);
  EXPECT_FALSE(scenario.network.packet_service_available);
  EXPECT_TRUE(scenario.network.automatic_attach);
  ASSERT_EQ(scenario.network.apns.size(), 1u) << "a given list replaces the default";
  const Apn& apn = scenario.network.apns[0];
  EXPECT_EQ(apn.auth, mbim::AuthProtocol::kMsChapV2);
  EXPECT_THAT(apn.ip.ipv4_addresses,
              ElementsAre(mbim::Ipv4Element{30, mbim::Ipv4Address{{10, 0, 0, 2}}}));
  EXPECT_EQ(apn.ip.ipv4_configuration_available, 15u);
  EXPECT_EQ(apn.ip.ipv6_configuration_available, 0u);
  EXPECT_EQ(apn.ip.ipv4_dns_servers.size(), 2u);
  EXPECT_EQ(scenario.network.data, DataNetwork::kNone);
  EXPECT_EQ(scenario.network.link,
            (LinkConditions{1000, 2000, milliseconds(30), milliseconds(1000), 2500, 7}));
  ASSERT_EQ(scenario.network.names.size(), 2u);
  const NameAddresses& www = scenario.network.names.at("www.example.test");
  EXPECT_THAT(www.ipv4,
              ElementsAre(mbim::Ipv4Address{{192, 0, 2, 7}}, mbim::Ipv4Address{{192, 0, 2, 8}}));
  EXPECT_EQ(www.ipv6.size(), 1u);
  EXPECT_EQ(scenario.timing.registration, milliseconds(2000));
  EXPECT_EQ(scenario.timing.attach, milliseconds(250));
  EXPECT_EQ(scenario.timing.activation, milliseconds(40));
  EXPECT_EQ(scenario.timing.scan, milliseconds(60'000));
  ASSERT_EQ(scenario.faults.size(), 1u);
  EXPECT_EQ(scenario.faults[0].action, fault::Action::kDrop);
}

TEST(Scenario, IsNamedAfterItsFile) {
  const auto file = std::filesystem::path(testing::TempDir()) / "nameless.yaml";
  std::ofstream(file) << "contexts: {limit: 2}\n";
  EXPECT_EQ(Load(file).name, "nameless");
  std::filesystem::remove(file);
}

TEST(Scenario, SaysWhichFileCannotBeRead) {
  EXPECT_THROW(Load("/nowhere/x.yaml"), ScenarioError);
  try {
    Load("/nowhere/x.yaml");
  } catch (const ScenarioError& error) {
    EXPECT_STREQ(error.what(), "/nowhere/x.yaml: cannot read the scenario file");
  }
  EXPECT_THROW(Load(testing::TempDir()), ScenarioError);
}

struct Mistake {
  const char* yaml;
  const char* error;
};

class AMistake : public testing::TestWithParam<Mistake> {};

TEST_P(AMistake, NamesFileLineKeyAndWhatIsExpected) {
  EXPECT_EQ(ErrorOf(GetParam().yaml), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Scenario, AMistake,
    testing::Values(
        Mistake{"name: x\nsim:\n  pin1:\n    valu: 1234\n",
                "test.yaml:4: sim.pin1.valu: unknown key, nearest valid key is 'value'"},
        Mistake{"name: x\nnetwrok:\n  signal: 3\n",
                "test.yaml:2: netwrok: unknown key, nearest valid key is 'network'"},
        Mistake{"network:\n  apns:\n    - name: a\n      ipv4: {address: 10.0.0.2/8, mtuu: 3}\n",
                "test.yaml:4: network.apns[0].ipv4.mtuu: unknown key, nearest valid key is 'mtu'"},
        Mistake{"sim: {state: absnt}\n",
                "test.yaml:1: sim.state: expected one of ready, not-initialized, absent, bad, "
                "failure, not-activated, no-esim-profile, not 'absnt'; nearest is 'absent'"},
        Mistake{"sim: {state: locked}\n",
                "test.yaml:1: sim.state: expected one of ready, not-initialized, absent, bad, "
                "failure, not-activated, no-esim-profile, not 'locked'"},
        Mistake{"usb: {max_control_message: 63}\n",
                "test.yaml:1: usb.max_control_message: expected a number from 64 to 4096, not "
                "'63'"},
        Mistake{"usb: {vendor_id: 0x10000}\n",
                "test.yaml:1: usb.vendor_id: expected a number from 0 to 65535, not '0x10000'"},
        Mistake{"usb: {ntb: {in_divisor: 4, in_remainder: 4}}\n",
                "test.yaml:1: usb.ntb: wNdpInPayloadRemainder 4, expected less than the divisor 4"},
        Mistake{
            "usb:\n  ntb: {out_alignment: 24}\n",
            "test.yaml:2: usb.ntb: wNdpOutAlignment 24, expected a power of two, at least 4 and "
            "less than the size 2048"},
        Mistake{"usb:\n  ntb: {out_max_size: 2560}\n",
                "test.yaml:2: usb.ntb.out_max_size: 2560 fills whole packets at some speeds only, "
                "expected a multiple of 1024, or a number that is not a multiple of 64"},
        Mistake{"usb:\n  ntb_format: ntb32\n  ntb: {ntb32: false}\n",
                "test.yaml:2: usb.ntb_format: ntb32 contradicts 'ntb.ntb32: false'"},
        Mistake{"usb: {ntb: {ntb16: false}}\n",
                "test.yaml:1: usb: ntb16 contradicts 'ntb.ntb16: false'"},
        Mistake{"usb: {ntb: {ntb16: false, ntb32: false}}\n",
                "test.yaml:1: usb.ntb: bmNtbFormatsSupported 0x0000 has neither NTB16 nor NTB32"},
        Mistake{"contexts: {limit: -1}\n",
                "test.yaml:1: contexts.limit: expected a number from 0 to 255, not '-1'"},
        Mistake{"contexts: {limit: [1]}\n",
                "test.yaml:1: contexts.limit: expected a number from 0 to 255, not a list"},
        Mistake{"network: {signal: 50}\n",
                "test.yaml:1: network.signal: expected 0 to 31, or 99 (not known), not '50'"},
        Mistake{"network: {automatic_attach: maybe}\n",
                "test.yaml:1: network.automatic_attach: expected true or false, not 'maybe'"},
        Mistake{"timing: {scan: 5 parsecs}\n",
                "test.yaml:1: timing.scan: expected a time such as 250ms, 2s or 1m (at most an "
                "hour), not '5 parsecs'"},
        Mistake{"timing: {scan: 61m}\n",
                "test.yaml:1: timing.scan: expected a time such as 250ms, 2s or 1m (at most an "
                "hour), not '61m'"},
        Mistake{"network: {data: tunnel}\n",
                "test.yaml:1: network.data: expected one of responder, tun, none, not 'tunnel'; "
                "nearest is 'tun'"},
        Mistake{"network:\n  link: {loss: 101%}\n",
                "test.yaml:2: network.link.loss: expected 0% to 100%, not '101%'"},
        Mistake{"network:\n  link: {loss: nan}\n",
                "test.yaml:2: network.link.loss: expected 0% to 100%, not 'nan'"},
        Mistake{"network:\n  names:\n    a..b: []\n",
                "test.yaml:3: network.names.a..b: not a valid host name"},
        Mistake{"network:\n  names: {a: [], A: []}\n", "test.yaml:2: network.names.A: given twice"},
        Mistake{"network:\n  names: {a: [x]}\n",
                "test.yaml:2: network.names.a[0]: expected an IPv4 address, not 'x'"},
        Mistake{"network:\n  names: {a: ['x:']}\n",
                "test.yaml:2: network.names.a[0]: expected an IPv6 address, not 'x:'"},
        Mistake{"network:\n  names: {a: [1, 2, 3, 4, 5, 6, 7, 8, 9]}\n",
                "test.yaml:2: network.names.a: expected at most 8 addresses, not a list"},
        Mistake{"sim: [1, 2]\n", "test.yaml:1: sim: expected a map of keys, not a list"},
        Mistake{"sim: {icc_id: {a: b}}\n",
                "test.yaml:1: sim.icc_id: expected text, not a map of keys"},
        Mistake{"sim: {icc_id: '123456789012345678901'}\n",
                "test.yaml:1: sim.icc_id: expected text of at most 20 characters, not "
                "'123456789012345678901'"},
        Mistake{"", "test.yaml: expected a map of keys, not nothing"},
        Mistake{"name: a\nname: b\n", "test.yaml:2: name: given twice"},
        Mistake{"device: {data_class: [lte, nr]}\n",
                "test.yaml:1: device.data_class[1]: expected one of gprs, edge, umts, hsdpa, "
                "hsupa, lte, 5g-nsa, 5g-sa, 1xrtt, 1xevdo, 1xevdo-rev-a, 1xevdv, 3xrtt, "
                "1xevdo-rev-b, umb, custom, not 'nr'"},
        Mistake{"network:\n  serving: {id: 1}\n",
                "test.yaml:2: network.serving.id: expected 5 or 6 digits (MCC, MNC), not '1'"},
        Mistake{"network:\n  apns:\n    - name: a\n      ipv4: {address: 10.0.0.2}\n",
                "test.yaml:4: network.apns[0].ipv4.address: expected an IPv4 address and its "
                "prefix length, address/bits, not '10.0.0.2'"},
        Mistake{"network:\n  apns:\n    - name: a\n      ipv4: {address: 10.0.0.2/33}\n",
                "test.yaml:4: network.apns[0].ipv4.address: expected an IPv4 address and its "
                "prefix length, address/bits, not '10.0.0.2/33'"},
        Mistake{"network:\n  apns:\n    - name: a\n      ipv6: {address: '2001:db8::g/64'}\n",
                "test.yaml:4: network.apns[0].ipv6.address: expected an IPv6 address, not "
                "'2001:db8::g/64'"}));

INSTANTIATE_TEST_SUITE_P(
    KeysThatContradictEachOther, AMistake,
    testing::Values(
        Mistake{"sim:\n  pin1:\n    value: '12'\n",
                "test.yaml:3: sim.pin1.value: the PIN '12' must be 4 to 8 digits"},
        Mistake{"sim:\n  pin1: {value: abcd}\n",
                "test.yaml:2: sim.pin1.value: the PIN 'abcd' must be 4 to 8 digits"},
        Mistake{"sim:\n  corporate_pin: {mode: enabled}\n",
                "test.yaml:2: sim.corporate_pin: the PIN '' must be 4 to 8 digits"},
        Mistake{"sim:\n  pin1: {length_min: 9}\n",
                "test.yaml:2: sim.pin1: length_min is greater than length_max"},
        Mistake{"network: {registration_mode: manual}\n",
                "test.yaml:1: network.registration_mode: manual needs 'selected_provider', 5 or 6 "
                "digits"},
        Mistake{"network:\n  serving: {name: Nobody}\n",
                "test.yaml:2: network.serving: needs an id"},
        Mistake{"network:\n  visible:\n    - {id: '00101'}\n    - {id: '00101'}\n",
                "test.yaml:2: network.visible: provider 00101 is given twice"},
        Mistake{"network:\n  apns:\n    - {user_name: a}\n",
                "test.yaml:2: network.apns: each access point needs a name"},
        Mistake{"network:\n  apns:\n    - {name: a}\n",
                "test.yaml:2: network.apns: 'a' needs ipv4 or ipv6"},
        Mistake{
            "device: {data_class: [gprs]}\nnetwork: {data_class: [lte]}\n",
            "test.yaml:2: network.data_class: has classes that device.data_class does not have"},
        Mistake{"contexts:\n  provisioned: [{id: 1}, {id: 1}]\n",
                "test.yaml:2: contexts.provisioned: id 1 is given twice"}));

TEST(Scenario, TextThatIsNotYamlIsAnError) {
  EXPECT_THAT(ErrorOf("sim: {state: ready\nname: [\n"), HasSubstr("test.yaml:"));
  EXPECT_THAT(ErrorOf("sim: {state: ready\nname: [\n"), HasSubstr("not readable as YAML"));
  EXPECT_THAT(ErrorOf(std::string(5000, '[')), HasSubstr("not readable as YAML"));
}

}  // namespace
}  // namespace mbnrig::scenario
