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

#include <array>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "catalogue/catalogue.h"

namespace mbnrig::bench {

/// A documented row that a test names. Proves() returns it as a claim of the running test. It is
/// cheap to copy, and may be a global variable.
class Row {
 public:
  /// The row of a call and one of its codes, as catalogue::FindRow(api, code) finds it. If the
  /// catalogue does not have the row, the test that claims it fails.
  Row(std::string_view api, std::string_view code);

  /// The catalogue's row. Null if the catalogue does not have it.
  const catalogue::Row* entry() const { return entry_; }

  /// The row's id, or "api/code" if the catalogue does not have the row.
  const std::string& id() const { return id_; }

  /// The claim that Proves() made of it; 0 if this is not what Proves() returned.
  std::uint64_t claim() const { return claim_; }

 private:
  friend Row Proves(const Row& row);

  const catalogue::Row* entry_;
  std::string id_;
  std::uint64_t claim_ = 0;
};

void PrintTo(const Row& row, std::ostream* out);

/// Claims a row for the running test and returns it. Call it first in a test's body. If the
/// catalogue does not have the row, the test ends at once and prints the nearest ids. Only the row
/// that this returns can be observed, and only until the test ends.
Row Proves(const Row& row);

/// Claims several rows and returns them: const auto [denied, completed] = Proves(...).
template <std::same_as<Row>... More>
std::array<Row, 2 + sizeof...(More)> Proves(const Row& first, const Row& second,
                                            const More&... more) {
  return {Proves(first), Proves(second), Proves(more)...};
}

/// The place of a check in the source.
struct Place {
  const char* file;
  int line;
};

/// Records the result of the call under the row's condition. The test fails if it is not the row's
/// code, or if the row is not one that a call returns. Any thread. Returns whether it was the row's
/// code.
bool ExpectCodeValue(const Row& row, std::uint32_t actual, Place place);

template <std::integral Code>
bool ExpectCode(const Row& row, Code actual, const char* file = __builtin_FILE(),
                int line = __builtin_LINE()) {
  return ExpectCodeValue(row, static_cast<std::uint32_t>(actual), {file, line});
}

/// An event as a client received it.
struct SeenEvent {
  std::string_view name;  ///< "IMbnConnectionEvents::OnConnectComplete"
  std::uint32_t request;
  std::uint32_t status;
};

/// Records an event that carries the status of a row. The test fails if it is another event, if it
/// belongs to another request than `request`, or if its status is not the row's code. Any thread.
/// Returns whether all of it matched.
bool ExpectStatus(const Row& row, const SeenEvent& event, std::uint32_t request,
                  const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// How an event was raised that carries no code.
struct Raising {
  /// It came before its cause.
  bool before_its_cause = true;
  /// The object that it carries has the new state.
  bool with_the_news = false;
};

/// Records the event of a row of kind "event". The test fails unless the event came after its
/// cause, only then, and with the new state in its object. Any thread. Returns whether it was so.
bool ExpectRaised(const Row& row, std::string_view event, Raising raising,
                  const char* file = __builtin_FILE(), int line = __builtin_LINE());

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
