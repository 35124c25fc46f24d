/// Values that the generator draws from the descriptions, through the wire and back.

#include <gtest/gtest.h>

#include <set>

#include "mbim/codec.h"
#include "mbim/generate.h"
#include "mbim/service_table.h"
#include "mbim/structures_test.h"

namespace mbnrig::mbim {
namespace {

constexpr std::uint64_t kValues = 500;

template <class T>
class RoundTripTest : public testing::Test {};
TYPED_TEST_SUITE(RoundTripTest, Structures, StructureName);

TYPED_TEST(RoundTripTest, AnyValueSurvivesTheWire) {
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    Random random(seed);
    const auto value = Generate<TypeParam>(random);
    const Bytes wire = Encode(value);
    const auto decoded = Decode<TypeParam>(wire);
    ASSERT_TRUE(decoded) << "seed " << seed << ": " << decoded.error().ToString();
    ASSERT_EQ(*decoded, value) << "seed " << seed << ": " << ToText(value);
    ASSERT_EQ(wire.size() % 4, 0u) << "seed " << seed;
    ASSERT_EQ(Encode(*decoded), wire) << "seed " << seed;
  }
}

TYPED_TEST(RoundTripTest, TheSameSeedDrawsTheSameValue) {
  Random first(7), second(7);
  EXPECT_EQ(Generate<TypeParam>(first), Generate<TypeParam>(second));
}

template <class... T>
std::set<std::string_view> NamesOf(testing::Types<T...>) {
  return {T::kName...};
}

TEST(RoundTrip, LeavesNoFormOfTheServiceTableOut) {
  const auto names = NamesOf(Structures{});
  for (const ServiceEntry& service : Services()) {
    for (const CidEntry& entry : service.cids) {
      for (const Form* form : entry.forms.front()) {
        if (form == nullptr) continue;
        EXPECT_TRUE(names.contains(form->structure)) << form->structure;
      }
    }
  }
}

}  // namespace
}  // namespace mbnrig::mbim
