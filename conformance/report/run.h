// What a run of the suites did, and what that means for each documented code.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/ledger.h"
#include "catalogue/catalogue.h"

namespace mbnrig::report {

/// How a test ended.
enum class Outcome {
  kSkipped,
  kPassed,
  kRigFault,  ///< the rig went wrong, which says nothing about the code under test
  kFailed,
};

/// "skipped", "passed", "rig fault" or "failed".
std::string_view OutcomeName(Outcome outcome);

/// A failed check of a test, or why it was skipped.
struct Message {
  std::string text;
  std::string file;  ///< empty when unknown
  int line = 0;
  bool rig_fault = false;  ///< the rig's doing, not the code's under test

  /// The text on one line, shortened when long.
  std::string OneLine() const;
};

/// One test. When it ran several times (--repeat), this tells of the run that went worst.
struct TestRecord {
  std::string suite;
  std::string name;
  Outcome outcome = Outcome::kSkipped;
  std::vector<Message> messages;
  bench::Evidence evidence;
  int runs = 1;
  std::chrono::nanoseconds duration{};  ///< of all runs together

  std::string FullName() const { return suite + "." + name; }
  /// The first message on one line; says so when there is none.
  std::string Reason() const;
};

/// A whole run.
struct RunRecord {
  catalogue::Target target = catalogue::Target::kEmbedded;
  std::string gadget;  ///< as bench::Options has it
  std::string filter;  ///< empty: every test was asked for
  std::chrono::system_clock::time_point started;
  std::chrono::nanoseconds duration{};
  std::vector<TestRecord> tests;
  /// What went wrong outside any test: the target did not come up, a suite's set-up failed.
  std::vector<Message> rig_faults;
  std::vector<Message> failures;
};

/// The state of a countable row after a run.
enum class State { kProven, kFailed, kUnproven, kNotApplicable };

/// "proven", "failed", "unproven" or "not applicable".
std::string_view StateName(State state);
/// The state of that name, or nothing.
std::optional<State> StateNamed(std::string_view name);

/// What a run means for one countable row.
struct Verdict {
  const catalogue::Row* row = nullptr;
  State state = State::kUnproven;
  /// Why the row is not proven, or what is odd about it; empty when nothing is.
  std::string why;
  /// The tests that claimed it, the one that decided first.
  std::vector<const TestRecord*> tests;
};

struct Summary {
  std::size_t countable = 0;
  std::size_t proven = 0;
  std::size_t failed = 0;
  std::size_t unproven = 0;
  std::size_t not_applicable = 0;

  void Add(State state);
};

/// Why a row cannot occur on a target, or nothing when it can.
using Exemptions =
    std::function<std::optional<std::string_view>(const catalogue::Row&, catalogue::Target)>;

/// One verdict for each countable row, in the catalogue's order. They point into `run`.
std::vector<Verdict> Judge(const RunRecord& run,
                           const Exemptions& exemptions = catalogue::NotApplicable);

Summary Summarise(const std::vector<Verdict>& verdicts);

/// How many tests ended so.
std::size_t CountTests(const RunRecord& run, Outcome outcome);

/// The program's exit status: 0 nothing failed, 1 a test or row failed, 2 the rig went wrong.
int ExitStatus(const RunRecord& run);

}  // namespace mbnrig::report
