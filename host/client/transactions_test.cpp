#include "client/transactions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mbnrig::client {
namespace {

Transaction OfCid(std::uint32_t cid) {
  Transaction transaction;
  transaction.cid = cid;
  return transaction;
}

TEST(TransactionTable, CountsUp) {
  TransactionTable table(7);
  EXPECT_EQ(table.Add({}), 7u);
  EXPECT_EQ(table.Add({}), 8u);
}

TEST(TransactionTable, NeverGivesZero) {
  TransactionTable table(0xFFFFFFFF);
  EXPECT_EQ(table.Add({}), 0xFFFFFFFFu);
  EXPECT_EQ(table.Add({}), 1u);
  TransactionTable zero(0);
  EXPECT_EQ(zero.Add({}), 1u);
}

TEST(TransactionTable, GivesNoIdThatWaitsOrThatMayStillBeAnswered) {
  TransactionTable table(1);
  const auto waiting = table.Add({});
  const auto abandoned = table.Add({});
  const auto answered = table.Add({});
  table.Abandon(abandoned);
  table.Take(answered);
  table.set_next_id(waiting);
  EXPECT_EQ(table.Add({}), answered);
}

TEST(TransactionTable, FindsAndTakes) {
  TransactionTable table(1);
  const auto id = table.Add(OfCid(5));
  ASSERT_NE(table.Find(id), nullptr);
  EXPECT_EQ(table.Find(id)->cid, 5u);
  EXPECT_EQ(table.Find(id + 1), nullptr);
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(table.Take(id)->cid, 5u);
  EXPECT_FALSE(table.Take(id));
  EXPECT_FALSE(table.Abandoned(id));
  EXPECT_TRUE(table.empty());
}

TEST(TransactionTable, AbandonsAllInTheOrderInWhichTheyCame) {
  TransactionTable table(0xFFFFFFFE);
  for (std::uint32_t cid = 0; cid < 5; ++cid) {
    table.Add(OfCid(cid));
  }
  std::vector<std::uint32_t> cids;
  for (const auto& transaction : table.AbandonAll()) {
    cids.push_back(transaction.cid);
  }
  EXPECT_THAT(cids, ::testing::ElementsAre(0, 1, 2, 3, 4));
  EXPECT_TRUE(table.empty());
  EXPECT_TRUE(table.Abandoned(0xFFFFFFFF));
  EXPECT_TRUE(table.Abandoned(3));
}

TEST(TransactionTable, ForgetsTheOldestOfManyAbandoned) {
  TransactionTable table(1);
  for (int i = 0; i < 10'000; ++i) {
    table.Abandon(table.Add({}));
  }
  EXPECT_FALSE(table.Abandoned(1));
  EXPECT_TRUE(table.Abandoned(10'000));
}

}  // namespace
}  // namespace mbnrig::client
