#include "rras/model/port_table.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace mbnrig::rras {
namespace {

using std::chrono::seconds;

class PortTableTest : public ::testing::Test {
 protected:
  void Follow(MBN_ACTIVATION_STATE state, bool operational = true) {
    table_.Follow({{"{a}", "LTE modem", operational, state}});
  }
  PortView Only() {
    const std::vector<PortView> views = table_.Views();
    EXPECT_EQ(views.size(), 1u);
    return views.empty() ? PortView{} : views.front();
  }

  std::chrono::steady_clock::time_point now_{};
  PortTable table_{[this] { return now_; }};
};

TEST_F(PortTableTest, TellsHowLongAConnectionHasBeenUp) {
  now_ += seconds(100);
  Follow(MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_EQ(Only().connected_seconds, 0u);
  now_ += seconds(90);
  Follow(MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_EQ(Only().connected_seconds, 90u);
  Follow(MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(Only().connected_seconds, 0u);
  now_ += seconds(10);
  Follow(MBN_ACTIVATION_STATE_ACTIVATED);
  now_ += std::chrono::milliseconds(5999);
  EXPECT_EQ(Only().connected_seconds, 5u);
}

TEST_F(PortTableTest, HasTheConditionOfItsModem) {
  constexpr std::pair<MBN_ACTIVATION_STATE, RAS_PORT_CONDITION> kConditions[] = {
      {MBN_ACTIVATION_STATE_NONE, RAS_PORT_DISCONNECTED},
      {MBN_ACTIVATION_STATE_ACTIVATING, RAS_PORT_AUTHENTICATING},
      {MBN_ACTIVATION_STATE_ACTIVATED, RAS_PORT_AUTHENTICATED},
      {MBN_ACTIVATION_STATE_DEACTIVATING, RAS_PORT_AUTHENTICATED},
      {MBN_ACTIVATION_STATE_DEACTIVATED, RAS_PORT_DISCONNECTED},
  };
  for (const auto& [state, condition] : kConditions) {
    Follow(state);
    EXPECT_EQ(Only().condition, static_cast<DWORD>(condition)) << state;
    Follow(state, false);
    EXPECT_EQ(Only().condition, DWORD{RAS_PORT_NON_OPERATIONAL}) << state;
  }
}

TEST_F(PortTableTest, AnActiveModemHasANewConnectionAfterTheOldOneWasHungUp) {
  Follow(MBN_ACTIVATION_STATE_ACTIVATED);
  const HandleNumber old = table_.ConnectionOver("{a}");
  EXPECT_NE(old, kNoHandle);
  table_.HungUp(old);
  EXPECT_EQ(table_.ConnectionOver("{a}"), kNoHandle);
  Follow(MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_GT(Only().connection, old);
  EXPECT_EQ(Only().total_calls, 2u);
  // The new one is not the one that was hung up.
  table_.HungUp(old);
  EXPECT_NE(Only().connection, kNoHandle);
}

}  // namespace
}  // namespace mbnrig::rras
