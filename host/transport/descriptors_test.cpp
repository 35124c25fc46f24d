#include "transport/descriptors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "transport/testing/fake_usb.h"

namespace mbnrig::transport {
namespace {

using namespace transport::testing;

using ::testing::HasSubstr;

MbimFunctionInfo Found(const Configuration& configuration) {
  const auto result = FindMbimFunction(configuration);
  if (const auto* reason = std::get_if<std::string>(&result)) {
    ADD_FAILURE() << *reason;
    return {};
  }
  return std::get<MbimFunctionInfo>(result);
}

std::string WhyNone(const Configuration& configuration) {
  const auto result = FindMbimFunction(configuration);
  const auto* reason = std::get_if<std::string>(&result);
  return reason ? *reason : "a function was found";
}

/// A modem with another function in front of it (interfaces 0 and 1, so MBIM has 2 and 3), an IAD,
/// all functional descriptors, and two settings of the data interface.
const Bytes kComposite = {
    9,  0x02, 0,    0,    4,    1,    0,    0xE0, 50,  // configuration 1
    9,  0x04, 0,    0,    1,    0xFF, 0x00, 0x00, 0,    7,    0x05, 0x81, 2, 0,
    2,  0,                                                                 // a vendor's interface
    9,  0x04, 1,    0,    0,    0xFF, 0x00, 0x00, 0,                       // another
    8,  0x0B, 2,    2,    0x02, 0x0E, 0x00, 0,                             // IAD: 2 and 3
    9,  0x04, 2,    0,    1,    0x02, 0x0E, 0x00, 0,                       // MBIM control
    5,  0x24, 0x00, 0x10, 0x01,                                            // header
    5,  0x24, 0x06, 2,    3,                                               // union
    12, 0x24, 0x1B, 0x00, 0x01, 0x00, 0x02, 16,   128,  0xDC, 0x05, 0x20,  // MBIM: 512 bytes
    8,  0x24, 0x1C, 0x00, 0x01, 1,    0xDC, 0x05,                          // MBIM extended
    7,  0x05, 0x83, 3,    64,   0,    5,                                   // notifications
    9,  0x04, 3,    0,    0,    0x0A, 0x00, 0x02, 0,                       // data, idle
    9,  0x04, 3,    1,    2,    0x0A, 0x00, 0x02, 0,                       // data, active
    7,  0x05, 0x84, 2,    0,    2,    0,    7,    0x05, 0x02, 2,    0,    2, 0,
};

Bytes WithTotalLength(Bytes bytes) {
  bytes[2] = static_cast<std::uint8_t>(bytes.size() & 0xFF);
  bytes[3] = static_cast<std::uint8_t>(bytes.size() >> 8);
  return bytes;
}

TEST(ParseConfiguration, ReadsACompositeDevice) {
  const auto configuration = ParseConfiguration(WithTotalLength(kComposite));
  ASSERT_TRUE(configuration);
  EXPECT_EQ(configuration->value, 1);
  ASSERT_EQ(configuration->settings.size(), 5u);
  EXPECT_EQ(configuration->settings[2].number, 2);
  EXPECT_EQ(configuration->settings[2].extra.size(), 30u);
  EXPECT_EQ(configuration->settings[4].endpoints.size(), 2u);
}

TEST(ParseConfiguration, RefusesOtherDescriptors) {
  EXPECT_FALSE(ParseConfiguration({}));
  EXPECT_FALSE(ParseConfiguration(Bytes{9}));
  EXPECT_FALSE(
      ParseConfiguration(Bytes{18, 0x01, 0, 2, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 1, 2, 3, 1}));
  EXPECT_FALSE(ParseConfiguration(Bytes{8, 0x02, 8, 0, 0, 1, 0, 0x80}));
}

TEST(ParseConfiguration, StopsAtTheTotalLength) {
  Bytes bytes = WithTotalLength(kComposite);
  bytes[2] = 9 + 16;
  bytes[3] = 0;
  const auto configuration = ParseConfiguration(bytes);
  ASSERT_TRUE(configuration);
  EXPECT_EQ(configuration->settings.size(), 1u);
}

TEST(ParseConfiguration, StopsAtATruncatedDescriptor) {
  const Bytes whole = WithTotalLength(kComposite);
  std::size_t settings = 0;
  for (std::size_t length = 9; length <= whole.size(); ++length) {
    // An allocation of exactly this size, so that a sanitizer detects a read beyond its end.
    const auto configuration = ParseConfiguration(
        Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
    ASSERT_TRUE(configuration) << length;
    EXPECT_GE(configuration->settings.size(), settings) << length;
    settings = configuration->settings.size();
  }
  EXPECT_EQ(settings, 5u);
}

TEST(ParseConfiguration, SurvivesCorruption) {
  std::mt19937 random(20111114);
  std::size_t found = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = WithTotalLength(kComposite);
    for (int flips = 0; flips < 4; ++flips) {
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    }
    bytes.resize(random() % (bytes.size() + 1));
    bytes.shrink_to_fit();
    const auto configuration = ParseConfiguration(bytes);
    if (!configuration) {
      continue;
    }
    const auto function = FindMbimFunction(*configuration);
    if (const auto* info = std::get_if<MbimFunctionInfo>(&function)) {
      ++found;
      EXPECT_NE(info->control_interface, info->data_interface);
      EXPECT_NE(info->notification.packet_size(), 0);
      EXPECT_GE(info->max_control_message.value_or(64), 64);
      EXPECT_LE(info->max_control_message.value_or(64), 4096);
    }
  }
  EXPECT_GT(found, 0u);
}

TEST(FindMbimFunction, FindsTheFunctionOfACompositeDevice) {
  const auto function = Found(*ParseConfiguration(WithTotalLength(kComposite)));
  EXPECT_EQ(function.control_interface, 2);
  EXPECT_EQ(function.data_interface, 3);
  EXPECT_EQ(function.notification.address, 0x83);
  EXPECT_EQ(function.bulk_in.address, 0x84);
  EXPECT_EQ(function.bulk_out.address, 0x02);
  EXPECT_EQ(function.control_alternate, std::nullopt);
  EXPECT_EQ(function.data_idle_alternate, 0);
  EXPECT_EQ(function.data_active_alternate, 1);
  EXPECT_EQ(function.max_control_message, 512);
  EXPECT_EQ(function.max_segment_size, 1500);
  EXPECT_EQ(function.max_outstanding_commands, 1);
  EXPECT_EQ(function.mtu, 1500);
}

TEST(FindMbimFunction, FindsAFunctionWithoutFunctionalDescriptorsAndSettings) {
  const auto function = Found(FakeMbimConfiguration(false));
  EXPECT_EQ(function.control_interface, 0);
  EXPECT_EQ(function.data_interface, 1);
  EXPECT_EQ(function.data_idle_alternate, std::nullopt);
  EXPECT_EQ(function.data_active_alternate, std::nullopt);
  EXPECT_EQ(function.max_control_message, std::nullopt);
  EXPECT_EQ(function.max_segment_size, 0);
  EXPECT_EQ(function.max_outstanding_commands, std::nullopt);
  EXPECT_EQ(function.mtu, 0);
}

TEST(FindMbimFunction, TakesAtLeastOneCommandAtATime) {
  auto configuration = FakeMbimConfiguration(true, 4096, 64);
  EXPECT_EQ(Found(configuration).max_outstanding_commands, 64);
  configuration.settings[0].extra[configuration.settings[0].extra.size() - 3] = 0;
  EXPECT_EQ(Found(configuration).max_outstanding_commands, 1);
}

TEST(FindMbimFunction, LimitsTheSizeOfControlMessages) {
  EXPECT_EQ(Found(FakeMbimConfiguration(true, 0)).max_control_message, 64);
  EXPECT_EQ(Found(FakeMbimConfiguration(true, 63)).max_control_message, 64);
  EXPECT_EQ(Found(FakeMbimConfiguration(true, 64)).max_control_message, 64);
  EXPECT_EQ(Found(FakeMbimConfiguration(true, 0xFFFF)).max_control_message, 4096);
}

TEST(FindMbimFunction, TakesTheDataInterfaceOfTheUnion) {
  auto configuration = FakeMbimConfiguration(true);
  InterfaceSetting other = configuration.settings.back();
  other.number = 7;
  other.endpoints[0].address = 0x8A;
  configuration.settings.insert(configuration.settings.begin() + 1, other);
  EXPECT_EQ(Found(configuration).data_interface, 1);
  configuration.settings[0].extra[4] = 7;
  EXPECT_EQ(Found(configuration).bulk_in.address, 0x8A);
}

TEST(FindMbimFunction, IgnoresAUnionWithAWrongInterface) {
  auto configuration = FakeMbimConfiguration(true);
  configuration.settings[0].extra[4] = 99;
  EXPECT_EQ(Found(configuration).data_interface, 1);
}

TEST(FindMbimFunction, ChoosesTheMbimSettingsOfADualFunction) {
  // NCM first, MBIM as the alternative (MBIM 1.0, section 3.2.2).
  auto configuration = FakeMbimConfiguration(true);
  InterfaceSetting ncm = configuration.settings[0];
  ncm.subclass = 0x0D;
  InterfaceSetting ncm_data = configuration.settings[2];
  ncm_data.protocol = 0x01;
  configuration.settings[0].alternate = 1;
  configuration.settings[2].alternate = 2;
  configuration.settings.insert(configuration.settings.begin() + 2, ncm_data);
  configuration.settings.insert(configuration.settings.begin(), ncm);
  const auto function = Found(configuration);
  EXPECT_EQ(function.control_alternate, 1);
  EXPECT_EQ(function.data_idle_alternate, 0);
  EXPECT_EQ(function.data_active_alternate, 2);
}

TEST(FindMbimFunction, SaysWhyItFindsNone) {
  EXPECT_EQ(WhyNone(Configuration{}), "no MBIM interface");

  auto deaf = FakeMbimConfiguration(true);
  deaf.settings[0].endpoints.clear();
  EXPECT_THAT(WhyNone(deaf), HasSubstr("no interrupt IN endpoint"));
  deaf = FakeMbimConfiguration(true);
  deaf.settings[0].endpoints[0].max_packet_size = 0x0800;
  EXPECT_THAT(WhyNone(deaf), HasSubstr("no interrupt IN endpoint"));

  auto dataless = FakeMbimConfiguration(true);
  dataless.settings.resize(2);
  EXPECT_THAT(WhyNone(dataless), HasSubstr("no data interface"));

  auto shared = FakeMbimConfiguration(false);
  shared.settings[1].number = 0;
  EXPECT_THAT(WhyNone(shared), HasSubstr("no data interface"));
}

}  // namespace
}  // namespace mbnrig::transport
