#include "mbim/mbim_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace mbnrig::mbim {
namespace {

TEST(MbimPage, IsCommittedAsTheDescriptionsAre) {
  const std::string path = std::string(MBNRIG_SOURCE_DIR) + "/docs/mbim.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::ostringstream committed;
  committed << file.rdbuf();
  EXPECT_EQ(committed.str(), MbimPage())
      << "docs/mbim.md is not what the descriptions say: run mbim-doc > docs/mbim.md";
}

TEST(MbimPage, CountsTheOffsetsOfTheFixedPart) {
  const std::string page = MbimPage();
  EXPECT_THAT(page, testing::HasSubstr("| 56 | 4 | IPv6Mtu | u32 |"));
  EXPECT_THAT(page, testing::HasSubstr("| 44 | 16 | ContextType | UUID |"));
  EXPECT_THAT(
      page, testing::HasSubstr("NewPin | offset, size: string, at most 16 UTF-16 units, secret |"));
}

}  // namespace
}  // namespace mbnrig::mbim
