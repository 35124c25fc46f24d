#pragma once

/// The results of a run of the suites, and the verdict on each documented code.

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
  kRigFault,  ///< the rig failed, which says nothing about the code under test
  kFailed,
};

/// "skipped", "passed", "rig fault" or "failed".
std::string_view OutcomeName(Outcome outcome);

/// A failed check of a test, or why it was skipped.
struct Message {
  std::string text;
  std::string file;  ///< empty if unknown
  int line = 0;
  bool rig_fault = false;  ///< the rig failed, not the code under test

  /// The text on one line, shortened if it is long.
  std::string OneLine() const;
};

/// One test. If it ran several times (--repeat), this is the worst of its runs.
struct TestRecord {
  std::string suite;
  std::string name;
  Outcome outcome = Outcome::kSkipped;
  std::vector<Message> messages;
  bench::Evidence evidence;
  int runs = 1;
  std::chrono::nanoseconds duration{};  ///< of all runs together

  std::string FullName() const { return suite + "." + name; }
  /// The first message on one line. "no reason given" if there is none.
  std::string Reason() const;
};

/// A whole run.
struct RunRecord {
  catalogue::Target target = catalogue::Target::kEmbedded;
  std::string gadget;  ///< see bench::Options
  std::string filter;  ///< empty: every test
  std::chrono::system_clock::time_point started;
  std::chrono::nanoseconds duration{};
  std::vector<TestRecord> tests;
  /// Faults outside any test, such as a target that did not come up or a suite's failed set-up.
  std::vector<Message> rig_faults;
  std::vector<Message> failures;
};

/// The state of a countable row after a run.
enum class State { kProven, kFailed, kUnproven, kNotApplicable };

/// "proven", "failed", "unproven" or "not applicable".
std::string_view StateName(State state);

/// The result of a run for one countable row.
struct Verdict {
  const catalogue::Row* row = nullptr;
  State state = State::kUnproven;
  /// Why the row is not proven, or what is odd about a proven one. Otherwise empty.
  std::string why;
  /// The tests that claimed the row. The first one decided its state.
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

/// Why a row cannot occur on a target. Nothing if it can.
using Exemptions =
    std::function<std::optional<std::string_view>(const catalogue::Row&, catalogue::Target)>;

/// One verdict for each countable row, in the catalogue's order. The verdicts point into `run`.
std::vector<Verdict> Judge(const RunRecord& run,
                           const Exemptions& exemptions = catalogue::NotApplicable);

/// Whether a run of all suites on a target must prove the row.
using Requirements = std::function<bool(const catalogue::Row&, catalogue::Target)>;

/// The rows that a run of all suites left open although its target requires them, a message a row.
/// Empty if the run has a filter, or if the rig failed, which explains rows that are not proven.
std::vector<Message> Missed(const RunRecord& run, const std::vector<Verdict>& verdicts,
                            const Requirements& required = catalogue::Required);

Summary Summarise(const std::vector<Verdict>& verdicts);

/// The number of tests that ended with `outcome`.
std::size_t CountTests(const RunRecord& run, Outcome outcome);

/// Adds a failure to the run if Google Test knows of one and the run's record does not.
void NoteUnknownFailure(RunRecord* run, bool google_test_failed);

/// The program's exit status. 0: nothing failed. 1: a test or row failed. 2: the rig failed.
int ExitStatus(const RunRecord& run);

}  // namespace mbnrig::report
