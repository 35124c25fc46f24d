// Runs the program with the sample suite and checks its reports and exit status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace mbnrig::report {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The number of nodes of an XML document that an XPath expression finds. -1 if the document is not
/// well-formed.
int CountNodes(const std::string& xml, const char* path) {
  const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr, XML_PARSE_NONET),
      &xmlFreeDoc);
  if (!document) return -1;
  const std::unique_ptr<xmlXPathContext, decltype(&xmlXPathFreeContext)> context(
      xmlXPathNewContext(document.get()), &xmlXPathFreeContext);
  const std::unique_ptr<xmlXPathObject, decltype(&xmlXPathFreeObject)> found(
      xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(path), context.get()),
      &xmlXPathFreeObject);
  if (!found || found->nodesetval == nullptr) return 0;
  return found->nodesetval->nodeNr;
}

class Program : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "mbnrig report XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Runs the program. Returns its exit status, or 128 plus the signal that ended it. The output of
  /// both streams is in output_.
  int Run(const std::string& arguments, const std::string& environment = "") {
    const std::string command = environment + " '" REPORT_SAMPLE "' --report '" + folder_.string() +
                                "' " + arguments + " 2>&1";
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

  json Report() const { return json::parse(ReadFile(folder_ / "report.json")); }

  /// The report's row with this id.
  json Row(const std::string& id) const {
    const json report = Report();
    for (const json& row : report["rows"]) {
      if (row["id"] == id) return row;
    }
    ADD_FAILURE() << "no row " << id << " in the report";
    return json::object({{"state", ""}, {"why", ""}, {"test", ""}});
  }

  fs::path folder_;
  std::string output_;
};

TEST_F(Program, ProvesRows) {
  EXPECT_EQ(Run("--filter Good"), 0) << output_;
  const json report = Report();
  EXPECT_EQ(report["target"], "embedded");
  EXPECT_EQ(report["exit_status"], 0);
  EXPECT_EQ(report["summary"], json({{"countable", 922},
                                     {"proven", 5},
                                     {"failed", 0},
                                     {"unproven", 917},
                                     {"not_applicable", 0}}));
  EXPECT_EQ(report["rows"].size(), 922u);
  EXPECT_EQ(report["other_tests"].size(), 1u);
  const json row = Row("IMbnConnection::Connect/S_OK");
  EXPECT_EQ(row["api"], "IMbnConnection::Connect");
  EXPECT_EQ(row["code"], "S_OK");
  EXPECT_EQ(row["condition"], "Success; request accepted.");
  EXPECT_EQ(row["state"], "proven");
  EXPECT_EQ(row["why"], "");
  EXPECT_EQ(row["test"], "Good.SeesTheCodeAndItsCompletion");
  EXPECT_EQ(row["tests"][0]["seen"][0]["actual"], "S_OK (0x00000000)");
  EXPECT_EQ(row["tests"][0]["completions"][0]["event"], "IMbnConnectionEvents::OnConnectComplete");
  EXPECT_EQ(Row("MprAdminPortDisconnect/ERROR_ACCESS_DENIED")["state"], "proven");
  EXPECT_EQ(Row("IMbnConnectionEvents::OnConnectComplete/S_OK/status")["state"], "proven");
  EXPECT_EQ(Row("MprAdminInterfaceConnect/PENDING")["state"], "proven");
  EXPECT_THAT(output_,
              HasSubstr("922 rows: 5 proven · 0 failed · 917 unproven · 0 not applicable"));
}

TEST_F(Program, SummaryAddsUpWhateverHappens) {
  EXPECT_EQ(Run("--filter '-Dying*'"), 1);
  const json report = Report();
  json counted{
      {"countable", 0}, {"proven", 0}, {"failed", 0}, {"unproven", 0}, {"not_applicable", 0}};
  for (const json& row : report["rows"]) {
    std::string state = row["state"];
    if (state == "not applicable") state = "not_applicable";
    counted["countable"] = counted["countable"].get<int>() + 1;
    counted[state] = counted[state].get<int>() + 1;
    EXPECT_EQ(row["why"].get<std::string>().empty(), state == "proven") << row["id"];
  }
  EXPECT_EQ(report["summary"], counted);
}

TEST_F(Program, FailsARowThatAnsweredAnotherCode) {
  EXPECT_EQ(Run("--filter Bad.SeesAnotherCode"), 1);
  const json row = Row("IMbnConnection::Connect/E_HANDLE");
  EXPECT_EQ(row["state"], "failed");
  EXPECT_EQ(row["why"],
            "expected E_HANDLE (0x80070006), saw HRESULT_FROM_WIN32(ERROR_NOT_FOUND) (0x80070490)");
  EXPECT_THAT(row["tests"][0]["messages"][0]["file"].get<std::string>(),
              HasSubstr("sample_suite.cpp"));
  EXPECT_THAT(output_, HasSubstr("Interface invalid, most likely because the device was removed."));
  EXPECT_THAT(output_, HasSubstr("sample_suite.cpp:"));
}

TEST_F(Program, EndsATestThatNamesAnUnknownRow) {
  EXPECT_EQ(Run("--filter Bad.NamesAnUnknownRow"), 1);
  EXPECT_THAT(output_, HasSubstr("the catalogue has no row 'IMbnConnection::Conect/E_HANDEL'"));
  EXPECT_THAT(output_, HasSubstr("  IMbnConnection::Connect/E_HANDLE\n"));
  EXPECT_THAT(output_, Not(HasSubstr("the test went on")));
  EXPECT_EQ(Report()["summary"]["failed"], 0);
}

TEST_F(Program, RefusesClaimsThatCannotBeProven) {
  EXPECT_EQ(Run("--filter Bad.NamesARowWithoutACode"), 1);
  EXPECT_THAT(output_, HasSubstr("has no code that a call could return"));
  EXPECT_EQ(Run("--filter Bad.ObservesWhatItDidNotClaim"), 1);
  EXPECT_THAT(output_, HasSubstr("was observed but not claimed"));
  EXPECT_EQ(Row("IMbnConnection::Connect/E_INVALIDARG")["state"], "unproven");
  EXPECT_EQ(Run("--filter Bad.ClaimsTwice"), 1);
  EXPECT_THAT(output_, HasSubstr("is claimed twice"));
}

TEST_F(Program, FailsAClaimWithoutItsObservation) {
  EXPECT_EQ(Run("--filter Bad.NeverObservesItsClaim"), 1);
  const json row = Row("IMbnConnection::Connect/E_INVALIDARG");
  EXPECT_EQ(row["state"], "failed");
  EXPECT_THAT(row["why"].get<std::string>(), StartsWith("claimed, but never observed"));
}

TEST_F(Program, ProvesAStatusByTheEventOfItsRequestOnly) {
  EXPECT_EQ(Run("--filter Bad.TakesAReturnedCodeForAStatus"), 1);
  EXPECT_THAT(output_, HasSubstr("is the status of an event: use ExpectStatus()"));
  for (const char* test : {"TakesTheStatusOfAnotherRequest", "TakesTheStatusOfAnotherEvent"}) {
    EXPECT_EQ(Run(std::string("--filter Bad.") + test), 1);
    const json row = Row("IMbnConnectionEvents::OnConnectComplete/S_OK/status");
    EXPECT_EQ(row["state"], "failed");
    EXPECT_EQ(row["why"], "saw the code, but not in the event that the row is about");
  }
  EXPECT_THAT(output_, HasSubstr("S_OK (0x00000000) of request 7"));
}

TEST_F(Program, ProvesAnEventByItsCauseAndItsNews) {
  EXPECT_EQ(Run("--filter Good.SeesAnEventAfterItsCause"), 0);
  EXPECT_EQ(Row("IMbnConnectionEvents::OnConnectStateChange/S_OK")["kind"], "event");
  EXPECT_EQ(Run("--filter Bad.SeesAnEventBeforeItsCause"), 1);
  EXPECT_THAT(output_, HasSubstr("OnConnectStateChange, before its cause"));
  EXPECT_EQ(Run("--filter Bad.SeesAnEventWithoutItsNews"), 1);
  EXPECT_THAT(output_, HasSubstr("OnConnectStateChange, without the new state"));
}

TEST_F(Program, ForgetsTheEvidenceOfATestThatHasEnded) {
  EXPECT_EQ(Run("--filter 'Leaking.*'"), 1);
  EXPECT_EQ(Report()["tests"]["failed"], 2);
  EXPECT_EQ(Row("IMbnConnection::GetConnectionState/S_OK")["state"], "failed");
  EXPECT_THAT(output_, HasSubstr("observed after the end of the test that claimed it"));
}

TEST_F(Program, WantsTheCompletionOfAnAcceptedRequest) {
  EXPECT_EQ(Run("--filter 'Bad.MissesTheCompletion:Bad.SeesAnotherCompletion:"
                "Bad.CompletesWithAnotherStatus'"),
            1);
  EXPECT_THAT(
      Row("IMbnConnection::Disconnect/S_OK")["why"].get<std::string>(),
      HasSubstr("completion IMbnConnectionEvents::OnDisconnectComplete was never observed"));
  EXPECT_EQ(Row("IMbnInterface::ScanNetwork/S_OK")["state"], "failed");
  EXPECT_EQ(Row("IMbnPin::Enter/S_OK")["state"], "failed");
  EXPECT_EQ(Row("IMbnPin::Enter/S_OK")["tests"][0]["completions"][0]["status"],
            "E_HANDLE (0x80070006)");
}

TEST_F(Program, FailsARowWhoseTestFailedElsewhere) {
  EXPECT_EQ(Run("--filter Bad.SeesTheCodeAndFailsElsewhere"), 1);
  const json row = Row("IMbnConnection::Connect/HRESULT_FROM_WIN32(ERROR_NOT_FOUND)");
  EXPECT_EQ(row["state"], "failed");
  EXPECT_THAT(row["why"].get<std::string>(), StartsWith("seen as documented, but its test failed"));
}

TEST_F(Program, ProvesARowOnlyWhenEveryClaimPasses) {
  EXPECT_EQ(Run("--filter 'Twice.*'"), 1);
  const json row = Row("IMbnConnection::Connect/E_MBN_MAX_ACTIVATED_CONTEXTS");
  EXPECT_EQ(row["state"], "failed");
  EXPECT_EQ(row["test"], "Twice.Fails");
  EXPECT_EQ(row["tests"].size(), 2u);
}

TEST_F(Program, TellsARigFaultFromAFailedRow) {
  EXPECT_EQ(Run("--filter Rig.FaultsBeforeTheObservation"), 2);
  const json report = Report();
  EXPECT_EQ(report["summary"]["failed"], 0);
  EXPECT_EQ(report["tests"]["rig_faults"], 1);
  EXPECT_EQ(report["tests"]["failed"], 0);
  const json row = Row("MprAdminPortDisconnect/NO_ERROR");
  EXPECT_EQ(row["state"], "unproven");
  EXPECT_EQ(row["why"], "rig fault: the control socket is gone");
  const std::string junit = ReadFile(folder_ / "junit.xml");
  EXPECT_EQ(CountNodes(junit, "//testcase/error"), 1);
  EXPECT_EQ(CountNodes(junit, "//testcase/failure"), 0);
}

TEST_F(Program, KeepsAWrongCodeFailedWhenTheRigFaultsLater) {
  EXPECT_EQ(Run("--filter Rig.FaultsAfterAWrongCode"), 1);
  EXPECT_EQ(Row("MprAdminPortDisconnect/ERROR_DDM_NOT_RUNNING")["state"], "failed");
  EXPECT_EQ(Row("MprAdminPortDisconnect/ERROR_INVALID_PARAMETER")["state"], "unproven");
}

TEST_F(Program, CountsASuiteThatDoesNotComeUpAsARigFault) {
  EXPECT_EQ(Run("--filter 'RigSuite.*'"), 2);
  const json report = Report();
  EXPECT_EQ(report["tests"]["rig_faults"], 1);
  EXPECT_EQ(report["rig_faults"], json::array({"the suite's modem does not answer"}));
  EXPECT_EQ(report["summary"]["failed"], 0);
}

TEST_F(Program, ReportsEvenWhenTheBenchDoesNotComeUp) {
  EXPECT_EQ(Run("", "MBNRIG_SAMPLE_BROKEN=1"), 2);
  EXPECT_EQ(Report()["summary"]["unproven"], 922);
  EXPECT_EQ(Row("IMbnConnection::Connect/S_OK")["why"],
            "rig fault: the sample bench does not come up");
  EXPECT_EQ(CountNodes(ReadFile(folder_ / "junit.xml"), "//testcase/error"), 1);
}

TEST_F(Program, SaysWhichTargetsItHas) {
  EXPECT_EQ(Run("--target board"), 2);
  EXPECT_THAT(output_, HasSubstr("target board is not part of this program, which has embedded"));
}

TEST_F(Program, LeavesASkippedRowUnproven) {
  EXPECT_EQ(Run("--filter 'Skipping.*'"), 0);
  const json row = Row("MprAdminServerConnect/ERROR_ACCESS_DENIED");
  EXPECT_EQ(row["state"], "unproven");
  EXPECT_EQ(row["why"], "skipped: no second user here");
  EXPECT_EQ(CountNodes(ReadFile(folder_ / "junit.xml"), "//testcase/skipped"), 1);
}

TEST_F(Program, RemembersTheWorstOfSeveralRuns) {
  EXPECT_EQ(Run("--filter 'Repeating.*'"), 0);
  EXPECT_EQ(Run("--filter 'Repeating.*' --repeat 4"), 1);
  const json row = Row("IMbnConnection::Connect/E_HANDLE");
  EXPECT_EQ(row["state"], "failed");
  EXPECT_EQ(row["tests"][0]["runs"], 4);
  EXPECT_EQ(Report()["tests"]["total"], 1);
}

TEST_F(Program, LeavesTheNameOfTheTestItDiedInAndNoOldReport) {
  EXPECT_EQ(Run("--filter Good"), 0);
  EXPECT_FALSE(fs::exists(folder_ / "running.txt"));
  EXPECT_GE(Run("--filter 'Dying.*'"), 128);
  EXPECT_EQ(ReadFile(folder_ / "running.txt"), "Dying.Aborts\n");
  EXPECT_FALSE(fs::exists(folder_ / "report.json"));
}

TEST_F(Program, WritesJunitThatParses) {
  EXPECT_EQ(Run("--filter '-Dying*'"), 1);
  const json report = Report();
  const std::string junit = ReadFile(folder_ / "junit.xml");
  EXPECT_EQ(CountNodes(junit, "/testsuites/testsuite/testcase[failure]"),
            report["tests"]["failed"].get<int>());
  EXPECT_EQ(CountNodes(junit,
                       "//testcase[property or properties/property/@value="
                       "'IMbnConnection::Connect/S_OK']"),
            1);
}

TEST_F(Program, WritesOneSelfContainedPage) {
  EXPECT_EQ(Run("--filter Bad"), 1);
  const std::string page = ReadFile(folder_ / "index.html");
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = page.find(open) + open.size();
  const std::string data = page.substr(begin, page.find("</script>", begin) - begin);
  EXPECT_EQ(json::parse(data), Report());
  std::string rest = page;
  rest.erase(begin, data.size());
  for (const char* outside : {"http://", "https://", "stylesheet", "@import", "src=", "url("}) {
    EXPECT_THAT(rest, Not(HasSubstr(outside)));
  }
}

TEST_F(Program, PrintsOnlyJsonOnStdoutWhenAsked) {
  const std::string command = "'" REPORT_SAMPLE "' --json --filter Good 2>/dev/null >'" +
                              (folder_ / "out.json").string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(json::parse(ReadFile(folder_ / "out.json"))["summary"]["proven"], 5);
}

TEST_F(Program, ListsRowsByTheStateOfAnEarlierReport) {
  EXPECT_EQ(Run("--filter Good"), 0);
  EXPECT_EQ(Run("--list-rows --state proven"), 0);
  EXPECT_EQ(std::count(output_.begin(), output_.end(), '\n'), 5);
  EXPECT_THAT(output_, HasSubstr("IMbnConnection::Connect/S_OK\tSuccess; request accepted.\n"));
  EXPECT_EQ(Run("--list-rows"), 0);
  EXPECT_EQ(std::count(output_.begin(), output_.end(), '\n'), 922);
}

TEST_F(Program, SaysWhatIsWrongWithItsArguments) {
  EXPECT_EQ(Run("--filter NoSuchTest"), 2);
  EXPECT_THAT(output_, HasSubstr("no test matches --filter NoSuchTest; --list lists them"));
  EXPECT_EQ(Run("--fliter Good"), 2);
  EXPECT_THAT(output_, HasSubstr("unknown argument '--fliter'"));
  EXPECT_EQ(Run("--target moon"), 2);
  EXPECT_THAT(output_, AllOf(HasSubstr("moon"), HasSubstr("embedded")));
  EXPECT_EQ(Run("--list-rows --state proven --report /nowhere"), 2);
  EXPECT_THAT(output_, Not(IsEmpty()));
  EXPECT_EQ(Run("--help"), 0);
  EXPECT_THAT(output_, HasSubstr("exit status: 0 nothing failed"));
}

}  // namespace
}  // namespace mbnrig::report
