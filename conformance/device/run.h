#pragma once

/// Runs the suites against the modem under test and tells of each test, and each assertion.

#include <filesystem>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>

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
};

/// Lists the tests with their assertions.
void List(std::ostream& out);

/// Runs. The exit status: 0 nothing failed, 1 a test failed, 2 the rig went wrong or no test
/// matches. `program` is argv[0].
int Run(const RunOptions& options, const char* program, std::ostream& out,
        const report::Style& style);

/// {"device", "started", "duration_ms", "exit_status",
///  "summary": {"total", "passed", "failed", "not_applicable", "rig_faults"},
///  "tests": [{"number", "suite", "title", "outcome", "duration_ms", "messages": [text],
///             "assertions": [{"number", "text", "state"}]}], "rig_faults": [text]}
nlohmann::json ToJson(const report::RunRecord& run, const std::string& device);

}  // namespace mbnrig::device
