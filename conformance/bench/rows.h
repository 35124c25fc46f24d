#pragma once

/// With these functions a test says which documented codes it proves.
///
///   TEST_F(Connect, AnswersEHandleWhenTheDeviceGoesDuringTheCall) {
///     const Row row = Proves(Row("IMbnConnection::Connect", "E_HANDLE"));
///     ... create the condition ...
///     ExpectCode(row, connection->Connect(MBN_CONNECTION_MODE_PROFILE, profile, &request));
///   }
///
/// A row is proven if every test that claimed it ran to its end, passed, and observed the row's
/// code, and its completion event if the catalogue names one. A claim without an observation fails
/// the test. Suites need this header, bench/bench.h and the public API headers. Nothing here
/// depends on one operating system.

#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "catalogue/catalogue.h"

namespace mbnrig::bench {

/// A documented row that a test names. It is cheap to copy, and may be a global variable.
class Row {
 public:
  /// The row of a call and one of its codes, as catalogue::FindRow(api, code) finds it. If the
  /// catalogue does not have the row, the test that claims it fails.
  Row(std::string_view api, std::string_view code);

  /// The catalogue's row. Null if the catalogue does not have it.
  const catalogue::Row* entry() const { return entry_; }

  /// The row's id, or "api/code" if the catalogue does not have the row.
  const std::string& id() const { return id_; }

 private:
  const catalogue::Row* entry_;
  std::string id_;
};

void PrintTo(const Row& row, std::ostream* out);

/// Claims a row for the running test and returns it. Call it first in a test's body. If the
/// catalogue does not have the row, the test ends at once and prints the nearest ids.
Row Proves(const Row& row);

/// Claims several rows.
template <std::same_as<Row>... More>
void Proves(const Row& first, const Row& second, const More&... more) {
  Proves(first);
  Proves(second);
  (Proves(more), ...);
}

/// The place of a check in the source.
struct Place {
  const char* file;
  int line;
};

/// Records the result of the call (for a status row: the status of the event) under the row's
/// condition. The test fails if it is not the row's code. Any thread. Returns whether it was the
/// row's code.
bool ExpectCodeValue(const Row& row, std::uint32_t actual, Place place);

template <std::integral Code>
bool ExpectCode(const Row& row, Code actual, const char* file = __builtin_FILE(),
                int line = __builtin_LINE()) {
  return ExpectCodeValue(row, static_cast<std::uint32_t>(actual), {file, line});
}

/// Records the completion event of a row that has one. The test fails if `event` is another event,
/// or if `status` is given and is not `expected`. Any thread. Returns whether it matched.
bool ExpectCompletionValue(const Row& row, std::string_view event,
                           std::optional<std::uint32_t> status, std::uint32_t expected,
                           Place place);

/// For events that carry a status. `expected` is the status of success.
template <std::integral Code>
bool ExpectCompletion(const Row& row, std::string_view event, Code status,
                      std::type_identity_t<Code> expected = 0, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  return ExpectCompletionValue(row, event, static_cast<std::uint32_t>(status),
                               static_cast<std::uint32_t>(expected), {file, line});
}

/// For events without a status, such as an event handle that was signalled.
bool ExpectCompletion(const Row& row, std::string_view event, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE());

/// Why the row cannot occur on the target that is up. Nothing if it can:
///   if (const auto why = NotApplicableHere(row)) GTEST_SKIP() << *why;
std::optional<std::string> NotApplicableHere(const Row& row);

}  // namespace mbnrig::bench
