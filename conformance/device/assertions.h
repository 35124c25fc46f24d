#pragma once

/// The assertions of the USB-IF's "MBIM Compliance Testing" (Rev 1.0, February 7, 2013), by number:
/// "mbim1.0:9.4.1#1" is the first one that the plan takes from section 9.4.1 of MBIM 1.0,
/// "ncm1.0:..." is from NCM 1.0. The texts are ours. They say what a modem must do.

#include <span>
#include <string>
#include <string_view>

namespace mbnrig::device {

struct Assertion {
  std::string_view number;
  std::string_view text;
};

/// Every assertion that a suite may name, by section. Numbers that begin with "rig:" are not in the
/// plan: suites beyond the plan check them. They name the section that they come from.
std::span<const Assertion> AllAssertions();

/// Null if there is none with this number.
const Assertion* FindAssertion(std::string_view number);

/// The text to stream into a check, so that its failure says which assertion failed:
///
///     EXPECT_EQ(done.status, Status::kSuccess) << Asserts("mbim1.0:9.4.1#2");
///
/// Throws std::logic_error for a number that is not in the table.
std::string Asserts(std::string_view number);

/// Whether the text of a failure names the assertion.
bool Names(std::string_view failure, std::string_view number);

}  // namespace mbnrig::device
