#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "report/files.h"
#include "report/time.h"

namespace mbnrig::report {
namespace {

/// Replaces every byte that is not UTF-8, because messages may quote the bytes of a device.
std::string ValidUtf8(std::string_view text) {
  using nlohmann::json;
  const std::string valid = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  return json::parse(valid).get<std::string>();
}

/// Text for XML 1.0: markup escaped, characters that XML cannot carry replaced.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : ValidUtf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      case '\t':
        escaped += "&#9;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return escaped;
}

double ToSeconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string MessageXml(std::string_view element, const Message& message) {
  const std::string first = message.text.substr(0, message.text.find('\n'));
  std::string body = message.text;
  if (!message.file.empty()) body += fmt::format("\nat {}:{}", message.file, message.line);
  return fmt::format("      <{0} message=\"{1}\">{2}</{0}>\n", element, Escaped(first),
                     Escaped(body));
}

std::string CaseXml(const TestRecord& test) {
  std::string xml = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\">\n",
                                Escaped(test.suite), Escaped(test.name), ToSeconds(test.duration));
  if (!test.evidence.claims.empty() || test.runs > 1) {
    xml += "      <properties>\n";
    for (const catalogue::Row* row : test.evidence.claims) {
      xml += fmt::format("        <property name=\"row\" value=\"{}\"/>\n", Escaped(row->id));
    }
    if (test.runs > 1) {
      xml += fmt::format("        <property name=\"runs\" value=\"{}\"/>\n", test.runs);
    }
    xml += "      </properties>\n";
  }
  if (test.outcome == Outcome::kSkipped) {
    xml += fmt::format("      <skipped message=\"{}\"/>\n", Escaped(test.Reason()));
  } else {
    for (const Message& message : test.messages) {
      xml += MessageXml(message.rig_fault ? "error" : "failure", message);
    }
  }
  return xml + "    </testcase>\n";
}

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  std::chrono::nanoseconds duration{};

  void Add(const TestRecord& test) {
    ++tests;
    failures += test.outcome == Outcome::kFailed ? 1 : 0;
    errors += test.outcome == Outcome::kRigFault ? 1 : 0;
    skipped += test.outcome == Outcome::kSkipped ? 1 : 0;
    duration += test.duration;
  }
  std::string Attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.6f}")", tests,
                       failures, errors, skipped, ToSeconds(duration));
  }
};

/// Writes the faults outside any test as a separate test.
std::vector<TestRecord> OutsideTests(const RunRecord& run) {
  std::vector<TestRecord> tests;
  const auto add = [&](std::string_view name, Outcome outcome,
                       const std::vector<Message>& messages) {
    if (messages.empty()) return;
    TestRecord& test = tests.emplace_back();
    test.suite = "outside_any_test";
    test.name = name;
    test.outcome = outcome;
    test.messages = messages;
  };
  add("rig", Outcome::kRigFault, run.rig_faults);
  add("suites", Outcome::kFailed, run.failures);
  return tests;
}

}  // namespace

std::string ToJunit(const RunRecord& run) {
  const std::vector<TestRecord> outside = OutsideTests(run);
  std::vector<std::string> order;
  std::map<std::string, std::vector<const TestRecord*>> suites;
  Counts all;
  const auto take = [&](const std::vector<TestRecord>& tests) {
    for (const TestRecord& test : tests) {
      auto& suite = suites[test.suite];
      if (suite.empty()) order.push_back(test.suite);
      suite.push_back(&test);
      all.Add(test);
    }
  };
  take(run.tests);
  take(outside);

  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format("<testsuites name=\"mbnrig conformance\" {}>\n", all.Attributes());
  for (const std::string& name : order) {
    Counts counts;
    for (const TestRecord* test : suites[name])
      counts.Add(*test);
    xml += fmt::format("  <testsuite name=\"{}\" hostname=\"{}\" timestamp=\"{}\" {}>\n",
                       Escaped(name), catalogue::TargetName(run.target), IsoTime(run.started),
                       counts.Attributes());
    for (const TestRecord* test : suites[name])
      xml += CaseXml(*test);
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace mbnrig::report
