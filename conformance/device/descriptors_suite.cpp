// DES: the descriptors of an MBIM function (MBIM 1.0, sections 3.2 and 6).

#include "device/case.h"

namespace mbnrig::device {
namespace {

// Class codes: control and data interface, of NCM 1.0 and of MBIM.
constexpr std::uint8_t kControl = 0x02, kNcm = 0x0d, kMbim = 0x0e;
constexpr std::uint8_t kData = 0x0a, kNcmProtocol = 0x01, kMbimProtocol = 0x02;

constexpr std::uint16_t kCdc12 = 0x0120;
constexpr std::uint16_t kVersion10 = 0x0100;
constexpr std::uint8_t kReservedCapabilities = 0b1101'0111;

/// The only functional descriptor of its kind. Null, after a failed check, if there is not exactly
/// one.
const Descriptor* Only(const Setting& setting, Functional subtype) {
  const auto found = setting.Of(subtype);
  EXPECT_FALSE(found.empty()) << Asserts("mbim1.0:6.3#2");
  EXPECT_LE(found.size(), 1u) << Asserts("rig:mbim1.0:6.4");
  return found.empty() ? nullptr : found.front();
}

void CheckMbimFunctional(const Descriptor& mbim) {
  EXPECT_EQ(mbim.bytes.size(), 12u) << Asserts("mbim1.0:6.4#5");
  EXPECT_EQ(mbim.U16(3), kVersion10) << Asserts("mbim1.0:6.4#6");
  EXPECT_GE(mbim.U16(5), 64u) << Asserts("mbim1.0:6.4#1");
  EXPECT_GE(mbim.U8(7), 16u) << Asserts("mbim1.0:6.4#2");
  EXPECT_LE(mbim.U8(8), 192u) << Asserts("mbim1.0:6.4#3");
  EXPECT_GE(mbim.U16(9), 2048u) << Asserts("mbim1.0:6.4#4");
  EXPECT_EQ(mbim.U8(11) & kReservedCapabilities, 0) << Asserts("mbim1.0:6.4#7");
}

void CheckExtended(const Setting& control, const Descriptor& mbim) {
  const auto found = control.Of(Functional::kExtended);
  if (found.empty()) return;  // it is optional
  EXPECT_EQ(found.size(), 1u) << Asserts("rig:mbim1.0:6.4");
  const Descriptor& extended = *found.front();
  EXPECT_GT(extended.index, mbim.index) << Asserts("mbim1.0:6.5#1");
  EXPECT_EQ(extended.bytes.size(), 8u) << Asserts("mbim1.0:6.5#2");
  EXPECT_EQ(extended.U16(3), kVersion10) << Asserts("mbim1.0:6.5#3");
  EXPECT_GT(extended.U8(5), 0u) << Asserts("mbim1.0:6.5#4");
}

/// Checks the functional descriptors and the endpoint, for both kinds of function.
void CheckControlInterface(const Setting& control, std::uint8_t data_interface) {
  const Descriptor* header = Only(control, Functional::kHeader);
  const Descriptor* union_descriptor = Only(control, Functional::kUnion);
  const Descriptor* mbim = Only(control, Functional::kMbim);
  if (header == nullptr || union_descriptor == nullptr || mbim == nullptr) return;

  EXPECT_EQ(header->bytes.size(), 5u) << Asserts("rig:cdc1.2:5.2.3.1");
  EXPECT_GE(header->U16(3), kCdc12) << Asserts("rig:cdc1.2:5.2.3.1");
  EXPECT_LT(header->index, union_descriptor->index) << Asserts("mbim1.0:6.3#3");
  EXPECT_LT(header->index, mbim->index) << Asserts("mbim1.0:6.3#3");
  EXPECT_EQ(union_descriptor->bytes.size(), 5u) << Asserts("mbim1.0:6.3#4");
  EXPECT_EQ(union_descriptor->U8(3), control.number()) << Asserts("mbim1.0:6.3#4");
  EXPECT_EQ(union_descriptor->U8(4), data_interface) << Asserts("mbim1.0:6.3#4");
  CheckMbimFunctional(*mbim);
  CheckExtended(control, *mbim);

  ASSERT_EQ(control.endpoints.size(), 1u) << Asserts("mbim1.0:6.3#5");
  const Descriptor& endpoint = control.endpoints.front();
  EXPECT_GE(endpoint.bytes.size(), 7u) << Asserts("mbim1.0:6.3#5");
  EXPECT_NE(endpoint.U8(2) & 0x80, 0) << Asserts("mbim1.0:6.3#5");
  EXPECT_EQ(endpoint.U8(3) & 3, 3) << Asserts("mbim1.0:6.3#5");
  for (const Descriptor& functional : control.functional) {
    EXPECT_LT(functional.index, endpoint.index) << Asserts("mbim1.0:6.3#5");
  }
}

/// Checks the association that contains one of the function's interfaces, if there is one.
void CheckAssociation(const Configuration& configuration, const Setting& control,
                      std::uint8_t data_interface, std::uint8_t subclass, const char* assertion) {
  for (const Descriptor& association : configuration.associations) {
    const unsigned first = association.U8(2), count = association.U8(3);
    const auto has = [first, count](unsigned interface) {
      return interface >= first && interface < first + count;
    };
    if (!has(control.number()) && !has(data_interface)) continue;
    EXPECT_TRUE(has(control.number()) && has(data_interface) && count == 2)
        << Asserts("mbim1.0:6.1#1");
    EXPECT_EQ(association.U8(4), kControl) << Asserts(assertion);
    EXPECT_EQ(association.U8(5), subclass) << Asserts(assertion);
    EXPECT_EQ(association.U8(6), 0u) << Asserts(assertion);
  }
}

DEVICE_CASE(Descriptors, DES_01, "descriptors of a function that is NCM and MBIM",
            "mbim1.0:3.2.1#1", "mbim1.0:3.2.1#2", "mbim1.0:3.2.1#3", "mbim1.0:3.2.2.1#1",
            "mbim1.0:3.2.2.4#1", "mbim1.0:3.2.2.4#2", "mbim1.0:3.2.2.4#3", "mbim1.0:3.2.2.4#4",
            "mbim1.0:6.3#2", "mbim1.0:6.3#3", "mbim1.0:6.3#4", "mbim1.0:6.3#5", "mbim1.0:6.4#1",
            "mbim1.0:6.4#2", "mbim1.0:6.4#3", "mbim1.0:6.4#4", "mbim1.0:6.4#5", "mbim1.0:6.4#6",
            "mbim1.0:6.4#7", "mbim1.0:6.5#1", "mbim1.0:6.5#2", "mbim1.0:6.5#3", "mbim1.0:6.5#4",
            "rig:cdc1.2:5.2.3.1", "rig:mbim1.0:6.4") {
  if (!modem().is_ncm_too()) throw NotApplicable("the function is MBIM only");
  const Configuration configuration = TakeApart(ReadConfiguration(modem().usb()));
  const auto ncm = configuration.Of(kControl, kNcm, 0);
  const auto mbim = configuration.Of(kControl, kMbim, 0);
  ASSERT_EQ(ncm.size(), 1u) << Asserts("mbim1.0:3.2.1#2");
  ASSERT_EQ(mbim.size(), 1u) << Asserts("mbim1.0:3.2.1#3");
  EXPECT_EQ(ncm[0]->number(), mbim[0]->number()) << Asserts("mbim1.0:3.2.1#1");
  EXPECT_EQ(ncm[0]->alternate(), 0u) << Asserts("mbim1.0:3.2.1#2");
  EXPECT_EQ(mbim[0]->alternate(), 1u) << Asserts("mbim1.0:3.2.1#3");
  EXPECT_LT(ncm[0]->interface.index, mbim[0]->interface.index) << Asserts("mbim1.0:3.2.1#1");

  const std::uint8_t data_interface = modem().function().data_interface;
  std::vector<const Setting*> data;
  for (const Setting& setting : configuration.settings) {
    if (setting.number() == data_interface) data.push_back(&setting);
  }
  ASSERT_EQ(data.size(), 3u) << Asserts("mbim1.0:3.2.2.4#1");
  EXPECT_TRUE(data[0]->Is(kData, 0, kNcmProtocol)) << Asserts("mbim1.0:3.2.2.4#2");
  EXPECT_TRUE(data[1]->Is(kData, 0, kNcmProtocol)) << Asserts("mbim1.0:3.2.2.4#2");
  EXPECT_TRUE(data[2]->Is(kData, 0, kMbimProtocol)) << Asserts("mbim1.0:3.2.2.4#3");
  EXPECT_TRUE(data[0]->endpoints.empty()) << Asserts("mbim1.0:3.2.2.4#4");
  EXPECT_TRUE(data[1]->HasBulkPair()) << Asserts("mbim1.0:3.2.2.4#4");
  EXPECT_TRUE(data[2]->HasBulkPair()) << Asserts("mbim1.0:3.2.2.4#4");

  // The functional descriptors are in either setting, or in both.
  CheckControlInterface(mbim[0]->functional.empty() ? *ncm[0] : *mbim[0], data_interface);
  CheckAssociation(configuration, *ncm[0], data_interface, kNcm, "mbim1.0:3.2.2.1#1");
}

DEVICE_CASE(Descriptors, DES_02, "descriptors of a function that is MBIM only", "mbim1.0:6.3#1",
            "mbim1.0:6.3#2", "mbim1.0:6.3#3", "mbim1.0:6.3#4", "mbim1.0:6.3#5", "mbim1.0:6.4#1",
            "mbim1.0:6.4#2", "mbim1.0:6.4#3", "mbim1.0:6.4#4", "mbim1.0:6.4#5", "mbim1.0:6.4#6",
            "mbim1.0:6.4#7", "mbim1.0:6.5#1", "mbim1.0:6.5#2", "mbim1.0:6.5#3", "mbim1.0:6.5#4",
            "mbim1.0:6.6#1", "mbim1.0:6.6#2", "mbim1.0:6.6#3", "mbim1.0:6.6#4", "mbim1.0:6.1#1",
            "mbim1.0:6.1#2", "rig:cdc1.2:5.2.3.1", "rig:mbim1.0:6.4") {
  if (modem().is_ncm_too()) throw NotApplicable("the function is also NCM");
  const Configuration configuration = TakeApart(ReadConfiguration(modem().usb()));
  EXPECT_TRUE(configuration.rest.empty()) << "the configuration ends in the middle of a descriptor";
  const auto control = configuration.Of(kControl, kMbim, 0);
  ASSERT_EQ(control.size(), 1u) << Asserts("mbim1.0:6.3#1");
  EXPECT_EQ(control[0]->alternate(), 0u) << Asserts("mbim1.0:6.3#1");

  const std::uint8_t data_interface = modem().function().data_interface;
  std::vector<const Setting*> data;
  for (const Setting& setting : configuration.settings) {
    if (setting.number() == data_interface) data.push_back(&setting);
  }
  CheckControlInterface(*control[0], data_interface);
  CheckAssociation(configuration, *control[0], data_interface, kMbim, "mbim1.0:6.1#2");
  for (const Setting* setting : data) {
    EXPECT_TRUE(setting->Is(kData, 0, kMbimProtocol)) << Asserts("mbim1.0:6.6#4");
  }
  ASSERT_EQ(data.size(), 2u) << Asserts("mbim1.0:6.6#1");
  EXPECT_TRUE(data[0]->endpoints.empty()) << Asserts("mbim1.0:6.6#2");
  EXPECT_TRUE(data[1]->HasBulkPair()) << Asserts("mbim1.0:6.6#3");
}

}  // namespace
}  // namespace mbnrig::device
