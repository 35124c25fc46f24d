#pragma once

/// Runs the suites against the modem under test, and reports each test and each assertion.

#include <filesystem>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "device/target.h"
#include "report/console.h"
#include "report/run.h"

namespace mbnrig::device {

/// The result of one assertion in a test.
enum class AssertionState {
  kHeld,
  kFailed,         ///< a check that names the assertion failed
  kNotShown,       ///< the test failed before this assertion, or the rig failed
  kNotApplicable,  ///< the modem or its location lacks what the test needs
};

std::string_view AssertionStateName(AssertionState state);

/// The state of an assertion that the plan assigns to the test.
AssertionState StateOf(const report::TestRecord& test, std::string_view assertion);

struct RunOptions {
  Options target;
  std::string filter;          ///< a part of a number, suite or title, or a pattern of Google Test
  std::filesystem::path json;  ///< the file of the report; "-" is stdout; empty: no report
  std::filesystem::path junit;
  /// Numbers of tests that are known to fail here. Their failure does not count. Any other result
  /// of them counts as a failure.
  std::vector<std::string> known_failures;
};

/// What is unexpected about the known failures, one line each: tests that passed, and tests that
/// were not run.
std::vector<std::string> Surprises(const report::RunRecord& run,
                                   const std::vector<std::string>& known_failures);

/// Like report::ExitStatus. 0: all known failures failed and nothing else did. 1: otherwise. 2: the
/// rig went wrong.
int ExitStatus(const report::RunRecord& run, const std::vector<std::string>& known_failures);

/// Lists the tests that match `filter` (RunOptions::filter; empty: all) with their assertions.
/// Returns the program's exit status: 0, or 2 if there are none.
int List(const std::string& filter, std::ostream& out);

/// Runs the tests. Returns the exit status: that of ExitStatus, or 2 if no test matches the filter
/// or has the number of a known failure. `program` is argv[0].
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
