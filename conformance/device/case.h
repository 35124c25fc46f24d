#pragma once

/// How a test of the plan is written: its number, its title, the assertions that it checks, and a
/// body that uses modem.h, session.h and data.h.
///
///     DEVICE_CASE(Control, CM_06, "a command that succeeds says so", "mbim1.0:9.4.5#1") {
///       modem().Open();
///       ...
///       EXPECT_EQ(done.status, mbim::Status::kSuccess) << Asserts("mbim1.0:9.4.5#1");
///     }
///
/// Google Test knows it as Control.CM_06. A body that throws NotApplicable has shown nothing. A
/// body that throws Missing has failed.

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "device/assertions.h"
#include "device/data.h"
#include "device/target.h"

namespace mbnrig::device {

/// What is known about a test before it runs.
struct CaseInfo {
  std::string suite;
  std::string number;  ///< the plan's ("CM_06") or one of ours ("EXT_01")
  std::string title;
  std::vector<std::string> assertions;
  const char* file = "";
  int line = 0;
};

/// All tests, in the order of the program's files. References to them stay valid.
const std::deque<CaseInfo>& AllCases();
/// The test with these Google Test names. Null if it is not one of ours.
const CaseInfo* FindCase(const std::string& suite, const std::string& name);

class Case : public ::testing::Test {
 public:
  /// A test with a form of NTBs, if it exists in both.
  explicit Case(const CaseInfo& info, mbim::NtbFormat format = mbim::NtbFormat::kNtb16)
      : info_(info), format_(format) {}

 protected:
  Modem& modem() { return Target::Get().modem(); }
  const Network& network() const { return Target::Get().options().network; }
  mbim::NtbFormat format() const { return format_; }
  bool wide() const { return format_ == mbim::NtbFormat::kNtb32; }
  /// The text for a failed check, for a test with one assertion.
  std::string Asserted() const { return Asserts(info_.assertions.front()); }

  /// Opens in this test's form of NTBs. Throws NotApplicable if the modem does not have this form.
  void OpenForData();
  /// Like OpenForData, and connects a session that echoes.
  DataPath Connected();

 private:
  virtual void Body() = 0;
  void TestBody() final;
  std::string Broken();

  const CaseInfo& info_;
  const mbim::NtbFormat format_;
};

/// Used by the macros below.
const CaseInfo& Remember(CaseInfo info);
template <class T>
bool Register(CaseInfo info, mbim::NtbFormat format = mbim::NtbFormat::kNtb16) {
  const CaseInfo& kept = Remember(std::move(info));
  ::testing::RegisterTest(kept.suite.c_str(), kept.number.c_str(), nullptr, nullptr, kept.file,
                          kept.line, [&kept, format]() -> Case* { return new T(kept, format); });
  return true;
}

}  // namespace mbnrig::device

#define DEVICE_CASE_CLASS(name)                      \
  class name final : public ::mbnrig::device::Case { \
   public:                                           \
    using Case::Case;                                \
                                                     \
   private:                                          \
    void Body() override;                            \
    static const bool registered;                    \
  }

/// Defines a test: suite, number, title, and the assertions that it checks.
#define DEVICE_CASE(suite, number, title, ...)                        \
  DEVICE_CASE_CLASS(number);                                          \
  const bool number::registered = ::mbnrig::device::Register<number>( \
      {#suite, #number, title, {__VA_ARGS__}, __FILE__, __LINE__});   \
  void number::Body()

/// Defines a test for both forms of NTBs. Each form has a number and one assertion.
#define NTB_CASE(suite, number16, number32, title, assertion16, assertion32)       \
  DEVICE_CASE_CLASS(number16##_##number32);                                        \
  const bool number16##_##number32::registered =                                   \
      ::mbnrig::device::Register<number16##_##number32>(                           \
          {#suite, #number16, title ", NTB16", {assertion16}, __FILE__, __LINE__}, \
          ::mbnrig::mbim::NtbFormat::kNtb16) &&                                    \
      ::mbnrig::device::Register<number16##_##number32>(                           \
          {#suite, #number32, title ", NTB32", {assertion32}, __FILE__, __LINE__}, \
          ::mbnrig::mbim::NtbFormat::kNtb32);                                      \
  void number16##_##number32::Body()
