// Runs `mbnrig device` against correct modems of this rig and against broken ones: a suite that
// cannot fail proves nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace mbnrig::device {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Two(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

class Program : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "mbnrig device XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Returns the exit status (or 128 plus the signal that ended the program). The output is in
  /// output_.
  int Run(const std::string& arguments) {
    const std::string command = "'" MBNRIG_PROGRAM "' device " + arguments + " 2>&1";
    output_.clear();
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return -1;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
      output_.append(buffer.data(), size);
    }
    const int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  /// Runs tests against a modem with this scenario. Returns the report.
  json Try(const std::string& yaml, const std::string& filter, int exit_status) {
    const fs::path scenario = folder_ / "scenario.yaml", report = folder_ / "report.json";
    std::ofstream(scenario) << yaml;
    EXPECT_EQ(Run("--embedded '" + scenario.string() + "' --json '" + report.string() +
                  "' --filter " + filter),
              exit_status)
        << output_;
    return json::parse(std::ifstream(report));
  }

  /// A modem with this fault must break the assertion, and the report must say so.
  void ExpectFailed(const std::string& fault, const std::string& number,
                    const std::string& assertion) {
    const json report =
        Try("name: broken\nfaults:\n  - " + fault + "\n", number, /*exit_status=*/1);
    ASSERT_EQ(report.at("tests").size(), 1u) << report;
    for (const json& each : report.at("tests")[0].at("assertions")) {
      if (each.at("number") == assertion) {
        EXPECT_EQ(each.at("state"), "failed") << report;
        return;
      }
    }
    ADD_FAILURE() << assertion << " is not in " << report;
  }

  fs::path folder_;
  std::string output_;
};

TEST_F(Program, HasEveryTestOfThePlan) {
  ASSERT_EQ(Run("--list"), 0);
  const auto expect = [this](const std::string& prefix, int last) {
    for (int number = 1; number <= last; ++number) {
      EXPECT_THAT(output_, HasSubstr("\n" + prefix + Two(number) + " "));
    }
  };
  output_ = "\n" + output_;
  expect("DES_", 2);
  expect("CM_", 16);
  expect("CID_", 1);
  expect("ERR_", 5);
  expect("DTS_", 25);
}

TEST_F(Program, ListsTheTestsOfAFilter) {
  ASSERT_EQ(Run("--list --filter 'CM_0?:DTS_01-CM_02'"), 0);
  EXPECT_THAT(output_, AllOf(HasSubstr("CM_01 "), HasSubstr("CM_09 "), HasSubstr("DTS_01 ")));
  EXPECT_THAT(output_, Not(AnyOf(HasSubstr("CM_02 "), HasSubstr("CM_10 "), HasSubstr("DES_"))));
  ASSERT_EQ(Run("--list --filter 'mbim1.0:9.4.1#1'"), 0) << "an assertion";
  EXPECT_THAT(output_, AllOf(HasSubstr("CM_01 "), Not(HasSubstr("DES_"))));
  EXPECT_EQ(Run("--list --filter nothing"), 2);
}

TEST_F(Program, ReportsAtOnceThatAReportCannotBeWritten) {
  EXPECT_EQ(Run("--embedded none.yaml --json '" + (folder_ / "none" / "report").string() + "'"), 2);
  EXPECT_THAT(output_, HasSubstr(": No such file or directory"));
}

TEST_F(Program, IsDescribedInTheDocumentation) {
  std::ifstream in(MBNRIG_SOURCE_DIR "/docs/compliance.md");
  std::ostringstream page;
  page << in.rdbuf();
  ASSERT_EQ(Run("--list"), 0);
  std::istringstream lines(output_);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    EXPECT_THAT(page.str(), HasSubstr(name));
  }
}

TEST_F(Program, DetectsAnOpenDoneOfAnotherTransaction) {
  ExpectFailed("{on: open, do: corrupt, bytes: 8}", "CM_01", "mbim1.0:9.4.1#1");
}

TEST_F(Program, DetectsAnOpenDoneWithoutSuccess) {
  ExpectFailed("{on: open, do: status, status: FAILURE}", "CM_01", "mbim1.0:9.4.1#2");
}

TEST_F(Program, DetectsAnAnswerOfAnotherTransaction) {
  ExpectFailed("{on: answer, cid: DEVICE_CAPS, do: corrupt, bytes: 8}", "CM_04", "mbim1.0:9.4.3");
}

TEST_F(Program, DetectsFragmentsThatWereNotAnnounced) {
  ExpectFailed("{on: notification, after: 1, do: drop}", "CM_05", "mbim1.0:8.1.2#3");
}

TEST_F(Program, DetectsASuccessThatReportsFailure) {
  ExpectFailed("{on: answer, cid: DEVICE_CAPS, do: status, status: BUSY}", "CM_06",
               "mbim1.0:9.4.5#1");
}

TEST_F(Program, DetectsAFailureThatReportsSuccess) {
  ExpectFailed("{on: command, cid: RADIO_STATE, do: status, status: SUCCESS}", "CM_08",
               "mbim1.0:9.4.5#3");
}

TEST_F(Program, DetectsNotificationsWithATransaction) {
  ExpectFailed("{on: indication, do: corrupt, bytes: 8}", "CM_09", "mbim1.0:9.1#1");
}

TEST_F(Program, DetectsACloseThatFails) {
  ExpectFailed("{on: close, do: status, status: FAILURE}", "CM_10", "mbim1.0:9.4.2#2");
}

TEST_F(Program, DetectsMixedFragments) {
  // Offset 80 is in the number of the answer's second fragment, with fragments of 64 bytes.
  ExpectFailed("{on: answer, cid: DEVICE_CAPS, do: corrupt, bytes: 80}", "CM_16", "mbim1.0:9.5#1");
}

TEST_F(Program, DetectsThatWrongEncodingIsAccepted) {
  ExpectFailed("{on: answer, cid: CONNECT, do: status, status: SUCCESS}", "ERR_01",
               "mbim1.0:10.3#2");
}

TEST_F(Program, DetectsACdmaModemThatDoesNotReportItsTypeOfIp) {
  const json report =
      Try("name: cdma\ndevice: {cellular_class: cdma}\n", "CID_01", /*exit_status=*/1);
  EXPECT_EQ(report.at("tests")[0].at("assertions")[0].at("state"), "failed") << report;
}

TEST_F(Program, SaysWhyATestIsNotApplicable) {
  const json report = Try("name: empty\nsim: {state: absent}\n", "DTS_", /*exit_status=*/0);
  ASSERT_EQ(report.at("tests").size(), 25u);
  for (const json& test : report.at("tests")) {
    EXPECT_EQ(test.at("outcome"), "not applicable") << test;
    EXPECT_THAT(test.at("messages")[0].get<std::string>(), HasSubstr("the SIM is not ready"));
  }
}

TEST_F(Program, ShowsNothingMoreOfAModemThatDoesNotAnswer) {
  const json report =
      Try("name: mute\nfaults:\n  - {on: command, do: drop}\n", "CM_06", /*exit_status=*/1);
  EXPECT_EQ(report.at("tests")[0].at("assertions")[0].at("state"), "not shown") << report;
}

TEST_F(Program, DoesNotCountAKnownFailure) {
  const std::string cdma = "name: cdma\ndevice: {cellular_class: cdma}\n";
  const json report = Try(cdma, "CID_01 --known-failure CID_01", /*exit_status=*/0);
  EXPECT_EQ(report.at("tests")[0].at("outcome"), "failed");
  EXPECT_EQ(report.at("tests")[0].at("known_failure"), true);
  EXPECT_EQ(report.at("exit_status"), 0);
  EXPECT_THAT(output_, HasSubstr("CID_01  known failure"));
}

TEST_F(Program, FailsIfAKnownFailureDoesNotFail) {
  const json passed = Try("name: good\n", "CM_01 --known-failure CM_01", /*exit_status=*/1);
  EXPECT_EQ(passed.at("surprises")[0], "CM_01 is known to fail, but passed");
  EXPECT_THAT(output_, HasSubstr("CM_01 is known to fail, but passed"));
  const json not_applicable =
      Try("name: good\n", "CID_01 --known-failure CID_01", /*exit_status=*/1);
  EXPECT_EQ(not_applicable.at("surprises")[0], "CID_01 is known to fail, but is not applicable");
  const json left_out = Try("name: good\n", "CM_01 --known-failure CM_02", /*exit_status=*/1);
  EXPECT_EQ(left_out.at("surprises")[0], "CM_02 is known to fail, but was not run");
}

TEST_F(Program, CountsFailuresThatAreNotKnown) {
  const json report =
      Try("name: broken\ndevice: {cellular_class: cdma}\n"
          "faults:\n  - {on: command, cid: RADIO_STATE, do: status, status: SUCCESS}\n",
          "'*.CM_08:*.CID_01' --known-failure CID_01", /*exit_status=*/1);
  ASSERT_EQ(report.at("tests").size(), 2u) << report;
  for (const json& test : report.at("tests")) {
    EXPECT_EQ(test.at("outcome"), "failed") << test;
    EXPECT_EQ(test.at("known_failure"), test.at("number") == "CID_01") << test;
  }
}

TEST_F(Program, WritesJunit) {
  const fs::path junit = folder_ / "junit.xml";
  EXPECT_EQ(Run("--embedded '" MBNRIG_SOURCE_DIR "/fixtures/scenarios/default.yaml' --junit '" +
                junit.string() + "' --filter CM_01"),
            0)
      << output_;
  std::ostringstream text;
  text << std::ifstream(junit).rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("name=\"CM_01\""));
}

TEST_F(Program, SaysWhatItCannotDo) {
  EXPECT_EQ(Run("--embedded nowhere.yaml"), 2);
  EXPECT_THAT(output_, HasSubstr("nowhere.yaml"));
  EXPECT_EQ(Run("--embedded nowhere.yaml --filter NOTHING"), 2);
  EXPECT_THAT(output_, HasSubstr("--list"));
  EXPECT_EQ(Run("--embedded nowhere.yaml --known-failure DES_99"), 2);
  EXPECT_THAT(output_, HasSubstr("--known-failure DES_99"));
  EXPECT_EQ(Run("--id ffff:ffff --wait 0"), 2);
  EXPECT_THAT(output_, HasSubstr("no MBIM modem with this --id arrived within 0 s (--wait)"));
  EXPECT_EQ(Run("--id 12"), 2);
  EXPECT_THAT(output_, HasSubstr("1199:9071"));
}

}  // namespace
}  // namespace mbnrig::device
