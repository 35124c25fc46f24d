/// Encodes and decodes random values that the generator makes from the descriptions.

#include <gtest/gtest.h>

#include "mbim/codec.h"
#include "mbim/testing/generate.h"
#include "mbim/testing/structures.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::Generate;
using mbim::testing::Random;

constexpr std::uint64_t kValues = 500;

template <class T>
class RoundTripTest : public ::testing::Test {};
TYPED_TEST_SUITE(RoundTripTest, mbim::testing::Structures, mbim::testing::StructureName);

TYPED_TEST(RoundTripTest, AnyValueSurvivesTheWire) {
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    Random random(seed);
    const auto value = Generate<TypeParam>(random);
    const Bytes wire = Encode(value);
    const auto decoded = Decode<TypeParam>(wire);
    ASSERT_TRUE(decoded) << "seed " << seed << ": " << decoded.error().ToString();
    ASSERT_EQ(*decoded, value) << "seed " << seed << ": " << ToText(value);
    ASSERT_EQ(Encode(*decoded), wire) << "seed " << seed;
  }
}

TYPED_TEST(RoundTripTest, TheSameSeedDrawsTheSameValue) {
  Random first(7), second(7);
  EXPECT_EQ(Generate<TypeParam>(first), Generate<TypeParam>(second));
}

}  // namespace
}  // namespace mbnrig::mbim
