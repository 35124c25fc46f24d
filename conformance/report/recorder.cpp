#include "report/recorder.h"

#include <algorithm>
#include <exception>
#include <fstream>
#include <system_error>
#include <utility>

#include "bench/bench.h"
#include "bench/ledger.h"

namespace mbnrig::report {
namespace {

using std::chrono::steady_clock;

/// The text without the heading that Google Test writes for ADD_FAILURE and similar macros.
std::string WithoutHeading(std::string text) {
  for (const std::string_view heading : {"Failed\n", "Skipped\n"}) {
    if (text.starts_with(heading)) return text.substr(heading.size());
  }
  return text;
}

/// Google Test reports an exception inside of the handler that caught it. So the type of the
/// current exception says whether it is a rig fault.
std::optional<std::string> RigFaultInFlight() {
  const std::exception_ptr exception = std::current_exception();
  if (!exception) return std::nullopt;
  try {
    std::rethrow_exception(exception);
  } catch (const bench::RigFault& fault) {
    return fault.what();
  } catch (...) {
    return std::nullopt;
  }
}

Outcome OutcomeOf(const ::testing::TestResult& result, const std::vector<Message>& messages) {
  if (result.Skipped()) return Outcome::kSkipped;
  if (result.Passed()) return Outcome::kPassed;
  const bool only_rig_faults =
      !messages.empty() && std::all_of(messages.begin(), messages.end(),
                                       [](const Message& message) { return message.rig_fault; });
  return only_rig_faults ? Outcome::kRigFault : Outcome::kFailed;
}

bool Unexplained(const TestRecord& test) {
  return std::all_of(test.messages.begin(), test.messages.end(),
                     [](const Message& message) { return message.text.empty(); });
}

}  // namespace

Recorder::Recorder(RunRecord* run, Progress* progress, std::filesystem::path running)
    : run_(run), progress_(progress), running_(std::move(running)) {}

void Recorder::OnTestProgramStart(const ::testing::UnitTest&) {
  run_->started = std::chrono::system_clock::now();
  program_started_ = steady_clock::now();
}

void Recorder::OnTestIterationStart(const ::testing::UnitTest& unit_test, int) {
  if (begun_ || progress_ == nullptr) return;
  begun_ = true;
  progress_->Begin(*run_, unit_test.test_to_run_count(), GTEST_FLAG_GET(repeat));
}

void Recorder::OnTestSuiteStart(const ::testing::TestSuite&) {
  const std::lock_guard lock(mutex_);
  suite_trouble_.reset();
}

void Recorder::OnTestStart(const ::testing::TestInfo& info) {
  bench::Ledger::Get().Begin();
  const std::string full_name = std::string(info.test_suite_name()) + "." + info.name();
  {
    const std::lock_guard lock(mutex_);
    current_ = TestRecord{};
    current_.suite = info.test_suite_name();
    current_.name = info.name();
    in_test_ = true;
  }
  test_started_ = steady_clock::now();
  if (!running_.empty()) std::ofstream(running_, std::ios::trunc) << full_name << '\n';
  if (progress_ != nullptr) progress_->TestBegins(full_name);
}

void Recorder::OnTestPartResult(const ::testing::TestPartResult& result) {
  if (result.passed()) return;
  Message message;
  message.text = WithoutHeading(result.message());
  if (result.file_name() != nullptr) message.file = result.file_name();
  message.line = std::max(result.line_number(), 0);
  if (const auto fault = RigFaultInFlight()) {
    message.text = *fault;
    message.rig_fault = true;
  }
  const std::lock_guard lock(mutex_);
  if (in_test_) {
    current_.messages.push_back(std::move(message));
    return;
  }
  if (result.skipped()) return;
  if (progress_ != nullptr) progress_->Outside(message);
  if (!suite_trouble_) suite_trouble_ = message;
  (message.rig_fault ? run_->rig_faults : run_->failures).push_back(std::move(message));
}

void Recorder::OnTestEnd(const ::testing::TestInfo& info) {
  bench::Evidence evidence = bench::Ledger::Get().End();
  if (info.result()->Passed()) {
    for (const catalogue::Row* row : evidence.claims) {
      if (const auto missing = bench::Missing(evidence, *row)) {
        ADD_FAILURE_AT(info.file(), info.line()) << row->id << ": " << *missing;
      }
    }
  }
  TestRecord test;
  {
    const std::lock_guard lock(mutex_);
    in_test_ = false;
    test = std::move(current_);
    test.outcome = OutcomeOf(*info.result(), test.messages);
    // Google Test skips the tests of a suite whose set-up failed and gives no reason.
    if (test.outcome == Outcome::kSkipped && Unexplained(test) && suite_trouble_) {
      test.messages = {*suite_trouble_};
      test.outcome = suite_trouble_->rig_fault ? Outcome::kRigFault : Outcome::kFailed;
    }
  }
  test.evidence = std::move(evidence);
  test.duration = steady_clock::now() - test_started_;
  if (progress_ != nullptr) progress_->TestEnds(test);
  Keep(std::move(test));
}

void Recorder::OnTestProgramEnd(const ::testing::UnitTest&) {
  run_->duration = steady_clock::now() - program_started_;
  std::error_code ignored;
  if (!running_.empty()) std::filesystem::remove(running_, ignored);
}

void Recorder::Keep(TestRecord test) {
  const auto [position, fresh] = by_name_.try_emplace(test.FullName(), run_->tests.size());
  if (fresh) {
    run_->tests.push_back(std::move(test));
    return;
  }
  TestRecord& kept = run_->tests[position->second];
  test.runs = kept.runs + 1;
  test.duration += kept.duration;
  if (test.outcome > kept.outcome) {
    kept = std::move(test);
  } else {
    kept.runs = test.runs;
    kept.duration = test.duration;
  }
}

}  // namespace mbnrig::report
