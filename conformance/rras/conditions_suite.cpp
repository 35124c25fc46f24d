// The conditions that functions share: a NULL pointer, a caller without rights, a closed server
// handle, a stopped service, a LAN-only router, an unknown level, a handle of something else or of
// something that is gone, an interface that is connecting, an event handler, no memory; and the
// order in which a function checks for them. Whatever the condition, a call that fails clears its
// outputs.
//
// One table says what each function answers. A new function adds its entry and a call.

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "rras/rras_suite.h"

namespace mbnrig::conformance {
namespace {

/// The code that a function answers under a condition.
struct Code {
  const char* documented = nullptr;  ///< the code's name in a row of the function's page
  DWORD ours = NO_ERROR;             ///< else: the code that we chose (docs/semantics.md)
};
Code Documented(const char* name) {
  return {name, NO_ERROR};
}
Code Ours(DWORD code) {
  return {nullptr, code};
}

/// The arguments of a call. They are right unless a test has changed a member.
struct Arguments {
  MPR_SERVER_HANDLE server = nullptr;
  HANDLE object = nullptr;  ///< handle of the thing that the function works on
  DWORD level = 0;
  const char* null = "";  ///< the parameter that is NULL

  template <class T>
  T* operator()(const char* parameter, T* value) const {
    return std::string(null) == parameter ? nullptr : value;
  }
};

/// A pointer to an output that holds garbage until the function writes it.
template <class T>
class Output {
 public:
  Output(const Arguments& with, const char* parameter) : pointer_(with(parameter, &value_)) {
    std::memset(&value_, 0xA5, sizeof value_);
  }
  operator T*() const { return pointer_; }
  T value() const { return value_; }
  /// A call that failed has cleared the output.
  void Check(DWORD code) const {
    const bool failed = code != NO_ERROR && code != ERROR_MORE_DATA;
    if (failed && pointer_ != nullptr && value_ != T{}) ADD_FAILURE() << "an output is not cleared";
  }

 private:
  T value_;
  T* pointer_;
};

/// The kind of thing that a function works on, besides its server.
enum class Object { kNone, kInterface, kPort, kConnection };

struct Null {
  const char* parameter;
  Code code;
};

struct Function {
  const char* api;
  DWORD (*call)(const Arguments& with);
  Object object = Object::kNone;
  std::vector<Null> nulls{};
  std::optional<Code> no_rights{};
  std::optional<Code> closed_server{};
  std::optional<Code> stopped{};
  std::optional<Code> lan_only{};
  /// The function checks for LAN-only after the level, because the level's structure says whether
  /// the function needs DDM.
  bool level_first = false;
  DWORD levels = 0;  ///< number of levels, which begin with 0; 0: the function has no levels
  std::optional<Code> unknown_level{};
  std::optional<Code> unknown_object{};
  std::optional<Code> connecting{};  ///< the object's interface is connecting
  /// In a handler of a Mobile Broadband event, where the function cannot wait.
  std::optional<Code> in_handler{};
  std::optional<Code> no_memory{};
  /// The answer of the same call with memory, unless the first call has left something behind.
  DWORD with_memory = NO_ERROR;
};

void PrintTo(const Function& function, std::ostream* out) {
  *out << function.api;
}

DWORD ServerConnect(const Arguments& with) {
  const Output<MPR_SERVER_HANDLE> server(with, "phMprServer");
  const DWORD code = MprAdminServerConnect(nullptr, server);
  server.Check(code);
  if (code == NO_ERROR) MprAdminServerDisconnect(server.value());
  return code;
}
DWORD MibServerConnect(const Arguments& with) {
  const Output<MIB_SERVER_HANDLE> server(with, "phMibServer");
  const DWORD code = MprAdminMIBServerConnect(nullptr, server);
  server.Check(code);
  if (code == NO_ERROR) MprAdminMIBServerDisconnect(server.value());
  return code;
}
DWORD IsServiceRunning(const Arguments&) {
  return static_cast<DWORD>(MprAdminIsServiceRunning(nullptr));
}
DWORD BufferFree(const Arguments& with) {
  BYTE not_a_buffer = 0;
  return MprAdminBufferFree(with("pBuffer", &not_a_buffer));
}
DWORD InterfaceCreate(const Arguments& with) {
  // All levels begin as level 0 does.
  union {
    MPR_INTERFACE_0 zero;
    MPR_INTERFACE_3 three;
  } description{.three = {}};
  description.zero = RrasClient::DemandDial(L"another");
  const Output<HANDLE> created(with, "phInterface");
  const DWORD code =
      MprAdminInterfaceCreate(with("hMprServer", with.server), with.level,
                              with("lpbBuffer", reinterpret_cast<BYTE*>(&description)), created);
  created.Check(code);
  return code;
}
DWORD InterfaceDelete(const Arguments& with) {
  return MprAdminInterfaceDelete(with("hMprServer", with.server), with("hInterface", with.object));
}
DWORD InterfaceGetHandle(const Arguments& with) {
  wchar_t name[] = L"internet";
  const Output<HANDLE> found(with, "phInterface");
  const DWORD code = MprAdminInterfaceGetHandle(with("hMprServer", with.server),
                                                with("lpwsInterfaceName", name), found, FALSE);
  found.Check(code);
  return code;
}
DWORD InterfaceConnect(const Arguments& with) {
  return MprAdminInterfaceConnect(with("hMprServer", with.server), with("hInterface", with.object),
                                  nullptr, TRUE);
}
DWORD InterfaceDisconnect(const Arguments& with) {
  return MprAdminInterfaceDisconnect(with("hMprServer", with.server),
                                     with("hInterface", with.object));
}
DWORD PortEnum(const Arguments& with) {
  const Output<LPBYTE> buffer(with, "lplpbBuffer");
  const Output<DWORD> read(with, "lpdwEntriesRead"), total(with, "lpdwTotalEntries");
  const DWORD code = MprAdminPortEnum(with("hRasServer", with.server), with.level,
                                      with("hRasConnection", with.object), buffer,
                                      static_cast<DWORD>(-1), read, total, nullptr);
  buffer.Check(code);
  read.Check(code);
  total.Check(code);
  if (code == NO_ERROR) MprAdminBufferFree(buffer.value());
  return code;
}
DWORD PortDisconnect(const Arguments& with) {
  return MprAdminPortDisconnect(with("hRasServer", with.server), with("hPort", with.object));
}

const std::vector<Function>& Functions() {
  static const std::vector<Function> functions{
      {.api = "MprAdminServerConnect",
       .call = ServerConnect,
       .nulls = {{"phMprServer", Documented("RPC_S_INVALID_BINDING")}},
       .no_rights = Documented("ERROR_ACCESS_DENIED"),
       .stopped = Documented("RPC_S_UNKNOWN_IF"),
       .no_memory = Ours(ERROR_NOT_ENOUGH_MEMORY)},
      {.api = "MprAdminMIBServerConnect",
       .call = MibServerConnect,
       .nulls = {{"phMibServer", Ours(ERROR_INVALID_PARAMETER)}},
       .no_rights = Ours(ERROR_ACCESS_DENIED),
       .stopped = Ours(RPC_S_UNKNOWN_IF),
       .no_memory = Ours(ERROR_NOT_ENOUGH_MEMORY)},
      {.api = "MprAdminIsServiceRunning",
       .call = IsServiceRunning,
       .no_rights = Documented("FALSE"),
       .stopped = Documented("FALSE")},
      {.api = "MprAdminBufferFree",
       .call = BufferFree,
       .nulls = {{"pBuffer", Documented("ERROR_INVALID_PARAMETER")}}},
      {.api = "MprAdminInterfaceCreate",
       .call = InterfaceCreate,
       .nulls = {{"hMprServer", Ours(ERROR_INVALID_HANDLE)},
                 {"lpbBuffer", Ours(ERROR_INVALID_PARAMETER)},
                 {"phInterface", Ours(ERROR_INVALID_PARAMETER)}},
       .no_rights = Documented("ERROR_ACCESS_DENIED"),
       .closed_server = Ours(ERROR_INVALID_HANDLE),
       .stopped = Ours(ERROR_DDM_NOT_RUNNING),
       .lan_only = Documented("ERROR_DDM_NOT_RUNNING"),
       .level_first = true,
       .levels = 4,
       .unknown_level = Documented("ERROR_NOT_SUPPORTED"),
       .no_memory = Documented("ERROR_NOT_ENOUGH_MEMORY")},
      {.api = "MprAdminInterfaceDelete",
       .call = InterfaceDelete,
       .object = Object::kInterface,
       .nulls = {{"hMprServer", Ours(ERROR_INVALID_HANDLE)},
                 {"hInterface", Documented("ERROR_INVALID_HANDLE")}},
       .no_rights = Documented("ERROR_ACCESS_DENIED"),
       .closed_server = Ours(ERROR_INVALID_HANDLE),
       .stopped = Ours(ERROR_INVALID_HANDLE),
       .unknown_object = Documented("ERROR_INVALID_HANDLE"),
       .connecting = Ours(ERROR_INTERFACE_CONNECTED)},
      {.api = "MprAdminInterfaceGetHandle",
       .call = InterfaceGetHandle,
       .nulls = {{"hMprServer", Documented("RPC_S_INVALID_BINDING")},
                 {"lpwsInterfaceName", Documented("RPC_X_NULL_REF_POINTER")},
                 {"phInterface", Ours(RPC_X_NULL_REF_POINTER)}},
       .no_rights = Documented("ERROR_ACCESS_DENIED"),
       .closed_server = Ours(RPC_S_INVALID_BINDING),
       .stopped = Ours(ERROR_NO_SUCH_INTERFACE)},
      {.api = "MprAdminInterfaceConnect",
       .call = InterfaceConnect,
       .object = Object::kInterface,
       .nulls = {{"hMprServer", Ours(ERROR_INVALID_HANDLE)},
                 {"hInterface", Documented("ERROR_INVALID_HANDLE")}},
       .no_rights = Documented("ERROR_ACCESS_DENIED"),
       .closed_server = Ours(ERROR_INVALID_HANDLE),
       .stopped = Documented("ERROR_DDM_NOT_RUNNING"),
       .lan_only = Documented("ERROR_DDM_NOT_RUNNING"),
       .unknown_object = Documented("ERROR_INVALID_HANDLE"),
       .connecting = Documented("ERROR_ALREADY_CONNECTING"),
       .in_handler = Ours(ERROR_POSSIBLE_DEADLOCK),
       .no_memory = Ours(ERROR_NOT_ENOUGH_MEMORY)},
      {.api = "MprAdminInterfaceDisconnect",
       .call = InterfaceDisconnect,
       .object = Object::kInterface,
       .nulls = {{"hMprServer", Ours(ERROR_INVALID_HANDLE)},
                 {"hInterface", Documented("ERROR_INVALID_HANDLE")}},
       .no_rights = Documented("ERROR_ACCESS_DENIED"),
       .closed_server = Ours(ERROR_INVALID_HANDLE),
       .stopped = Documented("ERROR_DDM_NOT_RUNNING"),
       .lan_only = Documented("ERROR_DDM_NOT_RUNNING"),
       .unknown_object = Documented("ERROR_INVALID_HANDLE"),
       .connecting = Documented("ERROR_INTERFACE_NOT_CONNECTED"),
       .in_handler = Ours(ERROR_POSSIBLE_DEADLOCK)},
      {.api = "MprAdminPortEnum",
       .call = PortEnum,
       .object = Object::kConnection,
       .nulls = {{"hRasServer", Ours(ERROR_INVALID_HANDLE)},
                 {"hRasConnection", Documented("ERROR_INVALID_HANDLE")},
                 {"lplpbBuffer", Documented("ERROR_INVALID_PARAMETER")},
                 {"lpdwEntriesRead", Documented("ERROR_INVALID_PARAMETER")},
                 {"lpdwTotalEntries", Documented("ERROR_INVALID_PARAMETER")}},
       .no_rights = Documented("ERROR_ACCESS_DENIED"),
       .closed_server = Ours(ERROR_INVALID_HANDLE),
       .stopped = Documented("ERROR_DDM_NOT_RUNNING"),
       .lan_only = Documented("ERROR_DDM_NOT_RUNNING"),
       .levels = 1,
       .unknown_level = Documented("ERROR_NOT_SUPPORTED"),
       .unknown_object = Ours(ERROR_INVALID_HANDLE),
       .no_memory = Ours(ERROR_NOT_ENOUGH_MEMORY)},
      {.api = "MprAdminPortDisconnect",
       .call = PortDisconnect,
       .object = Object::kPort,
       .nulls = {{"hRasServer", Documented("ERROR_INVALID_PARAMETER")},
                 {"hPort", Documented("ERROR_INVALID_PARAMETER")}},
       .no_rights = Documented("ERROR_ACCESS_DENIED"),
       .closed_server = Documented("ERROR_INVALID_PARAMETER"),
       .stopped = Documented("ERROR_DDM_NOT_RUNNING"),
       .lan_only = Documented("ERROR_DDM_NOT_RUNNING"),
       .unknown_object = Documented("ERROR_INVALID_PARAMETER"),
       .connecting = Ours(ERROR_PORT_DISCONNECTED),
       .in_handler = Ours(ERROR_POSSIBLE_DEADLOCK),
       .no_memory = Ours(ERROR_NOT_ENOUGH_MEMORY),
       .with_memory = ERROR_PORT_DISCONNECTED},
  };
  return functions;
}

/// The functions for which `condition` is true.
template <class Condition>
std::vector<Function> Having(Condition&& condition) {
  std::vector<Function> having;
  std::copy_if(Functions().begin(), Functions().end(), std::back_inserter(having), condition);
  return having;
}
std::vector<Function> Having(std::optional<Code> Function::*code) {
  return Having([&](const Function& function) { return (function.*code).has_value(); });
}

std::string NameOf(const ::testing::TestParamInfo<Function>& test) {
  return test.param.api;
}

class Shared : public RrasTest, public ::testing::WithParamInterface<Function> {
 protected:
  static const Function& function() { return GetParam(); }

  /// Claims the row of a code that is documented, once.
  void Claim(const Code& code) {
    if (code.documented == nullptr || claimed_.contains(code.documented)) return;
    claimed_.emplace(code.documented, Proves(Row(function().api, code.documented)));
  }
  void Expect(const Code& code, DWORD actual) {
    if (code.documented != nullptr) {
      ExpectCode(claimed_.at(code.documented), actual);
    } else {
      EXPECT_EQ(actual, code.ours);
    }
  }
  static DWORD Call(const Arguments& with) { return function().call(with); }

  /// Boots, and creates the object that the function works on.
  Arguments BootAndPrepare() {
    Boot();
    Arguments with;
    with.server = client().server();
    switch (function().object) {
      case Object::kNone:
        break;
      case Object::kInterface:
        with.object = Interface();
        break;
      case Object::kPort:
        bench().WaitUntilRegistered();
        with.object = Port().hPort;
        break;
      case Object::kConnection:
        with.object = INVALID_HANDLE_VALUE;  // all ports
        break;
    }
    return with;
  }
  static MPR_SERVER_HANDLE ClosedServer() {
    MPR_SERVER_HANDLE server = nullptr;
    EXPECT_EQ(MprAdminServerConnect(nullptr, &server), DWORD{NO_ERROR});
    MprAdminServerDisconnect(server);
    return server;
  }

 private:
  std::map<std::string, Row> claimed_;
};

class NullParameter : public Shared {};
class CallerWithoutRights : public Shared {};
class ClosedServerHandle : public Shared {};
class StoppedService : public Shared {};
class LanOnlyRouter : public Shared {};
class UnknownLevel : public Shared {};
class UnknownObject : public Shared {};
class ConnectingInterface : public Shared {};
class EventHandler : public Shared {};
class NoMemory : public Shared {};
class OrderOfChecks : public Shared {};

TEST_P(NullParameter, IsRefused) {
  for (const Null& null : function().nulls)
    Claim(null.code);
  Arguments with = BootAndPrepare();
  for (const Null& null : function().nulls) {
    SCOPED_TRACE(null.parameter);
    with.null = null.parameter;
    Expect(null.code, Call(with));
  }
}

TEST_P(CallerWithoutRights, IsDeniedAccess) {
  Claim(*function().no_rights);
  const Arguments with = BootAndPrepare();
  DWORD code = NO_ERROR;
  bench().WithoutRights([&] { code = Call(with); });
  Expect(*function().no_rights, code);
}

TEST_P(ClosedServerHandle, IsRefused) {
  Claim(*function().closed_server);
  Arguments with = BootAndPrepare();
  with.server = ClosedServer();
  Expect(*function().closed_server, Call(with));
  MIB_SERVER_HANDLE mib = nullptr;
  ASSERT_EQ(MprAdminMIBServerConnect(nullptr, &mib), DWORD{NO_ERROR});
  with.server = mib;
  Expect(*function().closed_server, Call(with));
  MprAdminMIBServerDisconnect(mib);
}

TEST_P(StoppedService, IsReported) {
  Claim(*function().stopped);
  const Arguments with = BootAndPrepare();
  bench().StopRras();
  Expect(*function().stopped, Call(with));
}

TEST_P(LanOnlyRouter, IsReported) {
  Claim(*function().lan_only);
  const Arguments with = BootAndPrepare();
  RestartRras(RouterType::kLanOnly);
  Expect(*function().lan_only, Call(with));
}

TEST_P(UnknownLevel, IsRefused) {
  Claim(*function().unknown_level);
  Arguments with = BootAndPrepare();
  for (const DWORD level : {function().levels, function().levels + 1, DWORD{0xFFFFFFFF}}) {
    with.level = level;
    Expect(*function().unknown_level, Call(with));
  }
  with.level = function().levels - 1;
  EXPECT_EQ(Call(with), DWORD{NO_ERROR});
}

TEST_P(UnknownObject, OfAnotherKindIsRefused) {
  Claim(*function().unknown_object);
  Boot();
  bench().WaitUntilRegistered();
  MIB_SERVER_HANDLE mib = nullptr;
  ASSERT_EQ(MprAdminMIBServerConnect(nullptr, &mib), DWORD{NO_ERROR});
  std::vector<HANDLE> others{client().server(), mib};
  if (function().object != Object::kInterface) others.push_back(Interface());
  if (function().object != Object::kPort) others.push_back(Port().hPort);
  // To a function that lists connections, INVALID_HANDLE_VALUE means all of them.
  if (function().object != Object::kConnection) others.push_back(INVALID_HANDLE_VALUE);
  Arguments with;
  with.server = client().server();
  for (const HANDLE other : others) {
    with.object = other;
    Expect(*function().unknown_object, Call(with));
  }
  MprAdminMIBServerDisconnect(mib);
}

TEST_P(UnknownObject, ThatIsGoneIsRefused) {
  Claim(*function().unknown_object);
  BootRegistered();
  Arguments with;
  with.server = client().server();
  const HANDLE dialled = ConnectedInterface();
  const RAS_PORT_0 port = Port();
  ASSERT_EQ(client().Disconnect(dialled), DWORD{NO_ERROR});
  if (function().object == Object::kInterface) {
    ASSERT_EQ(client().Delete(dialled), DWORD{NO_ERROR});
    with.object = dialled;
  } else if (function().object == Object::kConnection) {
    with.object = port.hConnection;
  } else {
    PullOut();
    with.object = port.hPort;
  }
  Expect(*function().unknown_object, Call(with));
}

TEST_P(UnknownObject, FromBeforeARestartIsRefused) {
  Claim(*function().unknown_object);
  BootRegistered();
  Arguments with;
  with.server = client().server();
  const HANDLE dialled = ConnectedInterface();
  const RAS_PORT_0 port = Port();
  RestartRras();
  with.object = function().object == Object::kInterface ? dialled
                : function().object == Object::kPort    ? port.hPort
                                                        : port.hConnection;
  Expect(*function().unknown_object, Call(with));
}

TEST_P(ConnectingInterface, IsLeftAlone) {
  Claim(*function().connecting);
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const WaitableEvent done;
  const HANDLE handle = Interface();
  ASSERT_EQ(client().BeginConnect(handle, done.handle()), DWORD{PENDING});
  bench().WaitUntilHit(hold);
  Arguments with;
  with.server = client().server();
  with.object = function().object == Object::kPort ? Port().hPort : handle;
  Expect(*function().connecting, Call(with));
  bench().Release(hold);
  ASSERT_TRUE(done.Wait());
  EXPECT_TRUE(PortIsConnected());
}

TEST_P(EventHandler, IsNotHeldUp) {
  Claim(*function().in_handler);
  BootRegistered();
  const bool connects = function().call == InterfaceConnect;
  const HANDLE handle = connects ? Interface() : ConnectedInterface();
  Arguments with;
  with.server = client().server();
  with.object = function().object == Object::kPort ? Port().hPort : handle;
  DWORD code = NO_ERROR;
  bench().InHandler([&] { code = Call(with); });
  Expect(*function().in_handler, code);
  EXPECT_EQ(PortIsConnected(), !connects);
  EXPECT_EQ(Call(with), DWORD{NO_ERROR});
  EXPECT_EQ(PortIsConnected(), connects);
}

TEST_P(NoMemory, IsReportedAndLeavesNothingBehind) {
  Claim(*function().no_memory);
  BootRegistered();
  Arguments with;
  with.server = client().server();
  with.object = function().object == Object::kInterface ? Interface()
                : function().object == Object::kPort    ? Port().hPort
                                                        : INVALID_HANDLE_VALUE;
  DWORD code = NO_ERROR;
  bench().WithoutMemory([&] { code = Call(with); });
  Expect(*function().no_memory, code);
  EXPECT_EQ(Call(with), function().with_memory);
}

// All conditions hold at once, and the test ends them one by one in the documented order. Each time
// the first condition that still holds decides the answer.
TEST_P(OrderOfChecks, IsAsDocumented) {
  for (const Null& null : function().nulls)
    Claim(null.code);
  for (const auto& code :
       {function().no_rights, function().closed_server, function().stopped, function().lan_only,
        function().unknown_level, function().unknown_object})
    if (code) Claim(*code);

  Boot();
  Arguments with;
  with.server = ClosedServer();
  with.level = function().levels;
  with.object = client().server();  // never an interface, a port or a connection
  bench().StopRras();

  std::vector<DWORD> of_nulls;
  DWORD without_rights = NO_ERROR;
  bench().WithoutRights([&] {
    for (const Null& null : function().nulls) {
      Arguments with_null = with;
      with_null.null = null.parameter;
      of_nulls.push_back(Call(with_null));
    }
    without_rights = Call(with);
  });
  for (std::size_t i = 0; i < of_nulls.size(); ++i)
    Expect(function().nulls[i].code, of_nulls[i]);
  Expect(*function().no_rights, without_rights);

  if (function().closed_server) Expect(*function().closed_server, Call(with));
  with.server = client().server();
  Expect(*function().stopped, Call(with));

  bench().StartRras(RouterType::kLanOnly);
  if (function().level_first) {
    Expect(*function().unknown_level, Call(with));
    with.level = 0;
  }
  if (function().lan_only) Expect(*function().lan_only, Call(with));
  RestartRras();
  if (function().unknown_level && !function().level_first) {
    Expect(*function().unknown_level, Call(with));
    with.level = 0;
  }
  if (function().unknown_object) Expect(*function().unknown_object, Call(with));
}

INSTANTIATE_TEST_SUITE_P(To, NullParameter, ::testing::ValuesIn(Having([](const Function& f) {
                           return !f.nulls.empty();
                         })),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Of, CallerWithoutRights, ::testing::ValuesIn(Having(&Function::no_rights)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(To, ClosedServerHandle,
                         ::testing::ValuesIn(Having(&Function::closed_server)), NameOf);
INSTANTIATE_TEST_SUITE_P(By, StoppedService, ::testing::ValuesIn(Having(&Function::stopped)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(By, LanOnlyRouter, ::testing::ValuesIn(Having(&Function::lan_only)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(To, UnknownLevel, ::testing::ValuesIn(Having(&Function::unknown_level)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(To, UnknownObject, ::testing::ValuesIn(Having(&Function::unknown_object)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(By, ConnectingInterface,
                         ::testing::ValuesIn(Having(&Function::connecting)), NameOf);
INSTANTIATE_TEST_SUITE_P(In, EventHandler, ::testing::ValuesIn(Having(&Function::in_handler)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(By, NoMemory, ::testing::ValuesIn(Having(&Function::no_memory)), NameOf);
INSTANTIATE_TEST_SUITE_P(Of, OrderOfChecks, ::testing::ValuesIn(Having([](const Function& f) {
                           return f.no_rights && !f.nulls.empty();
                         })),
                         NameOf);

}  // namespace
}  // namespace mbnrig::conformance
