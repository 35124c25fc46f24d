// The conditions that calls of mbnapi.h share. Each condition is tested with every call whose page
// documents a code for it: the cases are the pairs of Calls() and Conditions() in the catalogue.

#include <algorithm>
#include <ostream>

#include "mbn/calls.h"
#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

/// The fixture. Each public method makes a call under one condition and returns its result.
class SharedCondition : public MbnTest {
 public:
  HRESULT WithNullForTheOutput(const Call& call);
  HRESULT WithoutMemory(const Call& call);
  HRESULT WithoutTheService(const Call& call);
  HRESULT WhileTheModemIsBeingRemoved(const Call& call);
  HRESULT AfterTheModemWasRemoved(const Call& call);
  HRESULT AfterTheModemCameBack(const Call& call);
  HRESULT BeforeTheModemHasAnswered(const Call& call);
  HRESULT WhileThePinIsMissing(const Call& call);
  HRESULT OnceTheSimWasPulled(const Call& call);
  HRESULT OnceTheSimWentBad(const Call& call);
  HRESULT OnceTheSubscriberIsGone(const Call& call);
  HRESULT WhileTheDeviceIsLocked(const Call& call);
  HRESULT BeforeTheServiceIsActivated(const Call& call);
  HRESULT WhenTheSimCannotBeRead(const Call& call);

 private:
  Objects Now() { return Objects::Of(client()); }
  Objects Latest();
  HRESULT OnceTheSimIs(const char* state, HRESULT expected, const Call& call);
  HRESULT InReadyState(const char* scenario, MBN_READY_STATE wanted, const Call& call);
  /// Boots the scenario and returns the call's result once it is not E_PENDING.
  HRESULT KnownIn(const char* scenario, const Call& call);
  HRESULT OnceKnown(const Call& call);
};

/// A condition and the code that the pages document for it.
struct Condition {
  const char* name;
  /// The code for a call whose page documents it.
  std::function<const char*(const Call&)> code;
  HRESULT (SharedCondition::*answer)(const Call&);
  /// Whether the condition can be created for the call.
  std::function<bool(const Call&)> applies = [](const Call&) { return true; };
};

auto Always(const char* code) {
  return [code](const Call&) { return code; };
}
const char* CodeWhenRemoved(const Call& call) {
  return call.code_when_removed;
}
bool HasOutput(const Call& call) {
  return call.make_with_null != nullptr;
}
bool NeedsTheModem(const Call& call) {
  return call.needs_modem;
}
bool NeedsTheSameArrival(const Call& call) {
  return call.needs_modem && call.needs_same_arrival;
}
bool NeedsTheConnection(const Call& call) {
  return std::string_view(call.api).starts_with("IMbnConnection::");
}
bool AsksTheModem(const Call& call) {
  return call.cid != nullptr;
}

const std::vector<Condition>& Conditions() {
  using S = SharedCondition;
  static const std::vector<Condition> conditions{
      {"WithNullForTheOutput", Always("E_POINTER"), &S::WithNullForTheOutput, HasOutput},
      {"WithoutMemory", Always("E_OUTOFMEMORY"), &S::WithoutMemory},
      {"WithoutTheService", Always("HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)"),
       &S::WithoutTheService},
      {"WhileTheModemIsBeingRemoved", Always("E_HANDLE"), &S::WhileTheModemIsBeingRemoved,
       NeedsTheModem},
      {"AfterTheModemWasRemoved", CodeWhenRemoved, &S::AfterTheModemWasRemoved, NeedsTheModem},
      {"AfterTheModemCameBack", CodeWhenRemoved, &S::AfterTheModemCameBack, NeedsTheSameArrival},
      {"BeforeTheModemHasAnswered", Always("E_PENDING"), &S::BeforeTheModemHasAnswered,
       AsksTheModem},
      {"WhileThePinIsMissing", Always("E_MBN_PIN_REQUIRED"), &S::WhileThePinIsMissing},
      {"OnceTheSimWasPulled", Always("E_MBN_SIM_NOT_INSERTED"), &S::OnceTheSimWasPulled},
      {"OnceTheSimWentBad", Always("E_MBN_BAD_SIM"), &S::OnceTheSimWentBad},
      {"OnceTheSubscriberIsGone", Always("HRESULT_FROM_WIN32(ERROR_NOT_READY)"),
       &S::OnceTheSubscriberIsGone},
      {"WhileTheDeviceIsLocked", Always("HRESULT_FROM_WIN32(ERROR_NOT_READY)"),
       &S::WhileTheDeviceIsLocked},
      {"BeforeTheServiceIsActivated", Always("HRESULT_FROM_WIN32(ERROR_NOT_READY)"),
       &S::BeforeTheServiceIsActivated},
      {"WhenTheSimCannotBeRead", Always("HRESULT_FROM_WIN32(ERROR_READ_FAULT)"),
       &S::WhenTheSimCannotBeRead, AsksTheModem},
  };
  return conditions;
}

/// A fault rule for the queries of the call's command.
std::string QueryRule(const Call& call, const std::string& action) {
  return R"({"on": "command", "type": "query", "cid": ")" + std::string(call.cid) + "\", " +
         action + "}";
}

HRESULT SharedCondition::WithNullForTheOutput(const Call& call) {
  BootRegistered();
  return call.make_with_null(Now());
}

HRESULT SharedCondition::WithoutMemory(const Call& call) {
  BootRegistered();
  const Objects objects = Now();
  HRESULT code = S_OK;
  bench().WithoutMemory([&] { code = call.make(objects); });
  return code;
}

HRESULT SharedCondition::WithoutTheService(const Call& call) {
  BootRegistered();
  const Objects objects = Now();
  bench().StopMbn();
  return call.make(objects);
}

HRESULT SharedCondition::WhileTheModemIsBeingRemoved(const Call& call) {
  BootRegistered();
  const Objects objects = Now();
  HRESULT code = S_OK;
  DuringRemoval([&] { code = call.make(objects); });
  return code;
}

HRESULT SharedCondition::AfterTheModemWasRemoved(const Call& call) {
  BootRegistered();
  const Objects objects = Now();
  PullOut();
  return call.make(objects);
}

HRESULT SharedCondition::AfterTheModemCameBack(const Call& call) {
  BootRegistered();
  const Objects objects = Now();
  PullOut();
  bench().Plug();
  EXPECT_TRUE(events().Eventually([&] { return connection() != nullptr; }));
  return call.make(objects);
}

// The object of the event that reports the answer knows the answer. The event may have come before,
// with another answer. A modem whose registration is not known has no connection.
HRESULT SharedCondition::BeforeTheModemHasAnswered(const Call& call) {
  bench::RuleId held = 0;
  Boot("default", [&] { held = bench().Inject(QueryRule(call, R"("do": "hold")")); });
  bench().WaitUntilHit(held);
  if (NeedsTheConnection(call)) {
    EXPECT_TRUE(events().Eventually([&] { return connection() != nullptr; }));
  }
  const HRESULT code = call.make(Now());
  bench().Release(held);
  const auto known = events().Wait([&](const Event& event) {
    return event.name == call.announced_by && call.make(Objects::Of(client(), event)) == S_OK;
  });
  EXPECT_TRUE(known.has_value()) << call.announced_by << " did not come with the answer";
  return code;
}

HRESULT SharedCondition::OnceKnown(const Call& call) {
  HRESULT code = E_PENDING;
  events().Eventually([&] {
    const Objects now = Now();
    if (now.connection) code = call.make(now);
    return code != E_PENDING;
  });
  return code;
}

HRESULT SharedCondition::KnownIn(const char* scenario, const Call& call) {
  Boot(scenario);
  EXPECT_TRUE(events().Wait(kReadyState)) << "the state of the SIM decides the code";
  return OnceKnown(call);
}

HRESULT SharedCondition::WhileThePinIsMissing(const Call& call) {
  return KnownIn("pin-locked", call);
}

// A modem without a usable SIM has no connection. The client then uses the connection object of the
// last event.
Objects SharedCondition::Latest() {
  Objects objects = Now();
  if (objects.connection) return objects;
  events().Count([&](const Event& event) {
    if (const auto connection = event.As<IMbnConnection>()) objects.connection = connection;
    return false;
  });
  return objects;
}

HRESULT SharedCondition::OnceTheSimIs(const char* state, HRESULT expected, const Call& call) {
  BootRegistered();
  EXPECT_EQ(OnceKnown(call), S_OK);
  bench().Set("sim.state", state);
  HRESULT code = S_OK;
  events().Eventually([&] {
    code = call.make(Latest());
    return code == expected;
  });
  return code;
}

HRESULT SharedCondition::OnceTheSimWasPulled(const Call& call) {
  return OnceTheSimIs("absent", E_MBN_SIM_NOT_INSERTED, call);
}

HRESULT SharedCondition::OnceTheSimWentBad(const Call& call) {
  return OnceTheSimIs("bad", E_MBN_BAD_SIM, call);
}

HRESULT SharedCondition::OnceTheSubscriberIsGone(const Call& call) {
  return OnceTheSimIs("absent", HRESULT_FROM_WIN32(ERROR_NOT_READY), call);
}

// The device is known, and is not MBN_READY_STATE_INITIALIZED.
HRESULT SharedCondition::InReadyState(const char* scenario, MBN_READY_STATE wanted,
                                      const Call& call) {
  Boot(scenario);
  MBN_READY_STATE state{};
  EXPECT_TRUE(events().Eventually(
      [&] { return modem()->GetReadyState(&state) == S_OK && state == wanted; }));
  return call.make(Now());
}

HRESULT SharedCondition::WhileTheDeviceIsLocked(const Call& call) {
  return InReadyState("pin-locked", MBN_READY_STATE_DEVICE_LOCKED, call);
}

HRESULT SharedCondition::BeforeTheServiceIsActivated(const Call& call) {
  return InReadyState("sim-not-activated", MBN_READY_STATE_NOT_ACTIVATED, call);
}

HRESULT SharedCondition::WhenTheSimCannotBeRead(const Call& call) {
  Boot("default",
       [&] { bench().Inject(QueryRule(call, R"("do": "status", "status": "READ_FAILURE")")); });
  return OnceKnown(call);
}

// --- the cases -----------------------------------------------------------------------------------

struct CallCase {
  Call call;
  Condition condition;
};

std::string NameOf(const CallCase& given) {
  std::string name = given.call.api;
  name.replace(name.find("::"), 2, "_");
  return name + "_" + given.condition.name;
}

void PrintTo(const CallCase& given, std::ostream* out) {
  *out << NameOf(given);
}

/// Every pair for which the catalogue has a countable row.
std::vector<CallCase> DocumentedCases() {
  std::vector<CallCase> cases;
  for (const Condition& condition : Conditions()) {
    for (const Call& call : Calls()) {
      const catalogue::Row* row = catalogue::FindRow(call.api, condition.code(call));
      if (row != nullptr && row->countable && condition.applies(call)) {
        cases.push_back({call, condition});
      }
    }
  }
  return cases;
}

class Calling : public SharedCondition, public ::testing::WithParamInterface<CallCase> {};

TEST_P(Calling, AnswersAsDocumented) {
  const auto& [call, condition] = GetParam();
  const Row row = Proves(Row(call.api, condition.code(call)));
  ExpectCode(row, (this->*condition.answer)(call));
}

INSTANTIATE_TEST_SUITE_P(Mbn, Calling, ::testing::ValuesIn(DocumentedCases()),
                         [](const auto& test) { return NameOf(test.param); });

}  // namespace
}  // namespace mbnrig::conformance
