#include "report/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/console.h"
#include "report/files.h"
#include "report/time.h"

namespace mbnrig::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const catalogue::Row& TheRow() {
  return *catalogue::FindRow("IMbnConnection::Connect", "E_HANDLE");
}

TestRecord TestThatEnded(const std::string& name, Outcome outcome) {
  TestRecord test;
  test.suite = "Suite";
  test.name = name;
  test.outcome = outcome;
  test.evidence.claims = {&TheRow()};
  if (outcome == Outcome::kPassed) {
    test.evidence.observations = {{&TheRow(), *TheRow().value, true}};
  } else {
    test.messages = {{"for a reason", "", 0, outcome == Outcome::kRigFault}};
  }
  return test;
}

Verdict VerdictOf(const RunRecord& run) {
  for (const Verdict& verdict : Judge(run)) {
    if (verdict.row == &TheRow()) return verdict;
  }
  ADD_FAILURE() << "no verdict on " << TheRow().id;
  return {};
}

TEST(Judge, SkippedTestsDoNotSpoilAProof) {
  RunRecord run;
  run.tests = {TestThatEnded("Skips", Outcome::kSkipped),
               TestThatEnded("Passes", Outcome::kPassed)};
  EXPECT_EQ(VerdictOf(run).state, State::kProven);
  EXPECT_EQ(ExitStatus(run), 0);
}

TEST(Judge, ARigFaultUnprovesWhatAnotherTestProved) {
  RunRecord run;
  run.tests = {TestThatEnded("Passes", Outcome::kPassed),
               TestThatEnded("Faults", Outcome::kRigFault)};
  EXPECT_EQ(VerdictOf(run).state, State::kUnproven);
  EXPECT_EQ(VerdictOf(run).why, "rig fault: for a reason");
  EXPECT_EQ(ExitStatus(run), 2);
}

TEST(Judge, AFailureOutweighsEverything) {
  RunRecord run;
  run.tests = {TestThatEnded("Passes", Outcome::kPassed),
               TestThatEnded("Faults", Outcome::kRigFault),
               TestThatEnded("Fails", Outcome::kFailed)};
  const Verdict verdict = VerdictOf(run);
  EXPECT_EQ(verdict.state, State::kFailed);
  EXPECT_EQ(verdict.tests.front()->name, "Fails");
  EXPECT_EQ(ExitStatus(run), 1);
}

TEST(Judge, SaysThatAFilterMayHideTheTest) {
  RunRecord run;
  EXPECT_EQ(VerdictOf(run).why, "no test claims it");
  run.filter = "Other";
  EXPECT_EQ(VerdictOf(run).why, "no test of this run claims it (filter Other)");
}

/// The verdict on TheRow() if the catalogue says that it is impossible on the run's target.
Verdict VerdictOfExempt(const RunRecord& run) {
  const auto exemptions = [&](const catalogue::Row& row, catalogue::Target target) {
    const bool exempt = &row == &TheRow() && target == run.target;
    return exempt ? std::optional<std::string_view>("it cannot occur") : std::nullopt;
  };
  for (const Verdict& verdict : Judge(run, exemptions)) {
    if (verdict.row == &TheRow()) return verdict;
  }
  ADD_FAILURE() << "no verdict on " << TheRow().id;
  return {};
}

TEST(Judge, LeavesOutWhatCannotOccur) {
  RunRecord run;
  EXPECT_EQ(VerdictOfExempt(run).state, State::kNotApplicable);
  EXPECT_EQ(VerdictOfExempt(run).why, "it cannot occur");
  run.tests = {TestThatEnded("Skips", Outcome::kSkipped)};
  EXPECT_EQ(VerdictOfExempt(run).state, State::kNotApplicable);
}

TEST(Judge, TrustsWhatWasSeenMoreThanWhatCannotOccur) {
  RunRecord run;
  run.tests = {TestThatEnded("Passes", Outcome::kPassed)};
  EXPECT_EQ(VerdictOfExempt(run).state, State::kProven);
  EXPECT_THAT(VerdictOfExempt(run).why, HasSubstr("cannot occur here, yet it did"));
  run.tests = {TestThatEnded("Fails", Outcome::kFailed)};
  EXPECT_EQ(VerdictOfExempt(run).state, State::kFailed);
  run.tests = {TestThatEnded("Faults", Outcome::kRigFault)};
  EXPECT_EQ(VerdictOfExempt(run).state, State::kUnproven);
}

TEST(Judge, ExemptsARowOnlyOnItsTarget) {
  RunRecord run;
  run.target = catalogue::Target::kVm;
  const auto on_embedded = [](const catalogue::Row& row, catalogue::Target target) {
    const bool exempt = &row == &TheRow() && target == catalogue::Target::kEmbedded;
    return exempt ? std::optional<std::string_view>("it cannot occur") : std::nullopt;
  };
  for (const Verdict& verdict : Judge(run, on_embedded)) {
    EXPECT_EQ(verdict.state, State::kUnproven) << verdict.row->id;
  }
}

/// The rows that a run is told it missed, when its target requires TheRow().
std::vector<Message> MissedBy(const RunRecord& run) {
  return Missed(run, Judge(run), [&](const catalogue::Row& row, catalogue::Target target) {
    return &row == &TheRow() && target == run.target;
  });
}

TEST(Missed, NamesARequiredRowThatNoTestProves) {
  RunRecord run;
  const auto missed = MissedBy(run);
  ASSERT_EQ(missed.size(), 1u);
  EXPECT_THAT(missed.front().text,
              AllOf(HasSubstr("IMbnConnection::Connect/E_HANDLE is not proven"),
                    HasSubstr("target embedded requires it"), HasSubstr("no test claims it")));
}

TEST(Missed, AcceptsAProofARunOfSomeSuitesAndAFailedRig) {
  RunRecord run;
  run.tests = {TestThatEnded("Passes", Outcome::kPassed)};
  EXPECT_TRUE(MissedBy(run).empty());
  run.tests = {TestThatEnded("Faults", Outcome::kRigFault)};
  EXPECT_TRUE(MissedBy(run).empty());
  run.tests.push_back(TestThatEnded("Fails", Outcome::kFailed));
  run.tests.back().evidence = {};
  EXPECT_TRUE(MissedBy(run).empty());
  run.tests = {};
  run.filter = "Other";
  EXPECT_TRUE(MissedBy(run).empty());
}

TEST(Missed, CountsARequiredTestThatWasSkipped) {
  RunRecord run;
  run.tests = {TestThatEnded("Skips", Outcome::kSkipped)};
  EXPECT_EQ(MissedBy(run).size(), 1u);
}

TEST(ExitStatus, FailsIfOnlyGoogleTestReportsAFailure) {
  RunRecord run;
  run.tests = {TestThatEnded("Passes", Outcome::kPassed)};
  NoteUnknownFailure(&run, false);
  EXPECT_EQ(ExitStatus(run), 0);
  NoteUnknownFailure(&run, true);
  EXPECT_EQ(ExitStatus(run), 1);
  ASSERT_EQ(run.failures.size(), 1u);
}

TEST(ExitStatus, FailsForWhatFailedOutsideAnyTest) {
  RunRecord run;
  run.rig_faults = {{"the modem is gone", "", 0, true}};
  EXPECT_EQ(ExitStatus(run), 2);
  run.failures = {{"an environment failed", "", 0, false}};
  EXPECT_EQ(ExitStatus(run), 1);
}

TEST(Test, ReasonFitsOneLine) {
  TestRecord test;
  EXPECT_EQ(test.Reason(), "no reason given");
  test.messages = {{"expected\n  this", "", 0, false}};
  EXPECT_EQ(test.Reason(), "expected this");
}

TEST(ToJunit, CarriesTextThatXmlCannot) {
  RunRecord run;
  run.tests = {TestThatEnded("Fails", Outcome::kFailed)};
  run.tests[0].messages[0].text = "<&\"\x01\xFF>";
  const std::string junit = ToJunit(run);
  EXPECT_THAT(junit, HasSubstr("&lt;&amp;&quot;?\xEF\xBF\xBD&gt;"));
}

TEST(ToHtml, KeepsMarkupInsideItsScript) {
  RunRecord run;
  run.tests = {TestThatEnded("Fails", Outcome::kFailed)};
  run.tests[0].messages[0].text = "</script><b>\xFF";
  const std::string page = ToHtml(ToJson(run, Judge(run)));
  EXPECT_THAT(page, Not(HasSubstr("</script><b>")));
  EXPECT_THAT(page, HasSubstr("\\u003c/script>\\u003cb>"));
}

TEST(IsoTime, WritesUtc) {
  EXPECT_EQ(IsoTime(std::chrono::system_clock::time_point(std::chrono::seconds(1'795'224'600))),
            "2026-11-21T01:30:00Z");
}

TEST(ConsoleProgress, OverwritesPassingTestsOnATerminal) {
  std::ostringstream out;
  ConsoleProgress progress(&out, Style{true, false, 40});
  RunRecord run;
  progress.Begin(run, 2, 1);
  progress.TestBegins("Suite.Passes");
  progress.TestEnds(TestThatEnded("Passes", Outcome::kPassed));
  progress.TestBegins("Suite.Fails");
  progress.TestEnds(TestThatEnded("Fails", Outcome::kFailed));
  EXPECT_THAT(out.str(), HasSubstr("\r\x1b[2K[1/2] Suite.Passes\r\x1b[2K"));
  EXPECT_THAT(out.str(), HasSubstr("[2/2] failed    Suite.Fails (0 ms)\n    for a reason\n"));
}

TEST(ConsoleProgress, WritesALineATestElsewhere) {
  std::ostringstream out;
  ConsoleProgress progress(&out, Style{});
  progress.Begin(RunRecord{}, 1, 1);
  progress.TestBegins("Suite.Passes");
  progress.TestEnds(TestThatEnded("Passes", Outcome::kPassed));
  EXPECT_EQ(out.str(),
            "mbnrig conformance: 1 test on target embedded\n[1/1] passed    Suite.Passes (0 ms)\n");
}

TEST(PrintSummary, NamesFailingRowsByCall) {
  RunRecord run;
  run.tests = {TestThatEnded("Fails", Outcome::kFailed)};
  std::ostringstream out;
  PrintSummary(run, Judge(run), Style{}, out);
  EXPECT_THAT(out.str(), HasSubstr("IMbnConnection::Connect"));
  EXPECT_THAT(out.str(), HasSubstr("failed   E_HANDLE: claimed, but never observed"));
  EXPECT_THAT(out.str(), HasSubstr("Suite.Fails"));
  EXPECT_THAT(out.str(), HasSubstr("FAILED"));
}

}  // namespace
}  // namespace mbnrig::report
