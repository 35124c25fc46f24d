#pragma once

/// The files of a report.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "report/run.h"

namespace mbnrig::report {

/// The whole report as data:
///   {"target", "gadget", "filter", "started", "duration_ms", "exit_status",
///    "summary": {"countable", "proven", "failed", "unproven", "not_applicable"},
///    "tests": {"total", "passed", "failed", "rig_faults", "skipped"},
///    "rig_faults": [text], "failures": [text],
///    "rows": [{"id", "api", "family", "kind", "code", "documented", "value", "condition", "note",
///              "completion", "state", "why", "test", "duration_ms",
///              "tests": [{"name", "outcome", "runs", "duration_ms", "messages",
///                         "seen": [{"expected", "actual", "matched"}],
///                         "completions": [{"event", "status", "matched"}]}]}],
///    "other_tests": [{"name", "outcome", "runs", "duration_ms", "messages"}]}
/// `test` is the name of the test that decided the row. It is empty if no test claimed the row.
/// `other_tests` are the tests that claimed no row.
nlohmann::json ToJson(const RunRecord& run, const std::vector<Verdict>& verdicts);

/// The tests as JUnit XML, which CI systems read. A rig fault is an error, a failed check is a
/// failure. The rows that a test claimed are its properties.
std::string ToJunit(const RunRecord& run);

/// The report as one self-contained page. `report` is the result of ToJson.
std::string ToHtml(const nlohmann::json& report);

/// Writes report.json, junit.xml and index.html into `folder`, which it makes if necessary. Throws
/// std::runtime_error, which names the file, if that fails.
void WriteFiles(const std::filesystem::path& folder, const RunRecord& run,
                const nlohmann::json& report);

/// Removes the files of an earlier WriteFiles, so that a run that dies leaves no old report. Makes
/// the folder if necessary. Throws std::runtime_error, which names the file, if that fails.
void ClearFiles(const std::filesystem::path& folder);

}  // namespace mbnrig::report
