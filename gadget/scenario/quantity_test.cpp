#include "scenario/quantity.h"

#include <gtest/gtest.h>

namespace mbnrig::scenario {
namespace {

using std::chrono::milliseconds;

TEST(Number, IsDecimalOrHexadecimal) {
  EXPECT_EQ(ParseNumber("42"), 42u);
  EXPECT_EQ(ParseNumber("0x2a"), 42u);
  EXPECT_EQ(ParseNumber("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", "-1", "1.5", "4 2", "0x", "x2a", "18446744073709551616"})
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
}

TEST(Duration, HasAUnitOrIsMilliseconds) {
  EXPECT_EQ(ParseDuration("250"), milliseconds(250));
  EXPECT_EQ(ParseDuration("250ms"), milliseconds(250));
  EXPECT_EQ(ParseDuration("2s"), milliseconds(2000));
  EXPECT_EQ(ParseDuration("60m"), milliseconds(3'600'000));
  for (const char* text : {"", "s", "2 s", "2h", "61m", "-2s", "1.5s", "99999999999999999999s"})
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace mbnrig::scenario
