#include "mbim/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "mbim/basic_connect.h"
#include "mbim/testing/wire_text.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::FromText;

using ::testing::HasSubstr;

/// The reason for refusing `text` as a T.
template <class T>
std::string Refusal(std::string_view text) {
  const auto decoded = Decode<T>(FromText(text));
  return decoded ? "decoded: " + ToText(*decoded) : decoded.error().ToString();
}

template <class T>
T Accepted(std::string_view text) {
  auto decoded = Decode<T>(FromText(text));
  if (!decoded) throw std::runtime_error(decoded.error().ToString());
  return *decoded;
}

// --- what Decode refuses ------------------------------------------------------------------------

TEST(Decode, NamesTheFieldThatTheBufferIsTooShortFor) {
  EXPECT_EQ(Refusal<RadioStateInfo>(""), "HwRadioState: needs 4 bytes at 0, 0 remain");
  EXPECT_EQ(Refusal<RadioStateInfo>("01 00"), "HwRadioState: needs 4 bytes at 0, 2 remain");
  EXPECT_EQ(Refusal<RadioStateInfo>("01 00 00 00 00"),
            "SwRadioState: needs 4 bytes at 4, 1 remain");
}

TEST(Decode, NamesTheFieldInsideAnInlineStructure) {
  EXPECT_EQ(Refusal<PinListInfo>("01 00 00 00"), "PinDescPin1: needs 16 bytes at 0, 4 remain");
}

constexpr std::string_view kRegistration = R"(
    %s                        | ProviderId
    00 00 00 00               | RegisterAction
    00 00 00 00               | DataClass
    u"310260"
)";

std::string Registration(std::string_view pair) {
  std::string text(kRegistration);
  return text.replace(text.find("%s"), 2, pair);
}

TEST(Decode, RefusesAStringInsideTheFixedPart) {
  EXPECT_EQ(Refusal<SetRegistrationState>(Registration("00 00 00 00  0c 00 00 00")),
            "ProviderId: offset 0 points into the fixed part, which ends at 16");
  EXPECT_EQ(Refusal<SetRegistrationState>(Registration("0f 00 00 00  04 00 00 00")),
            "ProviderId: offset 15 points into the fixed part, which ends at 16");
}

TEST(Decode, RefusesAStringThatEndsBehindTheBuffer) {
  EXPECT_EQ(Refusal<SetRegistrationState>(Registration("10 00 00 00  0e 00 00 00")),
            "ProviderId: 14 bytes at offset 16 reach beyond the buffer's end at 28");
  EXPECT_EQ(Refusal<SetRegistrationState>(Registration("1d 00 00 00  02 00 00 00")),
            "ProviderId: 2 bytes at offset 29 reach beyond the buffer's end at 28");
}

TEST(Decode, RefusesOffsetsAndSizesWhoseSumOverflows) {
  EXPECT_THAT(Refusal<SetRegistrationState>(Registration("10 00 00 00  ff ff ff ff")),
              HasSubstr("reach beyond the buffer"));
  EXPECT_THAT(Refusal<SetRegistrationState>(Registration("f0 ff ff ff  20 00 00 00")),
              HasSubstr("reach beyond the buffer"));
}

TEST(Decode, RefusesAStringOfAnOddNumberOfBytes) {
  EXPECT_EQ(Refusal<SetRegistrationState>(Registration("10 00 00 00  0b 00 00 00")),
            "ProviderId: a string of 11 bytes is not UTF-16");
}

TEST(Decode, RefusesAnUnpairedSurrogate) {
  EXPECT_EQ(Refusal<SetRegistrationState>(R"(
                10 00 00 00  04 00 00 00
                00 00 00 00
                00 00 00 00
                00 d8 41 00
            )"),
            "ProviderId: unpaired surrogate");
}

TEST(Decode, RefusesAListThatCountsMoreThanTheBufferHolds) {
  EXPECT_EQ(Refusal<Providers>("01 00 00 00"),
            "Providers: counts 1 elements, the buffer has room for 0");
  EXPECT_EQ(Refusal<Providers>("ff ff ff ff  00 00 00 00  00 00 00 00"),
            "Providers: counts 4294967295 elements, the buffer has room for 1");
  EXPECT_EQ(Refusal<DeviceServicesInfo>("02 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00"),
            "DeviceServices: counts 2 elements, the buffer has room for 1");
}

TEST(Decode, RefusesANumberListThatCountsMoreThanItsElementHolds) {
  EXPECT_EQ(Refusal<DeviceServiceSubscribeList>(R"(
                01 00 00 00
                0c 00 00 00  18 00 00 00
                BASIC_CONNECT
                02 00 00 00              | two CIDs, one follows inside the element
                0c 00 00 00
                09 00 00 00
            )"),
            "DeviceServices[0].Cids: counts 2 elements, the buffer has room for 1");
}

TEST(Decode, RefusesAnElementInsideThePairs) {
  EXPECT_EQ(Refusal<SubscriberReadyInfo>(R"(
                01 00 00 00
                00 00 00 00  00 00 00 00
                00 00 00 00  00 00 00 00
                00 00 00 00
                02 00 00 00              | pairs at 28 and 36
                2c 00 00 00  02 00 00 00
                24 00 00 00  02 00 00 00
                41 00 00 00
            )"),
            "TelephoneNumbers[1]: offset 36 points into the fixed part, which ends at 44");
}

TEST(Decode, RefusesAStringInsideThePairsOfALaterList) {
  EXPECT_EQ(Refusal<SubscriberReadyInfo>(R"(
                01 00 00 00
                1c 00 00 00  02 00 00 00  | SubscriberId at 28, where the pair stands
                00 00 00 00  00 00 00 00
                00 00 00 00
                01 00 00 00
                00 00 00 00  00 00 00 00
            )"),
            "SubscriberId: offset 28 points into the fixed part, which ends at 36");
}

TEST(Decode, RefusesAnElementShorterThanItsFixedPart) {
  EXPECT_EQ(Refusal<Providers>(R"(
                01 00 00 00
                0c 00 00 00  0c 00 00 00
                20 00 00 00  00 00 00 00
                00 00 00 00
            )"),
            "Providers[0].ProviderName: needs 8 bytes at 12, 0 remain");
}

TEST(Decode, MeasuresAnElementsOffsetsAgainstTheElementAlone) {
  EXPECT_EQ(Refusal<Providers>(R"(
                01 00 00 00
                0c 00 00 00  20 00 00 00
                20 00 00 00  02 00 00 00  | ProviderId behind this element, inside the buffer
                00 00 00 00
                00 00 00 00  00 00 00 00
                00 00 00 00
                00 00 00 00
                00 00 00 00
                31 00 00 00
            )"),
            "Providers[0].ProviderId: 2 bytes at offset 32 reach beyond the buffer's end at 32");
}

constexpr std::string_view kConfiguration = R"(
    00 00 00 00               | SessionId
    00 00 00 00               | IPv4ConfigurationAvailable
    00 00 00 00               | IPv6ConfigurationAvailable
    %a                        | IPv4 addresses
    00 00 00 00  00 00 00 00  | IPv6 addresses
    %g                        | IPv4 gateway
    00 00 00 00               | IPv6 gateway
    00 00 00 00  00 00 00 00  | IPv4 DNS servers
    00 00 00 00  00 00 00 00  | IPv6 DNS servers
    00 00 00 00               | IPv4Mtu
    00 00 00 00               | IPv6Mtu
    18 00 00 00  0a 00 00 02
)";

std::string Configuration(std::string_view addresses, std::string_view gateway) {
  std::string text(kConfiguration);
  text.replace(text.find("%a"), 2, addresses);
  return text.replace(text.find("%g"), 2, gateway);
}

TEST(Decode, RefusesAFixedListThatTheBufferCannotHold) {
  EXPECT_EQ(Refusal<IpConfigurationInfo>(Configuration("02 00 00 00  3c 00 00 00", "00 00 00 00")),
            "IPv4Address: 16 bytes at offset 60 reach beyond the buffer's end at 68");
  EXPECT_EQ(Refusal<IpConfigurationInfo>(Configuration("01 00 00 00  00 00 00 00", "00 00 00 00")),
            "IPv4Address: offset 0 points into the fixed part, which ends at 60");
}

TEST(Decode, RefusesAFixedListWhoseSizeOverflows32Bits) {
  // In 32-bit arithmetic, 0x20000001 elements of 8 bytes would be 8 bytes.
  EXPECT_EQ(Refusal<IpConfigurationInfo>(Configuration("01 00 00 20  3c 00 00 00", "00 00 00 00")),
            "IPv4Address: 4294967304 bytes at offset 60 reach beyond the buffer's end at 68");
}

TEST(Decode, RefusesAFixedReferenceOutsideTheDataBuffer) {
  EXPECT_EQ(Refusal<IpConfigurationInfo>(Configuration("00 00 00 00  00 00 00 00", "08 00 00 00")),
            "IPv4Gateway: offset 8 points into the fixed part, which ends at 60");
  EXPECT_EQ(Refusal<IpConfigurationInfo>(Configuration("00 00 00 00  00 00 00 00", "41 00 00 00")),
            "IPv4Gateway: 4 bytes at offset 65 reach beyond the buffer's end at 68");
}

TEST(Decode, RefusesPartsThatOverlapBeyondMeasure) {
  // Many pairs that point to the same long string. Their expansion grows with the square of the
  // buffer's size.
  constexpr std::uint32_t kCount = 100;
  Bytes buffer = FromText(R"(
      01 00 00 00
      00 00 00 00  00 00 00 00
      00 00 00 00  00 00 00 00
      00 00 00 00
      64 00 00 00
  )");
  const auto string_at = static_cast<std::uint8_t>(0x3c);  // 0x33c = 28 + 8 * 100
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const Bytes pair{string_at, 0x03, 0, 0, 0x00, 0x01, 0, 0};
    buffer.insert(buffer.end(), pair.begin(), pair.end());
  }
  for (int i = 0; i < 0x80; ++i) {
    buffer.insert(buffer.end(), {0x41, 0x00});
  }
  const auto decoded = Decode<SubscriberReadyInfo>(buffer);
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().ToString(), HasSubstr("add up to more than 4 times the buffer"));
  EXPECT_THAT(decoded.error().field, ::testing::StartsWith("TelephoneNumbers["));
}

// --- what Decode accepts ------------------------------------------------------------------------

TEST(Decode, TakesAnEmptyStringWhateverItsOffset) {
  EXPECT_EQ(Accepted<SetRegistrationState>(Registration("ff ff ff ff  00 00 00 00")).provider_id,
            "");
}

TEST(Decode, EndsAStringAtItsFirstNul) {
  EXPECT_EQ(Accepted<SetRegistrationState>(R"(
                10 00 00 00  08 00 00 00
                00 00 00 00
                00 00 00 00
                u"31" 00 00 00 d8
            )")
                .provider_id,
            "31");
}

TEST(Decode, TakesAStringLongerThanTheSpecificationAllows) {
  EXPECT_EQ(Accepted<SetRegistrationState>(R"(
                10 00 00 00  12 00 00 00
                00 00 00 00
                00 00 00 00
                u"310260310"
            )")
                .provider_id,
            "310260310");
}

TEST(Decode, TakesStringsThatShareBytesOrStandOutOfOrderOrUnaligned) {
  const auto pin = Accepted<SetPin>(R"(
      02 00 00 00
      03 00 00 00
      1b 00 00 00  04 00 00 00
      19 00 00 00  06 00 00 00
      00 u"123"
  )");
  EXPECT_EQ(pin.pin, "23");
  EXPECT_EQ(pin.new_pin, "123");
}

TEST(Decode, IgnoresBytesBehindTheStructure) {
  EXPECT_EQ(Accepted<SetRadioState>("01 00 00 00  ff ff ff").radio_state, RadioSwitch::kOn);
  EXPECT_EQ(Accepted<Empty>("01 02 03"), Empty{});
}

TEST(Decode, KeepsNumbersThatHaveNoName) {
  const auto info = Accepted<RadioStateInfo>("ff ff ff ff  63 00 00 00");
  EXPECT_EQ(static_cast<std::uint32_t>(info.hw_radio_state), 0xFFFFFFFFu);
  EXPECT_EQ(static_cast<std::uint32_t>(info.sw_radio_state), 0x63u);
  EXPECT_EQ(Encode(info), FromText("ff ff ff ff  63 00 00 00"));
}

TEST(Decode, TakesAnEmptyFixedListWhateverItsOffset) {
  EXPECT_TRUE(
      Accepted<IpConfigurationInfo>(Configuration("00 00 00 00  08 00 00 00", "00 00 00 00"))
          .ipv4_addresses.empty());
}

// --- what Encode refuses ------------------------------------------------------------------------

template <class T>
std::string EncodeRefusal(const T& value) {
  try {
    Encode(value);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "encoded";
}

TEST(Encode, RefusesAStringLongerThanTheSpecificationAllows) {
  SetRegistrationState set;
  set.provider_id = "310260";
  EXPECT_EQ(EncodeRefusal(set), "encoded");
  set.provider_id = "3102600";
  EXPECT_EQ(EncodeRefusal(set), "ProviderId: 7 UTF-16 units, at most 6 are allowed");
}

TEST(Encode, CountsACharacterOutsideTheBasicPlaneTwice) {
  SetRegistrationState set;
  set.provider_id = "\U0001F4F6\U0001F4F6\U0001F4F6";
  EXPECT_EQ(EncodeRefusal(set), "encoded");
  set.provider_id += "x";
  EXPECT_EQ(EncodeRefusal(set), "ProviderId: 7 UTF-16 units, at most 6 are allowed");
}

TEST(Encode, RefusesWhatIsNoText) {
  SetConnect connect;
  connect.access_string = "\xC3";
  EXPECT_EQ(EncodeRefusal(connect), "AccessString: not valid UTF-8, or contains a NUL");
  connect.access_string = std::string("a\0b", 3);
  EXPECT_EQ(EncodeRefusal(connect), "AccessString: not valid UTF-8, or contains a NUL");
}

TEST(Encode, RefusesALongElementOfAListOfStrings) {
  SubscriberReadyInfo info;
  info.telephone_numbers = {std::string(23, '1')};
  EXPECT_EQ(EncodeRefusal(info), "TelephoneNumbers: 23 UTF-16 units, at most 22 are allowed");
}

// --- text ---------------------------------------------------------------------------------------

TEST(Text, NamesEveryField) {
  EXPECT_EQ(ToText(RadioStateInfo{RadioSwitch::kOn, RadioSwitch::kOff}),
            "MBIM_RADIO_STATE_INFO { HwRadioState = 1, SwRadioState = 0 }");
  EXPECT_EQ(ToText(Empty{}), "- {}");
}

TEST(Text, HidesPinsAndPasswords) {
  EXPECT_EQ(ToText(SetPin{PinType::kPin1, PinOperation::kChange, "1234", "98765"}),
            "MBIM_SET_PIN { PinType = 2, PinOperation = 3, Pin = ***, NewPin = *** }");
  SetConnect connect;
  connect.user_name = "user";
  connect.password = "secret";
  EXPECT_THAT(ToText(connect), HasSubstr("UserName = \"user\", Password = ***"));
  SetProvisionedContext provisioned;
  provisioned.password = "secret";
  EXPECT_THAT(ToText(provisioned), ::testing::Not(HasSubstr("secret")));
  Context context;
  context.password = "secret";
  EXPECT_THAT(ToText(ProvisionedContextsInfo{{context}}), ::testing::Not(HasSubstr("secret")));
}

TEST(Text, ShowsThatASecretIsEmpty) {
  EXPECT_THAT(ToText(SetPin{}), HasSubstr("Pin = \"\""));
}

TEST(Text, KeepsALineALine) {
  SetConnect connect;
  connect.access_string = "a\n\"b\\";
  EXPECT_THAT(ToText(connect), HasSubstr(R"(AccessString = "a\x0a\"b\\")"));
}

TEST(Text, WritesListsAndAddresses) {
  IpConfigurationInfo info;
  info.ipv4_addresses = {{24, {{10, 0, 0, 2}}}};
  info.ipv4_dns_servers = {{{8, 8, 8, 8}}, {{9, 9, 9, 9}}};
  info.ipv6_gateway = Ipv6Address{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  const std::string text = ToText(info);
  EXPECT_THAT(text,
              HasSubstr("IPv4Address = [{ OnLinkPrefixLength = 24, IPv4Address = 10.0.0.2 }]"));
  EXPECT_THAT(text, HasSubstr("IPv4Gateway = -, IPv6Gateway = fe80::1"));
  EXPECT_THAT(text, HasSubstr("IPv4DnsServer = [8.8.8.8, 9.9.9.9]"));
}

}  // namespace
}  // namespace mbnrig::mbim
