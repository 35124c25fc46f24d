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

constexpr uid_t kRoot = 0;
constexpr gid_t kGroupOfRoot = 0;

bool IsPrivileged(const testing::Credentials& credentials, const char* group) {
  bool privileged = false;
  testing::WithCredentials(credentials, [&] { privileged = CallerIsPrivileged(group); });
  return privileged;
}
bool NobodyIsPrivileged(const char* group) {
  return IsPrivileged({}, group);
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

TEST_F(AccessTest, AMemberIsAlsoOneWhoHasTheGroupBesides) {
  EXPECT_TRUE(IsPrivileged({.supplementary_groups = {1, kGroupOfRoot}}, "root"));
  EXPECT_TRUE(IsPrivileged({.supplementary_groups = {kGroupOfRoot, 1}}, "root"));
  EXPECT_FALSE(IsPrivileged({.supplementary_groups = {1, 2}}, "root"));
}

TEST_F(AccessTest, TheEffectiveUserCounts) {
  EXPECT_TRUE(IsPrivileged({.real_user = testing::kNobody, .effective_user = kRoot}, "netdev"));
  EXPECT_FALSE(IsPrivileged({.real_user = kRoot, .effective_user = testing::kNobody}, "netdev"));
}

TEST_F(AccessTest, TheEffectiveGroupCounts) {
  EXPECT_TRUE(
      IsPrivileged({.real_group = testing::kNogroup, .effective_group = kGroupOfRoot}, "root"));
  EXPECT_FALSE(
      IsPrivileged({.real_group = kGroupOfRoot, .effective_group = testing::kNogroup}, "root"));
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
