#include <cmath>
#include <nlohmann/json.hpp>

#include "report/files.h"
#include "report/time.h"

namespace mbnrig::report {
namespace {

using nlohmann::json;

double Milliseconds(std::chrono::nanoseconds duration) {
  const double exact = std::chrono::duration<double, std::milli>(duration).count();
  return std::round(exact * 1000) / 1000;
}

json MessagesJson(const std::vector<Message>& messages) {
  json list = json::array();
  for (const Message& message : messages) {
    list.push_back({{"text", message.text},
                    {"file", message.file},
                    {"line", message.line},
                    {"rig_fault", message.rig_fault}});
  }
  return list;
}

json TestJson(const TestRecord& test) {
  return {{"name", test.FullName()},
          {"outcome", OutcomeName(test.outcome)},
          {"runs", test.runs},
          {"duration_ms", Milliseconds(test.duration)},
          {"messages", MessagesJson(test.messages)}};
}

/// A test and its observations of one row.
json TestJson(const TestRecord& test, const catalogue::Row& row) {
  json object = TestJson(test);
  object["seen"] = json::array();
  object["completions"] = json::array();
  for (const bench::Observation& seen : test.evidence.observations) {
    if (seen.row != &row) continue;
    object["seen"].push_back({{"expected", catalogue::CodeName(*row.value, row.family)},
                              {"actual", catalogue::CodeName(seen.code, row.family)},
                              {"matched", seen.matched}});
  }
  for (const bench::Completion& seen : test.evidence.completions) {
    if (seen.row != &row) continue;
    object["completions"].push_back(
        {{"event", seen.event},
         {"status", seen.status ? json(catalogue::CodeName(*seen.status, row.family)) : json()},
         {"matched", seen.matched}});
  }
  return object;
}

json RowJson(const Verdict& verdict) {
  const catalogue::Row& row = *verdict.row;
  json object{{"id", row.id},
              {"api", row.api},
              {"family", row.family == catalogue::Family::kHresult ? "MBN" : "RRAS"},
              {"kind", catalogue::KindName(row.kind)},
              {"code", row.code},
              {"documented", row.documented},
              {"value", *row.value},
              {"condition", row.condition},
              {"note", row.note},
              {"completion", row.completion},
              {"state", StateName(verdict.state)},
              {"why", verdict.why},
              {"test", verdict.tests.empty() ? std::string() : verdict.tests.front()->FullName()},
              {"tests", json::array()}};
  std::chrono::nanoseconds duration{};
  for (const TestRecord* test : verdict.tests) {
    object["tests"].push_back(TestJson(*test, row));
    duration += test->duration;
  }
  object["duration_ms"] = Milliseconds(duration);
  return object;
}

json Texts(const std::vector<Message>& messages) {
  json list = json::array();
  for (const Message& message : messages)
    list.push_back(message.text);
  return list;
}

}  // namespace

json ToJson(const RunRecord& run, const std::vector<Verdict>& verdicts) {
  const Summary summary = Summarise(verdicts);
  json report{{"target", catalogue::TargetName(run.target)},
              {"gadget", run.gadget},
              {"filter", run.filter},
              {"started", IsoTime(run.started)},
              {"duration_ms", Milliseconds(run.duration)},
              {"exit_status", ExitStatus(run)},
              {"summary",
               {{"countable", summary.countable},
                {"proven", summary.proven},
                {"failed", summary.failed},
                {"unproven", summary.unproven},
                {"not_applicable", summary.not_applicable}}},
              {"tests",
               {{"total", run.tests.size()},
                {"passed", CountTests(run, Outcome::kPassed)},
                {"failed", CountTests(run, Outcome::kFailed)},
                {"rig_faults", CountTests(run, Outcome::kRigFault)},
                {"skipped", CountTests(run, Outcome::kSkipped)}}},
              {"rig_faults", Texts(run.rig_faults)},
              {"failures", Texts(run.failures)},
              {"rows", json::array()},
              {"other_tests", json::array()}};
  for (const Verdict& verdict : verdicts)
    report["rows"].push_back(RowJson(verdict));
  for (const TestRecord& test : run.tests) {
    if (test.evidence.claims.empty()) report["other_tests"].push_back(TestJson(test));
  }
  return report;
}

}  // namespace mbnrig::report
