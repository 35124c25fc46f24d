#pragma once

/// Listens to Google Test and records the results for the report.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "report/run.h"

namespace mbnrig::report {

/// The file in a report's folder with the name of the running test (see Recorder).
inline constexpr const char* kRunningFile = "running.txt";

/// Gets the progress of the tests. Called on one thread.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void Begin(const RunRecord& run, int tests, int repeats) = 0;
  virtual void TestBegins(const std::string& full_name) = 0;
  /// `test` is this run of the test, without its earlier repetitions.
  virtual void TestEnds(const TestRecord& test) = 0;
  /// Something failed outside any test.
  virtual void Outside(const Message& message) = 0;
};

/// Fills a RunRecord. It also checks the claims: a test fails here if it claimed a row and passed
/// without observing the row's code. So this listener must get the end of a test before any
/// printer: append it last.
class Recorder : public ::testing::EmptyTestEventListener {
 public:
  /// `run` and `progress` must outlive the recorder. `progress` may be null. While a test runs, the
  /// file `running` contains its name, so that a crash of the program can be traced to a test. If
  /// the path is empty, there is no such file.
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
  /// Why the set-up of the running suite failed, so that its tests do not run.
  std::optional<Message> suite_trouble_;
  bool begun_ = false;
  std::chrono::steady_clock::time_point program_started_;
  std::chrono::steady_clock::time_point test_started_;
};

}  // namespace mbnrig::report
