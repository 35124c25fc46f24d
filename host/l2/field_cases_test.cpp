// Cases from the field that concern the settings of an interface (fixtures/cases).

#include "mbim/testing/field_cases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "l2/link.h"
#include "mbim/codec.h"

namespace mbnrig::l2 {
namespace {

using mbim::testing::FieldCase;
using mbim::testing::FieldCaseName;
using mbim::testing::FieldCasesWith;

class IpConfigurationOfTheField : public ::testing::TestWithParam<FieldCase> {};
INSTANTIATE_TEST_SUITE_P(Cases, IpConfigurationOfTheField,
                         ::testing::ValuesIn(FieldCasesWith(MBNRIG_SOURCE_DIR, "34",
                                                            "information.hex")),
                         [](const auto& each) { return FieldCaseName(each.param); });

std::string Joined(const std::vector<std::string>& words) {
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, " "));
}

TEST_P(IpConfigurationOfTheField, GivesTheInterfaceItsSettings) {
  const auto info = mbim::Decode<mbim::IpConfigurationInfo>(GetParam().Hex("information.hex"));
  ASSERT_TRUE(info) << info.error().ToString();
  const IpSettings settings = SettingsFrom(*info);
  std::vector<std::string> addresses;
  for (const Address& address : settings.addresses)
    addresses.push_back(address.ToString());
  EXPECT_EQ(fmt::format("addresses {}, name servers {}, mtu {}", Joined(addresses),
                        Joined(settings.name_servers), settings.mtu),
            GetParam().Expected());
}

}  // namespace
}  // namespace mbnrig::l2
