#include "scenario/names.h"

#include <gmock/gmock.h>

namespace mbnrig::scenario {
namespace {

using testing::ElementsAre;

TEST(Names, ReadAndPrintTheSameWords) {
  for (const Named<mbim::ReadyState>& named : Names<mbim::ReadyState>()) {
    EXPECT_EQ(FromName(Names<mbim::ReadyState>(), named.name), named.value);
    EXPECT_EQ(ToName(named.value), named.name);
  }
  EXPECT_FALSE(FromName(Names<mbim::ReadyState>(), "missing"));
}

TEST(Names, ForgiveCaseAndTheChoiceOfDash) {
  EXPECT_TRUE(SameWord("NOT_OPENED", "not-opened"));
  EXPECT_FALSE(SameWord("not-opened", "notopened"));
}

TEST(Names, PrintNumbersThatHaveNoWord) {
  EXPECT_EQ(ToName(static_cast<mbim::RegisterState>(77)), "77");
  EXPECT_THAT(ToNames(DataClassNames(), mbim::data_class::kLte | 1u << 30),
              ElementsAre("lte", "1073741824"));
}

TEST(Nearest, TakesTheFewestEdits) {
  const std::vector<std::string> keys{"attempts", "value", "mode", "puk"};
  EXPECT_EQ(Nearest("valu", keys), "value");
  EXPECT_EQ(Nearest("vlaue", keys), "value");
  EXPECT_EQ(Nearest("pukk", keys), "puk");
  EXPECT_EQ(Nearest("Attempt", keys), "attempts");
  EXPECT_EQ(Nearest("x", {}), "");
}

TEST(Nearest, IsNothingFarAway) {
  const std::vector<std::string> keys{"attempts", "value", "mode", "puk"};
  EXPECT_EQ(Nearest("colour", keys), "");
  EXPECT_EQ(Nearest("att", keys), "attempts") << "cut short";
  EXPECT_EQ(Nearest("pukkucode", keys), "puk");
  EXPECT_EQ(Offer("vlaue", keys, "valid key"), ", nearest valid key is 'value'");
  EXPECT_EQ(Offer("colour", keys), "; there are: attempts, value, mode, puk");
}

}  // namespace
}  // namespace mbnrig::scenario
