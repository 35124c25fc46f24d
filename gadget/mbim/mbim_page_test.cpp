#include "mbim/mbim_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mbnrig::mbim {
namespace {

TEST(MbimPage, CountsTheOffsetsOfTheFixedPart) {
  const std::string page = MbimTables();
  EXPECT_THAT(page, ::testing::HasSubstr("| 56 | 4 | IPv6Mtu | u32 |"));
  EXPECT_THAT(page, ::testing::HasSubstr("| 44 | 16 | ContextType | UUID |"));
  EXPECT_THAT(page, ::testing::HasSubstr(
                        "NewPin | offset, size: string, at most 16 UTF-16 units, secret |"));
}

}  // namespace
}  // namespace mbnrig::mbim
