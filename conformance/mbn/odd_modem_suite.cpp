// Modems that answer wrong or forget that they are open: the service asks again and opens again.

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

struct Oddity {
  const char* name;
  const char* what;  ///< The end of a rule for the first answer to each query.
};

class OddAnswer : public MbnTest, public ::testing::WithParamInterface<Oddity> {};

TEST_P(OddAnswer, IsAskedForAgain) {
  Boot("default", [&] {
    for (const char* cid : {"DEVICE_CAPS", "SUBSCRIBER_READY_STATUS", "REGISTER_STATE",
                            "PACKET_SERVICE", "EMERGENCY_MODE", "CONNECT"}) {
      bench().Inject(R"({"on": "answer", "type": "query", "times": 1, "cid": ")" +
                     std::string(cid) + "\", " + GetParam().what + "}");
    }
  });
  for (const char* known :
       {kCapability, kReadyState, kRegisterState, kPacketService, kEmergency, kConnectionArrival}) {
    EXPECT_TRUE(events().Wait(known)) << known;
  }
  ASSERT_TRUE(AwaitRegistered());
  ASSERT_EQ(Store({}), S_OK);
  EXPECT_EQ(ConnectAndWait(), S_OK);
}

INSTANTIATE_TEST_SUITE_P(
    Of, OddAnswer,
    ::testing::Values(Oddity{"CutOff", R"("do": "truncate", "bytes": 4)"},
                      Oddity{"FunctionError", R"("do": "error", "error": "UNKNOWN")"},
                      Oddity{"Refusal", R"("do": "status", "status": "BUSY")"}),
    [](const auto& test) { return std::string(test.param.name); });

class OddModem : public MbnTest {};

TEST_F(OddModem, IsOpenedAgainWhenItRefusesToOpen) {
  Boot("default", [&] {
    bench().Inject(R"({"on": "open", "do": "status", "status": "FAILURE", "times": 1})");
  });
  EXPECT_TRUE(AwaitRegistered());
}

TEST_F(OddModem, IsOpenedAgainWhenItHasForgottenThatItIsOpen) {
  BootRegistered();
  bench().Inject(R"({"on": "command", "cid": "PACKET_SERVICE", "type": "set", "do": "error",
                     "error": "NOT_OPENED", "times": 1})");
  EXPECT_TRUE(FAILED(ConnectAndWait()));
  EXPECT_TRUE(events().Eventually([&] { return ConnectAndWait() == S_OK; }));
}

// The answer says that the context is there, but it cannot be read.
TEST_F(OddModem, IsAskedForItsContextWhenTheAnswerOfConnectIsCutOff) {
  BootRegistered();
  bench().Inject(R"({"on": "indication", "cid": "CONNECT", "do": "drop"})");
  const auto cut = bench().Inject(R"({"on": "answer", "cid": "CONNECT", "type": "set",
                                      "do": "truncate", "bytes": 8, "times": 1})");
  const Completion completion = Completed(connection().Get(), L"internet");
  bench().WaitUntilHit(cut);
  ASSERT_TRUE(completion.event);
  EXPECT_TRUE(events().Eventually(
      [&] { return ActivationOf(connection().Get()) == MBN_ACTIVATION_STATE_ACTIVATED; }));
}

}  // namespace
}  // namespace mbnrig::conformance
