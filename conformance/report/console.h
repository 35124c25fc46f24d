#pragma once

/// The output for a person, while the suites run and at the end.

#include <cstdio>
#include <iosfwd>
#include <string>

#include "report/recorder.h"
#include "report/run.h"

namespace mbnrig::report {

/// How to write to a stream.
struct Style {
  bool terminal = false;  ///< lines may be overwritten
  bool colour = false;
  unsigned width = 100;  ///< columns of the terminal

  /// The style for a stream. A terminal gets colours unless NO_COLOR is set.
  static Style Of(std::FILE* stream);
};

/// Prints a line for each test. On a terminal it shows only the running test and the tests that did
/// not pass.
class ConsoleProgress : public Progress {
 public:
  /// `out` outlives this object.
  ConsoleProgress(std::ostream* out, Style style);

  void Begin(const RunRecord& run, int tests, int repeats) override;
  void TestBegins(const std::string& full_name) override;
  void TestEnds(const TestRecord& test) override;
  void Outside(const Message& message) override;

 private:
  std::string Counter() const;
  void EraseLine();
  void PrintMessages(const TestRecord& test);

  std::ostream* out_;
  Style style_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;
  std::size_t troubled_ = 0;
};

/// The summary at the end: the calls of this run with rows that are not proven, then the counts.
void PrintSummary(const RunRecord& run, const std::vector<Verdict>& verdicts, Style style,
                  std::ostream& out);

}  // namespace mbnrig::report
