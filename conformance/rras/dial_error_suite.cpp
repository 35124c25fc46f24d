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

/// A change that takes the connection from a registered modem.
struct Loss {
  const char* name;
  const char* key;
  const char* value;
};

void PrintTo(const Failure& failure, std::ostream* out) {
  *out << failure.scenario;
}

void PrintTo(const Loss& loss, std::ostream* out) {
  *out << loss.name;
}

class MprDialError : public RrasTest, public ::testing::WithParamInterface<Failure> {};
class MprDialLoss : public RrasTest, public ::testing::WithParamInterface<Loss> {};

// The modem was registered, so that only the loss can be why.
TEST_P(MprDialLoss, IsNoCarrier) {
  BootRegistered();
  const HANDLE handle = Interface();
  ASSERT_EQ(Port().dwPortCondition, DWORD{RAS_PORT_DISCONNECTED});
  bench().Set(GetParam().key, GetParam().value);
  ASSERT_TRUE(Eventually([&] { return Port().dwPortCondition == RAS_PORT_NON_OPERATIONAL; }));
  EXPECT_EQ(client().Connect(handle), DWORD{ERROR_NO_CARRIER});
}

INSTANTIATE_TEST_SUITE_P(Of, MprDialLoss,
                         ::testing::Values(Loss{"Registration", "network.registration", "denied"},
                                           Loss{"Radio", "radio.software", "off"}),
                         [](const ::testing::TestParamInfo<Loss>& test) {
                           return std::string(test.param.name);
                         });

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

INSTANTIATE_TEST_SUITE_P(Of, MprDialError,
                         ::testing::Values(Failure{"sim-absent", ERROR_HARDWARE_FAILURE},
                                           Failure{"bad-sim", ERROR_HARDWARE_FAILURE},
                                           Failure{"pin-locked", ERROR_AUTHENTICATION_FAILURE},
                                           Failure{"sim-not-activated", ERROR_ACCT_DISABLED},
                                           Failure{"attach-refused", ERROR_NO_CARRIER, true},
                                           Failure{"subscription-lapsed", ERROR_ACCT_DISABLED,
                                                   true},
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
