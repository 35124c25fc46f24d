#include "usb/descriptors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mbnrig::usb {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

// The descriptors of an MBIM modem at high speed, annotated.
constexpr std::uint8_t kHighSpeed[] = {
    9,  2,    0x5f, 0,    2,    1,    0,    0x80, 250,  // configuration: 95 bytes, 2 interfaces
    8,  11,   0,    2,    0x02, 0x0e, 0,    4,          // interface association
    9,  4,    0,    0,    1,    0x02, 0x0e, 0,    4,    // control interface
    5,  0x24, 0x00, 0x20, 0x01,                         // CDC header 1.20
    5,  0x24, 0x06, 0,    1,                            // union of 0 and 1
    12, 0x24, 0x1b, 0x00, 0x01, 0x00, 0x10, 16,   128, 0x00, 0x08, 0x28,  // MBIM
    8,  0x24, 0x1c, 0x00, 0x01, 64,   0xdc, 0x05,                         // MBIM extended: MTU 1500
    7,  5,    0x85, 3,    16,   0,    4,                                  // notifications
    9,  4,    1,    0,    0,    0x0a, 0,    2,    4,                      // data interface, no data
    9,  4,    1,    1,    2,    0x0a, 0,    2,    4,                      // data interface, data
    7,  5,    0x82, 2,    0x00, 0x02, 0,                                  // bulk IN
    7,  5,    0x07, 2,    0x00, 0x02, 0,                                  // bulk OUT
};

ConfigurationDescriptor At(Speed speed, bool full = true) {
  return MbimConfiguration(scenario::UsbIdentity{}, speed, Layout{}, full);
}

TEST(Descriptors, HighSpeedConfigurationAsInTheSpecification) {
  EXPECT_THAT(Encode(At(Speed::kHigh)), ElementsAreArray(kHighSpeed));
}

TEST(Descriptors, DeviceNamesItsIdentity) {
  scenario::UsbIdentity identity;
  identity.vendor_id = 0x1199;
  identity.product_id = 0x9071;
  identity.device_release = 0x0006;
  EXPECT_THAT(Encode(MbimDevice(identity, Speed::kHigh)),
              ElementsAreArray({18, 1, 0x00, 0x02, 0xef, 2, 1, 64, 0x99, 0x11, 0x71, 0x90, 0x06,
                                0x00, 1, 2, 3, 1}));
}

TEST(Descriptors, EveryFormSurvivesEncodingAndDecoding) {
  for (const Speed speed : {Speed::kFull, Speed::kHigh, Speed::kSuper}) {
    for (const bool full : {true, false}) {
      const auto configuration = At(speed, full);
      EXPECT_EQ(DecodeConfiguration(Encode(configuration)), configuration);
    }
    const auto device = MbimDevice(scenario::UsbIdentity{}, speed);
    EXPECT_EQ(DecodeDevice(Encode(device)), device);
  }
}

TEST(Descriptors, PacketSizesFollowTheSpeed) {
  auto bulk = [](Speed speed) { return At(speed).interfaces.back().endpoints.front(); };
  EXPECT_EQ(bulk(Speed::kFull).max_packet_size, 64);
  EXPECT_EQ(bulk(Speed::kHigh).max_packet_size, 512);
  EXPECT_EQ(bulk(Speed::kSuper).max_packet_size, 1024);
  EXPECT_FALSE(bulk(Speed::kHigh).companion);
  EXPECT_TRUE(bulk(Speed::kSuper).companion);
}

TEST(Descriptors, ReducedFormHasNoClassDescriptorsAndOneSetting) {
  const auto reduced = At(Speed::kHigh, false);
  ASSERT_EQ(reduced.interfaces.size(), 2u);
  EXPECT_TRUE(reduced.interfaces[0].functional.empty());
  EXPECT_EQ(reduced.interfaces[1].alternate, 0);
  EXPECT_EQ(reduced.interfaces[1].endpoints.size(), 2u);
}

TEST(Descriptors, ListCountsItsDescriptors) {
  const auto list = EncodeInterfaces(At(Speed::kHigh));
  EXPECT_EQ(list.count, 11u);
  EXPECT_EQ(list.bytes.size(), std::size(kHighSpeed) - 9);
}

TEST(Descriptors, UnknownClassDescriptorIsKept) {
  auto configuration = At(Speed::kHigh);
  configuration.interfaces[0].functional.push_back(UnknownFunctional{{0x0f, 1, 2, 3}});
  EXPECT_EQ(DecodeConfiguration(Encode(configuration)), configuration);
}

TEST(Descriptors, EveryCutIsRefused) {
  const Bytes whole(std::begin(kHighSpeed), std::end(kHighSpeed));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_FALSE(DecodeConfiguration(cut)) << length;
    constexpr std::size_t kOneSetting = 72;  // with one setting of each interface it is complete
    if (length < 4 || length == kOneSetting) continue;
    cut[2] = static_cast<std::uint8_t>(length);  // so that the head agrees
    EXPECT_FALSE(DecodeConfiguration(cut)) << length;
  }
}

TEST(Descriptors, AnyChangedByteIsReadOrRefused) {
  for (std::size_t at = 0; at < std::size(kHighSpeed); ++at) {
    for (const int value : {0, 1, 2, 127, 255}) {
      Bytes bytes(std::begin(kHighSpeed), std::end(kHighSpeed));
      bytes[at] = static_cast<std::uint8_t>(value);
      const auto configuration = DecodeConfiguration(bytes);
      if (!configuration) continue;
      EXPECT_EQ(Encode(*configuration), bytes) << at;
    }
  }
}

TEST(Descriptors, StringsAreUtf16AndFitTheirLengthByte) {
  EXPECT_THAT(EncodeString("A\xc3\xa9"), ElementsAre(6, 3, 'A', 0, 0xe9, 0));
  const Bytes longest = EncodeString(std::string(200, 'x'));
  EXPECT_EQ(longest.size(), 254u);
  EXPECT_EQ(longest[0], 254);
}

TEST(Descriptors, StringsComeFromTheIdentity) {
  const scenario::UsbIdentity identity;
  EXPECT_EQ(StringOf(identity, 1), identity.manufacturer);
  EXPECT_EQ(StringOf(identity, 2), identity.product);
  EXPECT_EQ(StringOf(identity, 3), identity.serial);
  EXPECT_EQ(StringOf(identity, 9), std::nullopt);
}

}  // namespace
}  // namespace mbnrig::usb
