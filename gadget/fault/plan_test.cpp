#include "fault/plan.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "mbim/service_ids.h"

namespace mbnrig::fault {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

constexpr milliseconds kLong{30'000};

Rule OnCommand(std::uint32_t cid) {
  Rule rule;
  rule.seam = Seam::kCommand;
  rule.cid = cid;
  return rule;
}

Event Command(std::uint32_t cid, mbim::ByteView information = {}) {
  return {Seam::kCommand, mbim::kServiceBasicConnect, cid, mbim::CommandType::kSet, information, 0};
}

TEST(Plan, WithoutRulesNothingActs) {
  Plan plan;
  EXPECT_FALSE(plan.Consult(Command(12)));
  EXPECT_TRUE(plan.List().empty());
}

TEST(Plan, UnsetFiltersMatchEverythingAtTheirSeam) {
  Plan plan;
  const RuleId id = plan.Add({});
  const auto acting = plan.Consult(Command(12));
  ASSERT_TRUE(acting);
  EXPECT_EQ(acting->id, id);
  EXPECT_EQ(acting->hits, 1u);
  Event elsewhere = Command(12);
  elsewhere.seam = Seam::kAnswer;
  EXPECT_FALSE(plan.Consult(elsewhere));
}

TEST(Plan, EveryFilterMustMatch) {
  Plan plan;
  Rule rule = OnCommand(12);
  rule.service = mbim::kServiceBasicConnect;
  rule.type = mbim::CommandType::kSet;
  rule.first_word = 0x01020304;
  rule.second_word = 1;
  plan.Add(rule);
  const mbim::Bytes matching{4, 3, 2, 1, 1, 0, 0, 0, 9};
  EXPECT_TRUE(plan.Consult(Command(12, matching)));

  EXPECT_FALSE(plan.Consult(Command(10, matching))) << "another CID";
  Event query = Command(12, matching);
  query.type = mbim::CommandType::kQuery;
  EXPECT_FALSE(plan.Consult(query)) << "another type";
  Event service = Command(12, matching);
  service.service = mbim::kServiceSms;
  EXPECT_FALSE(plan.Consult(service)) << "another service";
  EXPECT_FALSE(plan.Consult(Command(12, mbim::Bytes{5, 3, 2, 1, 1, 0, 0, 0}))) << "first word";
  EXPECT_FALSE(plan.Consult(Command(12, mbim::Bytes{4, 3, 2, 1, 2, 0, 0, 0}))) << "second word";
  EXPECT_FALSE(plan.Consult(Command(12, mbim::Bytes{4, 3, 2, 1, 1, 0, 0}))) << "too short";
}

TEST(Plan, OneThatIsAddedFirstActsBeforeTheOthers) {
  Plan plan;
  const RuleId there = plan.Add({});
  const RuleId first = plan.AddFirst({});
  EXPECT_EQ(plan.Consult(Command(1))->id, first);
  EXPECT_TRUE(plan.Remove(first));
  EXPECT_EQ(plan.Consult(Command(1))->id, there);
}

TEST(Plan, RequestIsAFilterOfSetup) {
  Plan plan;
  Rule rule;
  rule.seam = Seam::kSetup;
  rule.request = 0x05;
  plan.Add(rule);
  Event event;
  event.seam = Seam::kSetup;
  event.request = 0x05;
  EXPECT_TRUE(plan.Consult(event));
  event.request = 0x80;
  EXPECT_FALSE(plan.Consult(event));
}

TEST(Plan, AfterLetsMatchesPassAndTimesEndsTheRule) {
  Plan plan;
  Rule rule = OnCommand(12);
  rule.after = 2;
  rule.times = 1;
  plan.Add(rule);
  EXPECT_FALSE(plan.Consult(Command(12)));
  EXPECT_FALSE(plan.Consult(Command(10))) << "not a match, so it does not count for `after`";
  EXPECT_FALSE(plan.Consult(Command(12)));
  EXPECT_TRUE(plan.Consult(Command(12)));
  EXPECT_FALSE(plan.Consult(Command(12)));
}

TEST(Plan, TheFirstRuleThatActsWins) {
  Plan plan;
  Rule once = OnCommand(12);
  once.times = 1;
  const RuleId first = plan.Add(once);
  const RuleId second = plan.Add(OnCommand(12));
  EXPECT_EQ(plan.Consult(Command(12))->id, first);
  EXPECT_EQ(plan.Consult(Command(12))->id, second);
  EXPECT_EQ(plan.Find(first)->hits, 1u);
  EXPECT_EQ(plan.Find(second)->hits, 1u);
}

TEST(Plan, IdsAreNeverUsedTwice) {
  Plan plan;
  const RuleId first = plan.Add({});
  EXPECT_EQ(first, 1u);
  EXPECT_TRUE(plan.Remove(first));
  EXPECT_FALSE(plan.Remove(first));
  EXPECT_GT(plan.Add({}), first);
  plan.Clear();
  EXPECT_EQ(plan.Add({}), 3u);
}

TEST(Plan, ListKeepsTheOrder) {
  Plan plan;
  const RuleId a = plan.Add(OnCommand(1));
  const RuleId b = plan.Add(OnCommand(2));
  std::vector<RuleId> ids;
  for (const RuleState& state : plan.List())
    ids.push_back(state.id);
  EXPECT_THAT(ids, ElementsAre(a, b));
}

TEST(Plan, ReleasedRulesLetPass) {
  Plan plan;
  Rule hold = OnCommand(12);
  hold.action = Action::kHold;
  const RuleId id = plan.Add(hold);
  EXPECT_TRUE(plan.Consult(Command(12)));
  EXPECT_FALSE(plan.Released(id));
  EXPECT_TRUE(plan.Release(id));
  EXPECT_TRUE(plan.Released(id));
  EXPECT_FALSE(plan.Consult(Command(12)));
  EXPECT_TRUE(plan.Find(id)->released);
  EXPECT_FALSE(plan.Release(id + 1));
  EXPECT_TRUE(plan.Released(id + 1)) << "a rule that does not exist holds nothing";
}

TEST(Plan, GenerationRisesAndTheHandlerHearsOfIt) {
  Plan plan;
  int calls = 0;
  plan.set_change_handler([&] { ++calls; });
  const RuleId id = plan.Add({});
  EXPECT_EQ(plan.generation(), 0u);
  EXPECT_FALSE(plan.Release(id + 1));
  EXPECT_EQ(calls, 0);
  plan.Release(id);
  plan.Remove(id);
  plan.Clear();
  EXPECT_EQ(plan.generation(), 3u);
  EXPECT_EQ(calls, 3);
  plan.set_change_handler(nullptr);
  plan.Clear();
  EXPECT_EQ(calls, 3);
}

TEST(Plan, TheHandlerMayAskThePlan) {
  Plan plan;
  const RuleId id = plan.Add({});
  bool released = false;
  plan.set_change_handler([&] { released = plan.Released(id); });
  plan.Release(id);
  EXPECT_TRUE(released);
}

TEST(Plan, WaitForHitsSeesAnotherThreadsHits) {
  Plan plan;
  const RuleId id = plan.Add({});
  std::thread modem([&] {
    plan.Consult(Command(1));
    plan.Consult(Command(2));
  });
  EXPECT_TRUE(plan.WaitForHits(id, 2, kLong));
  modem.join();
}

TEST(Plan, WaitForHitsEndsAtItsDeadline) {
  Plan plan;
  const RuleId id = plan.Add({});
  EXPECT_FALSE(plan.WaitForHits(id, 1, milliseconds(1)));
  EXPECT_TRUE(plan.WaitForHits(id, 0, milliseconds(0)));
}

TEST(Plan, WaitForHitsEndsWhenTheRuleIsRemoved) {
  Plan plan;
  const RuleId id = plan.Add({});
  std::thread remover([&] { plan.Remove(id); });
  EXPECT_FALSE(plan.WaitForHits(id, 1, kLong));
  remover.join();
}

TEST(Plan, ManyThreadsConsultWithoutLosingHits) {
  Plan plan;
  const RuleId id = plan.Add({});
  std::atomic<int> acted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i) {
        if (plan.Consult(Command(1))) ++acted;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(acted, 1000);
  EXPECT_EQ(plan.Find(id)->hits, 1000u);
}

}  // namespace
}  // namespace mbnrig::fault
