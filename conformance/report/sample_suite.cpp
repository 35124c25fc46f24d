// A suite that goes wrong in every possible way, with its own bench. program_test.cpp runs it as a
// program and checks the reports. Nothing here calls the APIs.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>

#include "bench/bench.h"
#include "bench/rows.h"

namespace mbnrig::report {
namespace {

using bench::ExpectCode;
using bench::ExpectCompletion;
using bench::ExpectRaised;
using bench::ExpectStatus;
using bench::Proves;
using bench::Row;

constexpr std::uint32_t kOk = 0;
constexpr std::uint32_t kHandle = 0x80070006;
constexpr std::uint32_t kNotFound = 0x80070490;
constexpr std::uint32_t kInvalidArg = 0x80070057;
constexpr std::uint32_t kAccessDenied = 5;
constexpr const char* kOnConnect = "IMbnConnectionEvents::OnConnectComplete";
constexpr const char* kOnStateChange = "IMbnConnectionEvents::OnConnectStateChange";

[[noreturn]] void Absent() {
  throw bench::RigFault("the sample bench has nothing behind it");
}

/// A bench with nothing behind it. It does not come up if the environment asks for that.
class SampleBench : public bench::Bench {
 public:
  explicit SampleBench(const bench::Options& options) : Bench(options) {
    if (std::getenv("MBNRIG_SAMPLE_BROKEN") != nullptr) {
      throw bench::RigFault("the sample bench does not come up");
    }
  }

  std::chrono::milliseconds patience() const override { return {}; }
  void AddModem(std::string_view) override { Absent(); }
  void StartMbn() override { Absent(); }
  void StopMbn() override { Absent(); }
  void StartRras(bench::RouterType) override { Absent(); }
  void StopRras() override { Absent(); }
  void PauseRras() override { Absent(); }
  void WithoutRights(const std::function<void()>&) override { Absent(); }
  void AsStoreApp(std::string_view, const std::function<void()>&) override { Absent(); }
  void WithoutMemory(const std::function<void()>&) override { Absent(); }

 protected:
  std::string Control(std::string_view, const std::string&) override { Absent(); }
  void ForgetProfiles() override { Absent(); }
  void RemoveAddedModems() override { Absent(); }
};

const bench::TargetRegistration kEmbedded(bench::Target::kEmbedded,
                                          [](const bench::Options& options) {
                                            return std::unique_ptr<bench::Bench>(
                                                std::make_unique<SampleBench>(options));
                                          });

TEST(Good, SeesTheCodeAndItsCompletion) {
  const Row row = Proves(Row("IMbnConnection::Connect", "S_OK"));
  EXPECT_TRUE(ExpectCode(row, kOk));
  EXPECT_TRUE(ExpectCompletion(row, kOnConnect, kOk));
}

TEST(Good, ProvesSeveralRowsFromAnotherThread) {
  const auto rows = Proves(Row("MprAdminPortDisconnect", "ERROR_ACCESS_DENIED"),
                           Row("IMbnConnectionEvents::OnConnectComplete", "S_OK"));
  std::thread([&] {
    ExpectCode(rows[0], kAccessDenied);
    ExpectStatus(rows[1], {kOnConnect, 7, kOk}, 7);
  }).join();
}

TEST(Good, WaitsOnAnEventWithoutStatus) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "PENDING"));
  ExpectCode(row, 600);
  ExpectCompletion(row, "hEvent");
}

TEST(Good, ClaimsNoRow) {
  SUCCEED();
}

TEST(Bad, SeesAnotherCode) {
  const Row row = Proves(Row("IMbnConnection::Connect", "E_HANDLE"));
  EXPECT_FALSE(ExpectCode(row, kNotFound));
}

TEST(Bad, NamesAnUnknownRow) {
  Proves(Row("IMbnConnection::Conect", "E_HANDEL"));
  FAIL() << "the test went on";
}

TEST(Bad, NamesARowWithoutACode) {
  Proves(Row("IMbnConnection::get_ConnectionID", "-"));
}

TEST(Bad, NeverObservesItsClaim) {
  Proves(Row("IMbnConnection::Connect", "E_INVALIDARG"));
}

TEST(Bad, ObservesWhatItDidNotClaim) {
  ExpectCode(Row("IMbnConnection::Connect", "E_INVALIDARG"), kInvalidArg);
}

TEST(Bad, ClaimsTwice) {
  Proves(Row("IMbnConnection::Disconnect", "ERROR_NOT_FOUND"));
  Proves(Row("IMbnConnection::Disconnect", "ERROR_NOT_FOUND"));
}

TEST(Bad, MissesTheCompletion) {
  const Row row = Proves(Row("IMbnConnection::Disconnect", "S_OK"));
  ExpectCode(row, kOk);
}

TEST(Bad, SeesAnotherCompletion) {
  const Row row = Proves(Row("IMbnInterface::ScanNetwork", "S_OK"));
  ExpectCode(row, kOk);
  ExpectCompletion(row, kOnConnect, kOk);
}

TEST(Bad, CompletesWithAnotherStatus) {
  const Row row = Proves(Row("IMbnPin::Enter", "S_OK"));
  ExpectCode(row, kOk);
  ExpectCompletion(row, "IMbnPinEvents::OnEnterComplete", kHandle);
}

TEST(Bad, SeesTheCodeAndFailsElsewhere) {
  const Row row = Proves(Row("IMbnConnection::Connect", "ERROR_NOT_FOUND"));
  ExpectCode(row, kNotFound);
  EXPECT_EQ(1, 2) << "markup <b>&\"' and a control \x01 character";
}

TEST(Bad, TakesAReturnedCodeForAStatus) {
  ExpectCode(Proves(Row(kOnConnect, "S_OK")), kOk);
}

TEST(Bad, TakesTheStatusOfAnotherRequest) {
  ExpectStatus(Proves(Row(kOnConnect, "S_OK")), {kOnConnect, 8, kOk}, 7);
}

TEST(Bad, TakesTheStatusOfAnotherEvent) {
  ExpectStatus(Proves(Row(kOnConnect, "S_OK")),
               {"IMbnConnectionEvents::OnDisconnectComplete", 7, kOk}, 7);
}

TEST(Bad, SeesAnEventBeforeItsCause) {
  ExpectRaised(Proves(Row(kOnStateChange, "S_OK")), kOnStateChange,
               {.before_its_cause = true, .with_the_news = true});
}

TEST(Bad, SeesAnEventWithoutItsNews) {
  ExpectRaised(Proves(Row(kOnStateChange, "S_OK")), kOnStateChange,
               {.before_its_cause = false, .with_the_news = false});
}

TEST(Good, SeesAnEventAfterItsCause) {
  ExpectRaised(Proves(Row(kOnStateChange, "S_OK")), kOnStateChange,
               {.before_its_cause = false, .with_the_news = true});
}

/// What a test leaves behind, such as a thread that calls a handler late.
std::optional<Row> left_behind;

TEST(Leaking, ATestObservesARowAndEnds) {
  left_behind = Proves(Row("IMbnConnection::GetConnectionState", "S_OK"));
  ExpectCode(*left_behind, kOk);
}

TEST(Leaking, ItsEvidenceProvesNothingInTheNextTest) {
  Proves(Row("IMbnConnection::GetConnectionState", "S_OK"));
}

TEST(Leaking, ItsClaimIsRefusedInTheNextTest) {
  Proves(Row("IMbnConnection::GetConnectionState", "S_OK"));
  if (left_behind) ExpectCode(*left_behind, kOk);
}

TEST(Twice, Passes) {
  ExpectCode(Proves(Row("IMbnConnection::Connect", "E_MBN_MAX_ACTIVATED_CONTEXTS")), 0x80548205u);
}

TEST(Twice, Fails) {
  ExpectCode(Proves(Row("IMbnConnection::Connect", "E_MBN_MAX_ACTIVATED_CONTEXTS")), kOk);
}

TEST(Rig, FaultsBeforeTheObservation) {
  Proves(Row("MprAdminPortDisconnect", "NO_ERROR"));
  throw bench::RigFault("the control socket is gone");
}

TEST(Rig, FaultsAfterAWrongCode) {
  const auto rows = Proves(Row("MprAdminPortDisconnect", "ERROR_DDM_NOT_RUNNING"),
                           Row("MprAdminPortDisconnect", "ERROR_INVALID_PARAMETER"));
  ExpectCode(rows[0], kAccessDenied);
  throw bench::RigFault("the control socket is gone");
}

class RigSuite : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { throw bench::RigFault("the suite's modem does not answer"); }
};

TEST_F(RigSuite, NeverRuns) {
  Proves(Row("MprAdminServerConnect", "NO_ERROR"));
}

TEST(Skipping, GivesAReason) {
  Proves(Row("MprAdminServerConnect", "ERROR_ACCESS_DENIED"));
  GTEST_SKIP() << "no second user here";
}

TEST(Repeating, FailsTheSecondTime) {
  static int runs = 0;
  const Row row = Proves(Row("IMbnConnection::Connect", "E_HANDLE"));
  ExpectCode(row, ++runs == 2 ? kOk : kHandle);
}

TEST(Dying, Aborts) {
  Proves(Row("IMbnConnection::Connect", "E_HANDLE"));
  std::abort();
}

}  // namespace
}  // namespace mbnrig::report
