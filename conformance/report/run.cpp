#include "report/run.h"

#include <algorithm>
#include <unordered_map>

namespace mbnrig::report {
namespace {

using catalogue::Row;

constexpr std::size_t kLineLength = 300;

/// The verdict of one test on one row that it claimed.
struct Claim {
  const TestRecord* test;
  State state;
  std::string why;
};

bool SawWrongCode(const bench::Evidence& evidence, const Row& row) {
  return std::any_of(evidence.observations.begin(), evidence.observations.end(),
                     [&](const auto& seen) { return seen.row == &row && !seen.matched; }) ||
         std::any_of(evidence.completions.begin(), evidence.completions.end(),
                     [&](const auto& seen) { return seen.row == &row && !seen.matched; });
}

/// The reason for a row whose code was never wrong, although its test failed.
std::string WhyFailed(const std::optional<std::string>& missing, const std::string& reason) {
  if (!missing) return "seen as documented, but its test failed: " + reason;
  if (reason.find(*missing) != std::string::npos) return *missing;
  return *missing + "; its test failed: " + reason;
}

Claim Weigh(const TestRecord& test, const Row& row) {
  const std::optional<std::string> missing = bench::Missing(test.evidence, row);
  if (SawWrongCode(test.evidence, row)) return {&test, State::kFailed, *missing};
  for (const Message& message : test.messages) {
    if (message.rig_fault) return {&test, State::kUnproven, "rig fault: " + message.OneLine()};
  }
  switch (test.outcome) {
    case Outcome::kFailed:
      return {&test, State::kFailed, WhyFailed(missing, test.Reason())};
    case Outcome::kPassed:
      if (missing) return {&test, State::kFailed, *missing};
      return {&test, State::kProven, ""};
    default:
      return {&test, State::kUnproven, "skipped: " + test.Reason()};
  }
}

/// Which of two claims decides. A failure comes before a rig fault, then a proof, then a skipped
/// test.
int Weight(const Claim& claim) {
  if (claim.state == State::kFailed) return 3;
  if (claim.test->outcome == Outcome::kSkipped) return 0;
  return claim.state == State::kProven ? 1 : 2;
}

Verdict Decide(const RunRecord& run, const Row& row, const std::optional<std::string_view>& exempt,
               std::vector<Claim> claims) {
  Verdict verdict;
  verdict.row = &row;
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return Weight(a) > Weight(b); });
  for (const Claim& claim : claims)
    verdict.tests.push_back(claim.test);

  const bool decided = !claims.empty() && Weight(claims.front()) > 0;
  if (decided) {
    verdict.state = claims.front().state;
    verdict.why = claims.front().why;
    if (exempt && verdict.state == State::kProven) {
      verdict.why = "catalogue/not_applicable.tsv says it cannot occur here, yet it did";
    }
  } else if (exempt) {
    verdict.state = State::kNotApplicable;
    verdict.why = *exempt;
  } else if (!claims.empty()) {
    verdict.why = claims.front().why;
  } else if (run.tests.empty() && !run.rig_faults.empty()) {
    verdict.why = "rig fault: " + run.rig_faults.front().text;
  } else {
    verdict.why = run.filter.empty() ? "no test claims it"
                                     : "no test of this run claims it (filter " + run.filter + ")";
  }
  return verdict;
}

bool RigFailed(const RunRecord& run) {
  return CountTests(run, Outcome::kRigFault) > 0 || !run.rig_faults.empty();
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSkipped:
      return "skipped";
    case Outcome::kPassed:
      return "passed";
    case Outcome::kRigFault:
      return "rig fault";
    case Outcome::kFailed:
      return "failed";
  }
  return "?";
}

std::string Message::OneLine() const {
  std::string joined;
  for (const char c : text) {
    const bool space = c == '\n' || c == ' ';
    if (!space) {
      joined += c;
    } else if (!joined.empty() && joined.back() != ' ') {
      joined += ' ';
    }
  }
  return joined.size() <= kLineLength ? joined : joined.substr(0, kLineLength) + " …";
}

std::string TestRecord::Reason() const {
  const std::string reason = messages.empty() ? std::string() : messages.front().OneLine();
  return reason.empty() ? "no reason given" : reason;
}

std::string_view StateName(State state) {
  switch (state) {
    case State::kProven:
      return "proven";
    case State::kFailed:
      return "failed";
    case State::kUnproven:
      return "unproven";
    case State::kNotApplicable:
      return "not applicable";
  }
  return "?";
}

std::vector<Verdict> Judge(const RunRecord& run, const Exemptions& exemptions) {
  std::unordered_map<const Row*, std::vector<Claim>> claims;
  for (const TestRecord& test : run.tests) {
    for (const Row* row : test.evidence.claims)
      claims[row].push_back(Weigh(test, *row));
  }
  std::vector<Verdict> verdicts;
  for (const Row& row : catalogue::Rows()) {
    if (!row.countable) continue;
    verdicts.push_back(Decide(run, row, exemptions(row, run.target), claims[&row]));
  }
  return verdicts;
}

std::vector<Message> Missed(const RunRecord& run, const std::vector<Verdict>& verdicts,
                            const Requirements& required) {
  std::vector<Message> missed;
  if (!run.filter.empty() || RigFailed(run)) return missed;
  for (const Verdict& verdict : verdicts) {
    // A failed row has failed its test already.
    if (verdict.state == State::kProven || verdict.state == State::kFailed ||
        !required(*verdict.row, run.target))
      continue;
    Message& message = missed.emplace_back();
    message.text = std::string(verdict.row->id) + " is not proven, and target " +
                   std::string(catalogue::TargetName(run.target)) +
                   " requires it (catalogue/required.tsv): " + verdict.why;
  }
  return missed;
}

void Summary::Add(State state) {
  ++countable;
  switch (state) {
    case State::kProven:
      ++proven;
      break;
    case State::kFailed:
      ++failed;
      break;
    case State::kUnproven:
      ++unproven;
      break;
    case State::kNotApplicable:
      ++not_applicable;
      break;
  }
}

Summary Summarise(const std::vector<Verdict>& verdicts) {
  Summary summary;
  for (const Verdict& verdict : verdicts)
    summary.Add(verdict.state);
  return summary;
}

std::size_t CountTests(const RunRecord& run, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(run.tests.begin(), run.tests.end(),
                    [&](const TestRecord& test) { return test.outcome == outcome; }));
}

void NoteUnknownFailure(RunRecord* run, bool google_test_failed) {
  if (!google_test_failed || ExitStatus(*run) != 0) return;
  Message& unknown = run->failures.emplace_back();
  unknown.text = "Google Test reports a failure that no test of this report has";
}

int ExitStatus(const RunRecord& run) {
  if (CountTests(run, Outcome::kFailed) > 0 || !run.failures.empty()) return 1;
  if (RigFailed(run)) return 2;
  return 0;
}

}  // namespace mbnrig::report
