#include <gmock/gmock.h>

#include "mbim/service_table.h"
#include "scenario/scenario.h"

namespace mbnrig::scenario {
namespace {

using fault::Action;
using fault::Rule;
using fault::Seam;

constexpr auto kConnect = mbim::kConnect.number;

std::string RuleErrorOf(const std::string& text) {
  try {
    ParseRule(text, "rule");
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Rule, IsReadFromYaml) {
  const Rule rule = ParseRule(
      "{on: command, cid: CONNECT, type: set, session: 3, activation: activate, do: status, "
      "status: MAX_ACTIVATED_CONTEXTS, network_error: 26, after: 1, times: 2}",
      "rule");
  EXPECT_EQ(rule.seam, Seam::kCommand);
  EXPECT_EQ(rule.service, mbim::kServiceBasicConnect);
  EXPECT_EQ(rule.cid, kConnect);
  EXPECT_EQ(rule.type, mbim::CommandType::kSet);
  EXPECT_EQ(rule.first_word, 3u);
  EXPECT_EQ(rule.second_word, 1u);
  EXPECT_EQ(rule.action, Action::kStatus);
  EXPECT_EQ(rule.status, mbim::Status::kMaxActivatedContexts);
  EXPECT_EQ(rule.network_error, 26u);
  EXPECT_EQ(rule.after, 1u);
  EXPECT_EQ(rule.times, 2u);
}

TEST(Rule, IsReadFromJson) {
  const Rule rule = ParseRule(
      R"({"on": "answer", "service": "basic_connect", "do": "error", "error": "TIMEOUT_FRAGMENT"})",
      "rule");
  EXPECT_EQ(rule.seam, Seam::kAnswer);
  EXPECT_EQ(rule.service, mbim::kServiceBasicConnect);
  EXPECT_FALSE(rule.cid);
  EXPECT_EQ(rule.error, mbim::ProtocolError::kTimeoutFragment);
}

TEST(Rule, TakesNumbersWhereNamesMayBeMissing) {
  EXPECT_EQ(ParseRule("{on: command, cid: 12, do: drop}", "rule").cid, 12u);
  EXPECT_EQ(ParseRule("{on: command, do: status, status: 4711}", "rule").status,
            static_cast<mbim::Status>(4711));
  EXPECT_EQ(ParseRule("{on: command, do: status, status: MBIM_STATUS_BUSY}", "rule").status,
            mbim::Status::kBusy);
  EXPECT_EQ(ParseRule("{on: setup, request: 5, do: stall}", "rule").request, 5);
  EXPECT_EQ(ParseRule("{on: setup, request: RESET_FUNCTION, do: stall}", "rule").request, 5);
}

TEST(Rule, EveryStatusHasAName) {
  for (const mbim::Status status : mbim::AllStatuses()) {
    const std::string name = mbim::StatusName(status);
    EXPECT_EQ(ParseRule("{on: answer, do: status, status: " + name + "}", "rule").status, status)
        << name;
  }
}

TEST(Rule, EveryCidOfTheTableHasAName) {
  for (const mbim::ServiceEntry& service : mbim::Services()) {
    for (const mbim::CidEntry& cid : service.cids) {
      const Rule rule = ParseRule("{on: command, service: " + std::string(service.name) +
                                      ", cid: " + std::string(cid.name) + ", do: drop}",
                                  "rule");
      EXPECT_EQ(rule.service, service.id);
      EXPECT_EQ(rule.cid, cid.cid);
    }
  }
}

struct RuleMistake {
  const char* rule;
  const char* error;
};

class AMistakenRule : public testing::TestWithParam<RuleMistake> {};

TEST_P(AMistakenRule, SaysWhatIsWrong) {
  EXPECT_EQ(RuleErrorOf(GetParam().rule), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Rule, AMistakenRule,
    testing::Values(
        RuleMistake{"{do: drop}", "rule:1: needs the key 'on'"},
        RuleMistake{"{on: command}", "rule:1: needs the key 'do'"},
        RuleMistake{"drop", "rule:1: expected a map of keys, not 'drop'"},
        RuleMistake{"{on: command, do: drop, cidd: 3}",
                    "rule:1: cidd: unknown key, nearest valid key is 'cid'"},
        RuleMistake{"{on: comand, do: drop}",
                    "rule:1: on: expected one of open, close, command, answer, indication, setup, "
                    "notification, not 'comand'; nearest is 'command'"},
        RuleMistake{"{on: command, cid: CONECT, do: drop}",
                    "rule:1: cid: 'CONECT' is unknown, nearest CID is 'CONNECT'"},
        RuleMistake{"{on: command, service: BASIC, do: drop}",
                    "rule:1: service: 'BASIC' is unknown, nearest service is 'BASIC_CONNECT'"},
        RuleMistake{"{on: command, do: status, status: BUSSY}",
                    "rule:1: status: 'BUSSY' is unknown, nearest is 'BUSY'"},
        RuleMistake{"{on: command, do: status}", "rule:1: 'do: status' needs the key 'status'"},
        RuleMistake{"{on: command, do: delay}", "rule:1: 'do: delay' needs the key 'delay'"},
        RuleMistake{"{on: answer, do: truncate}", "rule:1: 'do: truncate' needs the key 'bytes'"},
        RuleMistake{
            "{on: command, do: stall}",
            "rule:1: 'on: command' takes one of status, error, drop, delay, hold, truncate, "
            "corrupt, unplug, not 'stall'"},
        RuleMistake{"{on: indication, do: status, status: BUSY}",
                    "rule:1: 'on: indication' takes one of drop, delay, hold, truncate, corrupt, "
                    "unplug, not 'status'"},
        RuleMistake{"{on: open, cid: CONNECT, do: drop}",
                    "rule:1: cid: has no meaning with 'on: open'"},
        RuleMistake{"{on: setup, session: 0, do: stall}",
                    "rule:1: session: has no meaning with 'on: setup'"},
        RuleMistake{"{on: command, do: drop, delay: 1s}",
                    "rule:1: delay: has no meaning with 'do: drop'"},
        RuleMistake{"{on: command, session: 0, do: drop}",
                    "rule:1: 'session' needs 'cid: CONNECT' or 'cid: IP_CONFIGURATION'"},
        RuleMistake{"{on: command, cid: RADIO_STATE, session: 0, do: drop}",
                    "rule:1: 'session' needs 'cid: CONNECT' or 'cid: IP_CONFIGURATION'"},
        RuleMistake{"{on: command, cid: CONNECT, type: query, activation: activate, do: drop}",
                    "rule:1: 'activation' needs 'cid: CONNECT' and 'type: set'"},
        RuleMistake{"{on: command, cid: CONNECT, session: 0, first_word: 1, do: drop}",
                    "rule:1: 'session' and 'first_word' are the same number: give one of them"}));

TEST(Rule, InAScenarioIsNamedByItsPlace) {
  try {
    Parse("name: x\nfaults:\n  - {on: open, do: drop}\n  - {on: open, doo: drop}\n", "f.yaml");
    FAIL() << "the scenario was accepted";
  } catch (const ScenarioError& error) {
    EXPECT_STREQ(error.what(), "f.yaml:4: faults[1].doo: unknown key, nearest valid key is 'do'");
  }
}

}  // namespace
}  // namespace mbnrig::scenario
