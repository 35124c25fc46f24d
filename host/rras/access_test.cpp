#include "rras/access.h"

#include <gtest/gtest.h>

#include "rras/testing/without_rights.h"

namespace mbnrig::rras {
namespace {

class AccessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::CanDropRights()) GTEST_SKIP() << "only root can drop rights";
  }
};

bool NobodyIsPrivileged(const char* group) {
  bool privileged = true;
  testing::WithoutRights([&] { privileged = CallerIsPrivileged(group); });
  return privileged;
}

TEST_F(AccessTest, RootIsPrivilegedWhateverTheGroup) {
  EXPECT_TRUE(CallerIsPrivileged("netdev"));
  EXPECT_TRUE(CallerIsPrivileged("no such group"));
}

TEST_F(AccessTest, AThreadThatDroppedItsRightsIsNot) {
  EXPECT_FALSE(NobodyIsPrivileged("root"));
  EXPECT_FALSE(NobodyIsPrivileged("netdev"));
}

TEST_F(AccessTest, AMemberOfTheGroupIs) {
  EXPECT_TRUE(NobodyIsPrivileged("nogroup"));
}

TEST_F(AccessTest, AGroupThatDoesNotExistHasNoMembers) {
  EXPECT_FALSE(NobodyIsPrivileged("no such group"));
  EXPECT_FALSE(NobodyIsPrivileged(""));
}

TEST_F(AccessTest, OtherThreadsKeepTheirRights) {
  testing::WithoutRights([] {});
  EXPECT_TRUE(CallerIsPrivileged("netdev"));
}

}  // namespace
}  // namespace mbnrig::rras
