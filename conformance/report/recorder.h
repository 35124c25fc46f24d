// Listens to Google Test and keeps what a report tells.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "report/run.h"

namespace mbnrig::report {

/// The name, in a report's folder, of the file that holds the running test's name (see Recorder).
inline constexpr const char* kRunningFile = "running.txt";

/// Told while the suites run. One thread.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void Begin(const RunRecord& run, int tests, int repeats) = 0;
  virtual void TestBegins(const std::string& full_name) = 0;
  /// `test` is this run of the test alone, whatever earlier repetitions did.
  virtual void TestEnds(const TestRecord& test) = 0;
  /// Something went wrong outside any test.
  virtual void Outside(const Message& message) = 0;
};

/// Fills a RunRecord. It also enforces what a claim promises: a test that claimed a row and passed
/// without having seen its code is failed here, so this listener must hear of a test's end before
/// any printer does (append it last).
class Recorder : public ::testing::EmptyTestEventListener {
 public:
  /// All three outlive the recorder. `progress` may be nullptr. While a test runs, its name stands
  /// in the file `running`, so that whoever finds the program dead knows where it died; an empty
  /// path keeps no such file.
  Recorder(RunRecord* run, Progress* progress, std::filesystem::path running);

  void OnTestProgramStart(const ::testing::UnitTest& unit_test) override;
  void OnTestIterationStart(const ::testing::UnitTest& unit_test, int iteration) override;
  void OnTestSuiteStart(const ::testing::TestSuite& suite) override;
  void OnTestStart(const ::testing::TestInfo& info) override;
  void OnTestPartResult(const ::testing::TestPartResult& result) override;
  void OnTestEnd(const ::testing::TestInfo& info) override;
  void OnTestProgramEnd(const ::testing::UnitTest& unit_test) override;

 private:
  void Keep(TestRecord test);

  RunRecord* run_;
  Progress* progress_;
  std::filesystem::path running_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::mutex mutex_;  ///< checks may fail on any thread
  TestRecord current_;
  bool in_test_ = false;
  /// Why the running suite's set-up failed, and its tests therefore do not run.
  std::optional<Message> suite_trouble_;
  bool begun_ = false;
  std::chrono::steady_clock::time_point program_started_;
  std::chrono::steady_clock::time_point test_started_;
};

}  // namespace mbnrig::report
