#pragma once

/// Runs the suites against the modem under test and tells of each test, and each assertion.

#include <filesystem>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "device/target.h"
#include "report/console.h"
#include "report/run.h"

namespace mbnrig::device {

/// What became of one assertion in a test.
enum class AssertionState {
  kHeld,
  kFailed,         ///< a check that names it failed
  kNotShown,       ///< the test failed before, or went wrong with the rig
  kNotApplicable,  ///< the modem, or where it is, has not what the test needs
};

std::string_view AssertionStateName(AssertionState state);

/// `assertion` in a test that the plan gives it to.
AssertionState StateOf(const report::TestRecord& test, std::string_view assertion);

struct RunOptions {
  Options target;
  std::string filter;          ///< a word in a number, suite or title, or Google Test's pattern
  std::filesystem::path json;  ///< where the report goes; "-" is stdout; empty: nowhere
  std::filesystem::path junit;
  /// Numbers of tests that are known to fail here. Such a failure counts for nothing; that one of
  /// them does anything else is a failure.
  std::vector<std::string> known_failures;
};

/// What is wrong with the known failures, a line each: those that passed, and those that were not
/// tried.
std::vector<std::string> Surprises(const report::RunRecord& run,
                                   const std::vector<std::string>& known_failures);

/// As report::ExitStatus: 0 nothing failed that is not known to, and all that is did; 1 otherwise;
/// 2 the rig went wrong.
int ExitStatus(const report::RunRecord& run, const std::vector<std::string>& known_failures);

/// Lists the tests that `filter` means (RunOptions::filter; empty: all) with their assertions. The
/// program's exit status: 0, or 2 when there are none.
int List(const std::string& filter, std::ostream& out);

/// Runs. The exit status: ExitStatus's, or 2 where no test matches the filter or has the number of
/// a known failure. `program` is argv[0].
int Run(const RunOptions& options, const char* program, std::ostream& out,
        const report::Style& style);

/// {"device", "started", "duration_ms", "exit_status",
///  "summary": {"total", "passed", "failed", "not_applicable", "rig_faults"},
///  "tests": [{"number", "suite", "title", "outcome", "known_failure", "duration_ms",
///             "messages": [text], "assertions": [{"number", "text", "state"}]}],
///  "surprises": [text], "rig_faults": [text]}
nlohmann::json ToJson(const report::RunRecord& run, const std::string& device,
                      const std::vector<std::string>& known_failures = {});

}  // namespace mbnrig::device
