// Every request, view and completion goes through bytes and back.

#include "rras/model/values.h"

#include <gtest/gtest.h>

#include <string>

#include "mbim/codec.h"
#include "mbim/testing/generate.h"

namespace mbnrig::rras {
namespace {

template <class Value>
class ValuesTest : public ::testing::Test {};

struct NameOfValue {
  template <class Value>
  static std::string GetName(int) {
    return std::string(Value::kName);
  }
};

using Values =
    ::testing::Types<InterfaceRequest, InterfaceView, ConnectRequest, ConnectCompletion, PortView>;
TYPED_TEST_SUITE(ValuesTest, Values, NameOfValue);

TYPED_TEST(ValuesTest, GoesThroughBytesAndBack) {
  mbim::testing::Random random(1);
  for (int i = 0; i < 200; ++i) {
    const auto value = mbim::testing::Generate<TypeParam>(random);
    const auto back = mbim::Decode<TypeParam>(mbim::Encode(value));
    ASSERT_TRUE(back) << back.error().ToString();
    EXPECT_EQ(*back, value);
  }
}

}  // namespace
}  // namespace mbnrig::rras
