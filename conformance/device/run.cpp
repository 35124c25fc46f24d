#include "device/run.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/bench.h"
#include "device/case.h"
#include "report/files.h"
#include "report/recorder.h"
#include "report/time.h"

namespace mbnrig::device {
namespace {

using report::Message;
using report::Outcome;
using report::RunRecord;
using report::TestRecord;

constexpr int kRigWentWrong = 2;
/// A present modem is found within this time. After it, a message says that the program waits.
constexpr milliseconds kMoment{1'000};
constexpr std::string_view kKnownFailure = "known failure";

std::string_view Word(Outcome outcome) {
  return outcome == Outcome::kSkipped ? "not applicable" : OutcomeName(outcome);
}

const char* ColourOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return "\033[32m";
    case Outcome::kSkipped:
      return "\033[2m";
    case Outcome::kRigFault:
      return "\033[33m";
    case Outcome::kFailed:
      break;
  }
  return "\033[31m";
}

bool IsKnownFailure(const TestRecord& test, const std::vector<std::string>& known) {
  return test.outcome == Outcome::kFailed && std::ranges::find(known, test.name) != known.end();
}

long Milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<milliseconds>(duration).count();
}

/// Prints one line for each test, with its failures below.
class Console : public report::Progress {
 public:
  Console(std::ostream& out, const report::Style& style, const std::vector<std::string>& known)
      : out_(out), style_(style), known_(known) {}

  void Begin(const RunRecord&, int, int) override {}
  void TestBegins(const std::string&) override {}
  void TestEnds(const TestRecord& test) override {
    const CaseInfo* info = FindCase(test.suite, test.name);
    const std::string title = info != nullptr ? info->title : test.FullName();
    const bool known = IsKnownFailure(test, known_);
    std::string word = fmt::format("{:<14}", known ? kKnownFailure : Word(test.outcome));
    if (style_.colour) word = ColourOf(known ? Outcome::kSkipped : test.outcome) + word + "\033[0m";
    out_ << fmt::format("{:<7} {} {} ({} ms)\n", test.name, word, title,
                        Milliseconds(test.duration));
    if (test.outcome == Outcome::kPassed) return;
    for (const Message& message : test.messages)
      Indent(message.text);
    out_.flush();
  }
  void Outside(const Message& message) override { out_ << message.text << '\n'; }

 private:
  void Indent(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      out_ << "        " << text.substr(0, end) << '\n';
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  std::ostream& out_;
  const report::Style style_;
  const std::vector<std::string>& known_;
};

/// Whether `info`'s number or full name matches one of `patterns`, in Google Test's syntax
/// ("A*:B?").
bool Matches(std::string_view patterns, const CaseInfo& info) {
  while (!patterns.empty()) {
    const std::string pattern(patterns.substr(0, patterns.find(':')));
    patterns.remove_prefix(std::min(pattern.size() + 1, patterns.size()));
    for (const std::string& name : {info.number, info.suite + "." + info.number}) {
      if (fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0) return true;
    }
  }
  return false;
}

bool IsMeant(const CaseInfo& info, const std::string& filter) {
  if (std::ranges::find(info.assertions, filter) != info.assertions.end()) return true;
  if (filter.find_first_of("*?:") == std::string::npos) {
    return info.number.find(filter) != std::string::npos ||
           info.suite.find(filter) != std::string::npos ||
           info.title.find(filter) != std::string::npos;
  }
  const std::string_view all = filter;
  const std::size_t but = std::min(all.find('-'), all.size());
  const std::string_view wanted = all.substr(0, but);
  return (wanted.empty() || Matches(wanted, info)) &&
         !Matches(all.substr(std::min(but + 1, all.size())), info);
}

/// Names, for Google Test, of the tests that match the filter. Empty if none matches.
std::string Filtered(const std::string& filter) {
  std::string names;
  for (const CaseInfo& info : AllCases()) {
    if (IsMeant(info, filter)) names += (names.empty() ? "" : ":") + info.suite + "." + info.number;
  }
  return names;
}

std::size_t Count(const RunRecord& run, Outcome outcome) {
  return report::CountTests(run, outcome);
}

void PrintLine(std::ostream& out, std::string_view name, const std::array<std::size_t, 4>& counts) {
  const auto count = [&counts](Outcome outcome) {
    return counts[static_cast<std::size_t>(outcome)];
  };
  out << fmt::format("{:<12} {:>7} {:>7} {:>15} {:>10}\n", name, count(Outcome::kPassed),
                     count(Outcome::kFailed), count(Outcome::kSkipped), count(Outcome::kRigFault));
}

/// How the tests of each suite ended, and those of all suites.
void PrintCounts(const RunRecord& run, std::ostream& out) {
  struct Line {
    std::string suite;
    std::array<std::size_t, 4> counts{};
  };
  std::vector<Line> lines;
  Line all{"all"};
  for (const TestRecord& test : run.tests) {
    auto line = std::ranges::find(lines, test.suite, &Line::suite);
    if (line == lines.end()) line = lines.insert(lines.end(), Line{test.suite});
    ++line->counts[static_cast<std::size_t>(test.outcome)];
    ++all.counts[static_cast<std::size_t>(test.outcome)];
  }
  out << fmt::format("\n{:<12} {:>7} {:>7} {:>15} {:>10}\n", "", "passed", "failed",
                     "not applicable", "rig fault");
  for (const Line& line : lines)
    PrintLine(out, line.suite, line.counts);
  PrintLine(out, all.suite, all.counts);
}

void PrintFailedAssertions(const RunRecord& run, std::ostream& out) {
  std::string failed;
  for (const Assertion& assertion : AllAssertions()) {
    std::string tests;
    for (const TestRecord& test : run.tests) {
      if (StateOf(test, assertion.number) == AssertionState::kFailed) tests += " " + test.name;
    }
    if (!tests.empty()) {
      failed +=
          fmt::format("  {:<20} {} ({})\n", assertion.number, assertion.text, tests.substr(1));
    }
  }
  if (!failed.empty()) out << "\nassertions that failed:\n" << failed;
}

/// The run for CI, which knows no known failures: they become skipped tests.
RunRecord ForCi(RunRecord run, const std::vector<std::string>& known) {
  for (TestRecord& test : run.tests) {
    if (!IsKnownFailure(test, known)) continue;
    test.outcome = Outcome::kSkipped;
    test.messages.insert(test.messages.begin(), Message{std::string(kKnownFailure), "", 0, false});
  }
  for (const std::string& surprise : Surprises(run, known))
    run.failures.push_back({surprise, "", 0, false});
  return run;
}

void WriteText(const std::filesystem::path& path, const std::string& text) {
  if (path == "-") {
    std::cout << text;
    return;
  }
  std::ofstream file(path, std::ios::trunc);
  file << text;
  if (!file.flush()) throw bench::RigFault("cannot write " + path.string());
}

/// Checks before the tests whether their report can be written. A pipe is not opened: its reader
/// would take this for the whole report.
bool CanWrite(const std::filesystem::path& path) {
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  const bool file = type == std::filesystem::file_type::not_found ||
                    type == std::filesystem::file_type::regular ||
                    type == std::filesystem::file_type::directory;
  return path.empty() || path == "-" || !file || std::ofstream(path, std::ios::app).is_open();
}

void RunAll(RunRecord& run, Console& console, const std::string& names, const char* program) {
  int argc = 1;
  std::string name = program;
  char* argv[] = {name.data(), nullptr};
  ::testing::InitGoogleTest(&argc, argv);
  GTEST_FLAG_SET(filter, names);
  ::testing::TestEventListeners& listeners = ::testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  report::Recorder recorder(&run, &console, {});
  listeners.Append(&recorder);
  const bool failed = RUN_ALL_TESTS() != 0;
  listeners.Release(&recorder);
  report::NoteUnknownFailure(&run, failed);
}

}  // namespace

std::string_view AssertionStateName(AssertionState state) {
  switch (state) {
    case AssertionState::kHeld:
      return "held";
    case AssertionState::kFailed:
      return "failed";
    case AssertionState::kNotShown:
      return "not shown";
    case AssertionState::kNotApplicable:
      return "not applicable";
  }
  return "";
}

AssertionState StateOf(const TestRecord& test, std::string_view assertion) {
  if (test.outcome == Outcome::kSkipped) return AssertionState::kNotApplicable;
  const bool named = std::ranges::any_of(test.messages, [assertion](const Message& message) {
    return Names(message.text, assertion);
  });
  if (test.outcome == Outcome::kFailed && named) return AssertionState::kFailed;
  return test.outcome == Outcome::kPassed ? AssertionState::kHeld : AssertionState::kNotShown;
}

std::vector<std::string> Surprises(const RunRecord& run, const std::vector<std::string>& known) {
  if (!run.rig_faults.empty()) return {};  // they explain why tests were not run
  std::vector<std::string> surprises;
  for (const std::string& number : known) {
    const auto test = std::ranges::find(run.tests, number, &TestRecord::name);
    if (test == run.tests.end()) {
      surprises.push_back(number + " is known to fail, but was not run");
    } else if (test->outcome == Outcome::kPassed || test->outcome == Outcome::kSkipped) {
      surprises.push_back(
          fmt::format("{} is known to fail, but {}", number,
                      test->outcome == Outcome::kPassed ? "passed" : "is not applicable"));
    }
  }
  return surprises;
}

int ExitStatus(const RunRecord& run, const std::vector<std::string>& known) {
  RunRecord unknown = run;
  std::erase_if(unknown.tests,
                [&known](const TestRecord& test) { return IsKnownFailure(test, known); });
  const int status = report::ExitStatus(unknown);
  return status == 0 && !Surprises(run, known).empty() ? 1 : status;
}

int List(const std::string& filter, std::ostream& out) {
  bool any = false;
  for (const CaseInfo& info : AllCases()) {
    if (!IsMeant(info, filter)) continue;
    any = true;
    out << fmt::format("{:<7} {:<12} {}\n", info.number, info.suite, info.title);
    for (const std::string& assertion : info.assertions) {
      const Assertion* known = FindAssertion(assertion);
      out << fmt::format("          {:<20} {}\n", assertion, known != nullptr ? known->text : "");
    }
  }
  if (any) return 0;
  out << "no test matches --filter " << filter << '\n';
  return kRigWentWrong;
}

nlohmann::json ToJson(const RunRecord& run, const std::string& device,
                      const std::vector<std::string>& known) {
  nlohmann::json tests = nlohmann::json::array();
  for (const TestRecord& test : run.tests) {
    const CaseInfo* info = FindCase(test.suite, test.name);
    nlohmann::json assertions = nlohmann::json::array();
    for (const std::string& number :
         info != nullptr ? info->assertions : std::vector<std::string>{}) {
      assertions.push_back({{"number", number},
                            {"text", FindAssertion(number)->text},
                            {"state", AssertionStateName(StateOf(test, number))}});
    }
    nlohmann::json messages = nlohmann::json::array();
    for (const Message& message : test.messages)
      messages.push_back(message.text);
    tests.push_back({{"number", test.name},
                     {"suite", test.suite},
                     {"title", info != nullptr ? info->title : ""},
                     {"outcome", Word(test.outcome)},
                     {"known_failure", IsKnownFailure(test, known)},
                     {"duration_ms", Milliseconds(test.duration)},
                     {"messages", std::move(messages)},
                     {"assertions", std::move(assertions)}});
  }
  nlohmann::json rig_faults = nlohmann::json::array();
  for (const Message& message : run.rig_faults)
    rig_faults.push_back(message.text);
  return {{"device", device},
          {"started", report::IsoTime(run.started)},
          {"duration_ms", Milliseconds(run.duration)},
          {"exit_status", ExitStatus(run, known)},
          {"summary",
           {{"total", run.tests.size()},
            {"passed", Count(run, Outcome::kPassed)},
            {"failed", Count(run, Outcome::kFailed)},
            {"not_applicable", Count(run, Outcome::kSkipped)},
            {"rig_faults", Count(run, Outcome::kRigFault) + run.rig_faults.size()}}},
          {"tests", std::move(tests)},
          {"surprises", Surprises(run, known)},
          {"rig_faults", std::move(rig_faults)}};
}

int Run(const RunOptions& options, const char* program, std::ostream& out,
        const report::Style& style) {
  const std::string names = Filtered(options.filter);
  if (names.empty()) {
    out << "no test matches --filter " << options.filter << "; --list lists them\n";
    return kRigWentWrong;
  }
  const auto& known = options.known_failures;
  for (const std::string& number : known) {
    if (std::ranges::find(AllCases(), number, &CaseInfo::number) == AllCases().end()) {
      out << "--known-failure " << number << ": there is no such test; --list lists them\n";
      return kRigWentWrong;
    }
  }
  for (const auto& path : {options.json, options.junit}) {
    if (CanWrite(path)) continue;
    out << "cannot write the report " << path << ": " << std::strerror(errno) << '\n';
    return kRigWentWrong;
  }
  RunRecord run;
  run.filter = options.filter;
  run.started = std::chrono::system_clock::now();
  Console console(out, style, known);
  std::string device;
  try {
    Target::Start(options.target);
    if (options.target.times.arrival > kMoment && !Target::Get().Comes(kMoment)) {
      out << fmt::format("waiting up to {} s for a modem\n",
                         Milliseconds(options.target.times.arrival) / 1000)
          << std::flush;
    }
    Target::Get().modem();
    device = Target::Get().Description();
    out << device << '\n';
    RunAll(run, console, names, program);
    if (run.tests.empty()) throw bench::RigFault("no test matches --filter " + options.filter);
  } catch (const bench::RigFault& fault) {
    const Message message{fault.what(), "", 0, true};
    console.Outside(message);
    run.rig_faults.push_back(message);
  }
  Target::Stop();
  if (!run.tests.empty()) {
    PrintCounts(run, out);
    PrintFailedAssertions(run, out);
  }
  for (const std::string& surprise : Surprises(run, known))
    out << surprise << '\n';
  if (!options.json.empty()) {
    WriteText(
        options.json,
        ToJson(run, device, known).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) +
            "\n");
  }
  if (!options.junit.empty()) WriteText(options.junit, report::ToJunit(ForCi(run, known)));
  return ExitStatus(run, known);
}

}  // namespace mbnrig::device
