#include "bench/rows.h"

#include <gtest/gtest.h>

#include <ostream>
#include <utility>

#include "bench/bench.h"
#include "bench/ledger.h"

namespace mbnrig::bench {
namespace {

using catalogue::CodeName;

constexpr std::size_t kSuggestions = 3;

std::string Unknown(const std::string& id) {
  std::string text = "the catalogue has no row '" + id + "'; the nearest ones are";
  for (const std::string_view nearest : catalogue::NearestIds(id, kSuggestions)) {
    text.append("\n  ").append(nearest);
  }
  return text;
}

/// Fails the running test and leaves its body. Google Test does not report this exception again.
[[noreturn]] void Fail(const std::string& text) {
  const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const char* file = test == nullptr ? nullptr : test->file();
  const int line = test == nullptr ? -1 : test->line();
  GTEST_MESSAGE_AT_(file, line, text.c_str(), ::testing::TestPartResult::kFatalFailure);
  throw ::testing::AssertionException(::testing::TestPartResult(
      ::testing::TestPartResult::kFatalFailure, file, line, text.c_str()));
}

std::string Unclaimed(const Row& row) {
  return "row " + row.id() + " was observed but not claimed; begin the test with Proves()";
}

}  // namespace

Row::Row(std::string_view api, std::string_view code)
    : entry_(catalogue::FindRow(api, code)),
      id_(entry_ != nullptr ? entry_->id : std::string(api).append("/").append(code)) {}

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.id();
}

Row Proves(const Row& row) {
  if (row.entry() == nullptr) Fail(Unknown(row.id()));
  if (!row.entry()->countable) Fail("row " + row.id() + " has no code that a call could return");
  if (!Ledger::Get().Claim(*row.entry())) Fail("row " + row.id() + " is claimed twice");
  return row;
}

bool ExpectCodeValue(const Row& row, std::uint32_t actual, Place place) {
  if (row.entry() == nullptr) {
    ADD_FAILURE_AT(place.file, place.line) << Unknown(row.id());
    return false;
  }
  const catalogue::Row& entry = *row.entry();
  const bool matched = entry.value == actual;
  if (!Ledger::Get().Add(Observation{&entry, actual, matched})) {
    ADD_FAILURE_AT(place.file, place.line) << Unclaimed(row);
    return false;
  }
  if (!matched) {
    ADD_FAILURE_AT(place.file, place.line)
        << row.id() << "\n  condition: " << entry.condition
        << "\n  expected:  " << CodeName(*entry.value, entry.family)
        << "\n  saw:       " << CodeName(actual, entry.family);
  }
  return matched;
}

bool ExpectCompletionValue(const Row& row, std::string_view event,
                           std::optional<std::uint32_t> status, std::uint32_t expected,
                           Place place) {
  if (row.entry() == nullptr) {
    ADD_FAILURE_AT(place.file, place.line) << Unknown(row.id());
    return false;
  }
  const catalogue::Row& entry = *row.entry();
  const bool right_event = event == entry.completion;
  const bool right_status = !status || *status == expected;
  const bool matched = right_event && right_status;
  if (!Ledger::Get().Add(Completion{&entry, std::string(event), status, matched})) {
    ADD_FAILURE_AT(place.file, place.line) << Unclaimed(row);
    return false;
  }
  if (!right_event) {
    ADD_FAILURE_AT(place.file, place.line)
        << row.id() << "\n  expected completion: "
        << (entry.completion.empty() ? std::string_view("none") : entry.completion)
        << "\n  saw:                 " << event;
  } else if (!right_status) {
    ADD_FAILURE_AT(place.file, place.line)
        << row.id() << " completed with " << event
        << "\n  expected status: " << CodeName(expected, entry.family)
        << "\n  saw:             " << CodeName(*status, entry.family);
  }
  return matched;
}

bool ExpectCompletion(const Row& row, std::string_view event, const char* file, int line) {
  return ExpectCompletionValue(row, event, std::nullopt, 0, {file, line});
}

std::optional<std::string> NotApplicableHere(const Row& row) {
  if (row.entry() == nullptr) return std::nullopt;
  const auto why = catalogue::NotApplicable(*row.entry(), Bench::Get().target());
  return why ? std::optional<std::string>(*why) : std::nullopt;
}

}  // namespace mbnrig::bench
