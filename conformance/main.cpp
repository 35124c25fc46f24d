// mbnrig-conformance brings a target up, runs the suites that it is linked with, and reports on
// every documented code.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "catalogue/catalogue.h"
#include "report/console.h"
#include "report/files.h"
#include "report/recorder.h"
#include "report/run.h"

namespace mbnrig {
namespace {

using bench::Target;

constexpr int kNothingFailed = 0;
constexpr int kRigFailed = 2;
constexpr int kMostRepeats = 1'000'000;

constexpr const char* kDescription =
    "Calls the documented functions of mbnapi.h and mprapi.h on a target, and reports each "
    "documented\n"
    "code as proven, failed, unproven or not applicable.";

constexpr const char* kFooter = R"(
A row is one documented (call, code, condition), such as IMbnConnection::Connect/E_HANDLE. It is
proven when every test that claims it created its condition and saw its code. It is not applicable
when conformance/catalogue/not_applicable.tsv says why it cannot occur on this target.

exit status: 0 nothing failed; 1 a row or a test failed; 2 the rig failed (the target did not come
up, wrong usage, no test matches), which says nothing about the code under test.

examples:
  mbnrig-conformance --filter Connect --report build/report
  mbnrig-conformance --repeat 50
  mbnrig-conformance --list-rows --state unproven --report build/report
)";

struct Arguments {
  bench::Options bench;
  std::string filter;
  std::filesystem::path report;
  std::filesystem::path trace;
  std::string state;
  int repeat = 1;
  bool list = false;
  bool list_rows = false;
  bool json = false;
  std::vector<std::string> for_gtest;
};

/// The command line asks for something impossible. The text is for the user.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

const std::map<std::string, Target> kTargets{
    {"embedded", Target::kEmbedded}, {"vm", Target::kVm}, {"board", Target::kBoard}};

void AddTargetOptions(CLI::App& app, std::string& target, bench::Options& options) {
  app.add_option("--target", target,
                 "embedded: host and modem are in this process (default)\n"
                 "vm: inside scripts/vm, over the kernel's USB stack\n"
                 "board: a modem on the USB of a board")
      ->check(CLI::IsMember(kTargets))
      ->option_text("TARGET");
  app.add_option("--gadget", options.gadget,
                 "How the gadget is connected to USB: loopback, functionfs, gadgetfs or\n"
                 "usbip (default: the target's own)")
      ->option_text("NAME");
  app.add_option("--transport", options.transport,
                 "How the host talks to the modem on vm and board: libusb, or cdc-wdm,\n"
                 "which is the kernel's driver (default: libusb)")
      ->check(CLI::IsMember({"libusb", "cdc-wdm"}))
      ->option_text("NAME");
}

void AddRunOptions(CLI::App& app, Arguments& arguments) {
  app.add_option("--filter", arguments.filter,
                 "Run only these tests: a word that is part of the name, or a\n"
                 "pattern in Google Test's syntax (A.*:B.*-C.*)")
      ->option_text("PATTERN");
  app.add_option("--repeat", arguments.repeat,
                 "Run everything N times; a row must be proven each time")
      ->check(CLI::Range(1, kMostRepeats))
      ->option_text("N");
  app.add_option("--report", arguments.report,
                 "Write index.html, junit.xml and report.json into this folder")
      ->option_text("DIR");
  app.add_option("--trace", arguments.trace,
                 "Write the USB traffic into this file, for Wireshark and mbnrig trace;\n"
                 "the same as MBNRIG_TRACE=FILE (docs/trace.md)")
      ->option_text("FILE");
  app.add_flag("--json", arguments.json,
               "Print the report as JSON on stdout, everything else on stderr");
}

void AddListOptions(CLI::App& app, Arguments& arguments) {
  app.add_flag("--list", arguments.list, "List the tests and exit");
  CLI::Option* list_rows =
      app.add_flag("--list-rows", arguments.list_rows, "List the countable rows and exit");
  app.add_option("--state", arguments.state,
                 "With --list-rows: only the rows that are proven, failed, unproven\n"
                 "or not-applicable in the report in --report")
      ->check(CLI::IsMember({"proven", "failed", "unproven", "not-applicable"}))
      ->option_text("STATE")
      ->needs(list_rows);
}

Arguments ParseCommandLine(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(kDescription, "mbnrig-conformance");
  app.footer(kFooter);
  app.get_formatter()->column_width(26);
  app.set_help_flag("-h,--help", "Print this text and exit");
  app.allow_extras();
  std::string target = "embedded";
  AddTargetOptions(app, target, arguments.bench);
  AddRunOptions(app, arguments);
  AddListOptions(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? kNothingFailed : kRigFailed);
  }
  arguments.bench.target = kTargets.at(target);
  if (arguments.bench.target == Target::kEmbedded && !arguments.bench.transport.empty()) {
    throw UsageError("--transport is for --target vm and board; target embedded has no USB");
  }
  for (const std::string& extra : app.remaining()) {
    if (!extra.starts_with("--gtest_")) {
      throw UsageError("unknown argument '" + extra + "'; --help lists the options");
    }
    arguments.for_gtest.push_back(extra);
  }
  return arguments;
}

void InitGoogleTest(Arguments& arguments, char* program) {
  std::vector<char*> argv{program};
  for (std::string& argument : arguments.for_gtest)
    argv.push_back(argument.data());
  int argc = static_cast<int>(argv.size());
  argv.push_back(nullptr);
  ::testing::InitGoogleTest(&argc, argv.data());
  if (argc > 1) throw UsageError("unknown argument '" + std::string(argv[1]) + "'");
  if (arguments.repeat != 1) GTEST_FLAG_SET(repeat, arguments.repeat);
  if (arguments.filter.empty()) return;
  const bool word = arguments.filter.find_first_of("*?:-") == std::string::npos;
  GTEST_FLAG_SET(filter, word ? "*" + arguments.filter + "*" : arguments.filter);
}

/// The states of the rows in the report of an earlier run in `folder`.
std::map<std::string, std::string> StatesOf(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "report.json";
  std::ifstream in(path);
  if (!in) {
    throw UsageError("--state needs an earlier report, and " + path.string() +
                     " cannot be read; name its folder with --report");
  }
  std::map<std::string, std::string> states;
  try {
    const nlohmann::json report = nlohmann::json::parse(in);
    for (const nlohmann::json& row : report.at("rows")) {
      states.emplace(row.at("id").get<std::string>(), row.at("state").get<std::string>());
    }
  } catch (const nlohmann::json::exception& error) {
    throw UsageError(path.string() + " was not written by mbnrig-conformance: " + error.what());
  }
  return states;
}

void ListRows(const Arguments& arguments) {
  std::map<std::string, std::string> states;
  std::string wanted = arguments.state;
  std::replace(wanted.begin(), wanted.end(), '-', ' ');
  if (!wanted.empty()) states = StatesOf(arguments.report);
  nlohmann::json list = nlohmann::json::array();
  for (const catalogue::Row& row : catalogue::Rows()) {
    if (!row.countable) continue;
    if (!wanted.empty() && states[std::string(row.id)] != wanted) continue;
    if (arguments.json) {
      list.push_back({{"id", row.id}, {"condition", row.condition}});
    } else {
      std::cout << row.id << '\t' << row.condition << '\n';
    }
  }
  if (arguments.json) std::cout << list.dump(1) << '\n';
}

/// The filter of --gtest_filter, of the environment or of a shard. Empty if all tests run.
std::string OtherFilter() {
  if (std::getenv("GTEST_TOTAL_SHARDS") != nullptr) return "a shard";
  const std::string filter = GTEST_FLAG_GET(filter);
  return filter == "*" ? "" : filter;
}

/// Runs the suites on a target that is up. Returns whether there was a test to run.
bool RunSuites(report::RunRecord& run, report::Progress& progress,
               const std::filesystem::path& folder) {
  ::testing::TestEventListeners& listeners = ::testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  report::Recorder recorder(&run, &progress,
                            folder.empty() ? folder : folder / report::kRunningFile);
  listeners.Append(&recorder);
  const bool failed = RUN_ALL_TESTS() != 0;
  listeners.Release(&recorder);
  report::NoteUnknownFailure(&run, failed);
  return !run.tests.empty() || !run.rig_faults.empty() || !run.failures.empty();
}

int Conform(const Arguments& arguments) {
  std::ostream& out = arguments.json ? std::cerr : std::cout;
  const report::Style style = report::Style::Of(arguments.json ? stderr : stdout);
  if (!arguments.report.empty()) report::ClearFiles(arguments.report);

  report::RunRecord run;
  run.target = arguments.bench.target;
  run.gadget = arguments.bench.gadget;
  run.filter = arguments.filter.empty() ? OtherFilter() : arguments.filter;
  run.started = std::chrono::system_clock::now();
  report::ConsoleProgress progress(&out, style);
  // The host's side reads the name of the trace only from the environment.
  if (!arguments.trace.empty()) ::setenv("MBNRIG_TRACE", arguments.trace.c_str(), 1);
  try {
    bench::Bench::Start(arguments.bench);
    if (!RunSuites(run, progress, arguments.report)) {
      throw UsageError(arguments.filter.empty() ? "this program has no tests"
                                                : "no test matches --filter " + arguments.filter +
                                                      "; --list lists them");
    }
  } catch (const bench::RigFault& fault) {
    const report::Message message{fault.what(), "", 0, true};
    progress.Outside(message);
    run.rig_faults.push_back(message);
  }
  bench::Bench::Stop();

  const std::vector<report::Verdict> verdicts = report::Judge(run);
  for (report::Message& missed : report::Missed(run, verdicts)) {
    progress.Outside(missed);
    run.failures.push_back(std::move(missed));
  }
  const nlohmann::json data = report::ToJson(run, verdicts);
  if (!arguments.report.empty()) report::WriteFiles(arguments.report, run, data);
  report::PrintSummary(run, verdicts, style, out);
  if (arguments.json)
    std::cout << data.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  return report::ExitStatus(run);
}

int Main(int argc, char** argv) {
  Arguments arguments = ParseCommandLine(argc, argv);
  InitGoogleTest(arguments, argv[0]);
  if (arguments.list_rows) {
    ListRows(arguments);
    return kNothingFailed;
  }
  if (arguments.list) {
    GTEST_FLAG_SET(list_tests, true);
    return RUN_ALL_TESTS();
  }
  return Conform(arguments);
}

}  // namespace
}  // namespace mbnrig

int main(int argc, char** argv) {
  try {
    return mbnrig::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "mbnrig-conformance: " << error.what() << '\n';
    return mbnrig::kRigFailed;
  }
}
