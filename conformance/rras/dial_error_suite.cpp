// Why a synchronous MprAdminInterfaceConnect failed, scenario by scenario (docs/semantics.md,
// "RRAS: connecting").

#include <ostream>
#include <string>

#include "rras/rras_suite.h"

namespace mbnrig::conformance {
namespace {

struct Failure {
  const char* scenario;
  DWORD code;
  bool registers = false;  ///< the modem has a connection, and the port can dial
};

void PrintTo(const Failure& failure, std::ostream* out) {
  *out << failure.scenario;
}

class MprDialError : public RrasTest, public ::testing::WithParamInterface<Failure> {};

TEST_P(MprDialError, SaysWhatTheModemLacks) {
  BootRegistered();
  const HANDLE handle = Interface();
  ReplaceModem(GetParam().scenario);
  if (GetParam().registers) {
    bench().WaitUntilRegistered();
  } else {
    // Until the modem has told its state, it is no device, or not ready.
    ASSERT_TRUE(Eventually([&] { return client().Connect(handle) == GetParam().code; }));
  }
  EXPECT_EQ(client().Connect(handle), GetParam().code);
  EXPECT_EQ(Port().dwPortCondition,
            GetParam().registers ? RAS_PORT_DISCONNECTED : RAS_PORT_NON_OPERATIONAL);
}

INSTANTIATE_TEST_SUITE_P(
    Of, MprDialError,
    ::testing::Values(Failure{"sim-absent", ERROR_HARDWARE_FAILURE},
                      Failure{"bad-sim", ERROR_HARDWARE_FAILURE},
                      Failure{"pin-locked", ERROR_AUTHENTICATION_FAILURE},
                      Failure{"sim-not-activated", ERROR_ACCT_DISABLED},
                      Failure{"denied", ERROR_NO_CARRIER}, Failure{"radio-off", ERROR_NO_CARRIER},
                      Failure{"attach-refused", ERROR_NO_CARRIER, true},
                      Failure{"subscription-lapsed", ERROR_ACCT_DISABLED, true},
                      Failure{"voice-call", ERROR_LINE_BUSY, true},
                      Failure{"max-contexts", ERROR_PORT_NOT_AVAILABLE, true}),
    [](const ::testing::TestParamInfo<Failure>& test) {
      std::string name = test.param.scenario;
      for (char& c : name)
        if (c == '-') c = '_';
      return name;
    });

}  // namespace
}  // namespace mbnrig::conformance
