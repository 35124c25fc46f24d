#include "device/case.h"

#include <algorithm>

namespace mbnrig::device {
namespace {

std::deque<CaseInfo>& Cases() {
  static std::deque<CaseInfo> cases;
  return cases;
}

}  // namespace

const std::deque<CaseInfo>& AllCases() {
  return Cases();
}

const CaseInfo* FindCase(const std::string& suite, const std::string& name) {
  const auto found = std::ranges::find_if(
      Cases(), [&](const CaseInfo& info) { return info.suite == suite && info.number == name; });
  return found == Cases().end() ? nullptr : &*found;
}

const CaseInfo& Remember(CaseInfo info) {
  return Cases().emplace_back(std::move(info));
}

void Case::OpenForData() {
  modem().Prepare();
  if (!modem().has(format_)) {
    throw NotApplicable(std::string("the modem has no ") + (wide() ? "NTB32" : "NTB16"));
  }
  modem().Open({.max_control_transfer = 0, .format = format_});
}

DataPath Case::Connected() {
  OpenForData();
  Connect(modem(), network());
  DataPath data(modem(), network());
  data.Use(0);
  return data;
}

/// The assertions of this test that the modem broke on the wire. Used for a failure without a
/// message from the modem.
std::string Case::Broken() {
  // Not modem(): this must not wait for a modem that has left.
  const Modem* modem = Target::Get().last_modem();
  std::string text;
  if (modem == nullptr) return text;
  for (const std::string& assertion : info_.assertions) {
    const bool broken = std::ranges::any_of(
        modem->irregularities(),
        [&](const Irregularity& irregularity) { return assertion == irregularity.assertion; });
    if (broken) text += '\n' + Asserts(assertion);
  }
  return text;
}

void Case::TestBody() {
  try {
    Body();
  } catch (const NotApplicable& reason) {
    GTEST_SKIP() << reason.what();
  } catch (const Missing& missing) {
    ADD_FAILURE_AT(info_.file, info_.line) << missing.what() << Broken();
  }
}

}  // namespace mbnrig::device
