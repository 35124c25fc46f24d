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

std::string KindOf(const catalogue::Row& row) {
  switch (row.kind) {
    case catalogue::Kind::kStatus:
      return "is the status of an event: use ExpectStatus()";
    case catalogue::Kind::kEvent:
      return "is an event: use ExpectRaised()";
    default:
      return "is what a call returns: use ExpectCode()";
  }
}

/// Adds to the evidence. Returns false, with a failure of the test, if the row cannot be observed
/// in this way or now.
template <class Seen>
bool Record(const Row& row, catalogue::Kind kind, Seen seen, Place place) {
  std::string why;
  if (row.entry() == nullptr) {
    why = Unknown(row.id());
  } else if (row.entry()->kind != kind) {
    why = "row " + row.id() + " " + KindOf(*row.entry());
  } else if (row.claim() == 0) {
    why = "row " + row.id() + " was observed but not claimed; observe what Proves() returned";
  } else if (!Ledger::Get().Add(row.claim(), std::move(seen))) {
    why = "row " + row.id() + " was observed after the end of the test that claimed it";
  } else {
    return true;
  }
  ADD_FAILURE_AT(place.file, place.line) << why;
  return false;
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
  Row claimed = row;
  claimed.claim_ = Ledger::Get().Claim(*row.entry());
  if (claimed.claim_ == 0) Fail("row " + row.id() + " is claimed twice");
  return claimed;
}

bool ExpectCodeValue(const Row& row, std::uint32_t actual, Place place) {
  const bool matched = row.entry() != nullptr && row.entry()->value == actual;
  if (!Record(row, catalogue::Kind::kReturn, Observation{row.entry(), actual, matched}, place))
    return false;
  const catalogue::Row& entry = *row.entry();
  if (!matched) {
    ADD_FAILURE_AT(place.file, place.line)
        << row.id() << "\n  condition: " << entry.condition
        << "\n  expected:  " << CodeName(*entry.value, entry.family)
        << "\n  saw:       " << CodeName(actual, entry.family);
  }
  return matched;
}

bool ExpectStatus(const Row& row, const SeenEvent& event, std::uint32_t request, const char* file,
                  int line) {
  const bool its_event = row.entry() != nullptr && event.name == row.entry()->api;
  const bool its_request = request != 0 && event.request == request;
  const bool matched = its_event && its_request && row.entry()->value == event.status;
  if (!Record(row, catalogue::Kind::kStatus, Observation{row.entry(), event.status, matched},
              {file, line}))
    return false;
  const catalogue::Row& entry = *row.entry();
  if (!matched) {
    ADD_FAILURE_AT(file, line) << row.id() << "\n  condition: " << entry.condition
                               << "\n  expected:  " << CodeName(*entry.value, entry.family)
                               << " of request " << request
                               << "\n  saw:       " << CodeName(event.status, entry.family)
                               << " of request " << event.request << " in " << event.name;
  }
  return matched;
}

bool ExpectRaised(const Row& row, std::string_view event, Raising raising, const char* file,
                  int line) {
  const bool matched = row.entry() != nullptr && event == row.entry()->api &&
                       !raising.before_its_cause && raising.with_the_news;
  if (!Record(row, catalogue::Kind::kEvent, Observation{row.entry(), 0, matched}, {file, line}))
    return false;
  if (!matched) {
    ADD_FAILURE_AT(file, line)
        << row.id() << "\n  expected: the event after its cause, with the new state in its object"
        << "\n  saw:      " << event << (raising.before_its_cause ? ", before its cause" : "")
        << (raising.with_the_news ? "" : ", without the new state");
  }
  return matched;
}

bool ExpectCompletionValue(const Row& row, std::string_view event,
                           std::optional<std::uint32_t> status, std::uint32_t expected,
                           Place place) {
  const bool right_event = row.entry() != nullptr && event == row.entry()->completion;
  const bool right_status = !status || *status == expected;
  const bool matched = right_event && right_status;
  if (!Record(row, catalogue::Kind::kReturn,
              Completion{row.entry(), std::string(event), status, matched}, place))
    return false;
  const catalogue::Row& entry = *row.entry();
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
