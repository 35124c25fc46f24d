#include "rras/model/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mprerror.h>
#include <raserror.h>

#include <array>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "rras/testing/fake_dialer.h"

namespace mbnrig::rras {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() { Begin(); }

  void Begin() {
    auto dialer = std::make_unique<testing::FakeDialer>();
    dialer_ = dialer.get();
    Begin(std::move(dialer));
  }
  void Begin(std::unique_ptr<Dialer> dialer) {
    router_ = std::make_unique<Router>(config_, std::move(dialer),
                                       [this](const ConnectCompletion& completion) {
                                         const std::lock_guard lock(mutex_);
                                         completions_.push_back(completion);
                                       });
  }

  testing::FakeDialer& dialer() { return *dialer_; }
  Router& router() { return *router_; }

  HandleNumber Create(const InterfaceRequest& request) {
    HandleNumber handle = kNoHandle;
    EXPECT_EQ(router().CreateInterface(request, &handle), DWORD{NO_ERROR});
    return handle;
  }
  HandleNumber Create(const char* name) { return Create({.name = name}); }
  DWORD Dial(HandleNumber handle, std::uint64_t completion = 0) {
    return router().ConnectInterface({.interface_handle = handle, .completion = completion});
  }
  std::future<DWORD> DialAndWait(HandleNumber handle) {
    return std::async(std::launch::async, [=, this] {
      return router().ConnectInterface({.interface_handle = handle, .wait = 1});
    });
  }
  HandleNumber Connected(const char* name) {
    const HandleNumber handle = Create(name);
    EXPECT_EQ(Dial(handle), DWORD{PENDING});
    dialer().End(S_OK);
    return handle;
  }
  std::vector<PortView> Ports() { return router().Ports(); }
  std::uint32_t StateOf(HandleNumber handle) {
    for (const InterfaceView& view : router().Interfaces())
      if (view.handle == handle) return view.state;
    ADD_FAILURE() << "there is no such interface";
    return ROUTER_IF_STATE_DISCONNECTED;
  }
  std::vector<ConnectCompletion> Completions() {
    const std::lock_guard lock(mutex_);
    return completions_;
  }

  ServiceConfig config_;
  std::mutex mutex_;
  std::vector<ConnectCompletion> completions_;  // guarded by mutex_
  std::unique_ptr<Router> router_;
  testing::FakeDialer* dialer_ = nullptr;
};

TEST_F(RouterTest, HasAPortForEachModemInTheOrderTheyCame) {
  dialer().Put("{b}");
  dialer().Put("{a}");
  const auto ports = Ports();
  ASSERT_THAT(ports, SizeIs(2));
  EXPECT_EQ(ports[0].name, "MBN1");
  EXPECT_EQ(ports[1].name, "MBN2");
  EXPECT_LT(ports[0].handle, ports[1].handle);
  EXPECT_EQ(ports[0].condition, RAS_PORT_DISCONNECTED);
  EXPECT_EQ(ports[0].connection, kNoHandle);
  EXPECT_EQ(ports[0].device_name, "LTE modem");
}

TEST_F(RouterTest, APortGoesWithItsModemAndLeavesItsNumber) {
  dialer().Put("{a}");
  dialer().Put("{b}");
  const auto before = Ports();
  dialer().Remove("{a}");
  ASSERT_THAT(Ports(), SizeIs(1));
  EXPECT_EQ(Ports()[0].handle, before[1].handle);
  EXPECT_EQ(Ports()[0].name, "MBN2");
  dialer().Put("{c}");
  const auto after = Ports();
  ASSERT_THAT(after, SizeIs(2));
  EXPECT_EQ(after[1].name, "MBN1");
  EXPECT_GT(after[1].handle, before[1].handle);
  EXPECT_EQ(router().DisconnectPort(before[0].handle), DWORD{ERROR_INVALID_PARAMETER});
}

TEST_F(RouterTest, APortFollowsTheConnectionsOfAllPrograms) {
  dialer().Put("{a}");
  dialer().Put("{a}", MBN_ACTIVATION_STATE_ACTIVATING);
  EXPECT_EQ(Ports()[0].condition, RAS_PORT_AUTHENTICATING);
  dialer().Put("{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  const PortView first = Ports()[0];
  EXPECT_EQ(first.condition, RAS_PORT_AUTHENTICATED);
  EXPECT_NE(first.connection, kNoHandle);
  EXPECT_EQ(first.total_calls, 1u);
  dialer().Put("{a}");
  EXPECT_EQ(Ports()[0].connection, kNoHandle);
  dialer().Put("{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_NE(Ports()[0].connection, first.connection);
  EXPECT_EQ(Ports()[0].total_calls, 2u);
  EXPECT_EQ(Ports()[0].handle, first.handle);
}

TEST_F(RouterTest, AConnectionLastsUntilItHasBeenHungUp) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  const HandleNumber connection = Ports()[0].connection;
  dialer().Put("{a}", MBN_ACTIVATION_STATE_DEACTIVATING);
  EXPECT_EQ(Ports()[0].connection, connection);
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{ERROR_INTERFACE_CONNECTED});
  // The modem did not hang up.
  dialer().Put("{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_EQ(Ports()[0].connection, connection);
  EXPECT_EQ(Ports()[0].total_calls, 1u);
}

TEST_F(RouterTest, AModemThatIsNotRegisteredHasAPortThatDoesNotOperate) {
  dialer().Put("{a}");
  dialer().SetOperational("{a}", false);
  EXPECT_EQ(Ports()[0].condition, RAS_PORT_NON_OPERATIONAL);
}

TEST_F(RouterTest, DialsTheProfileThatTheInterfaceIsNamedAfter) {
  dialer().Put("{a}");
  EXPECT_EQ(Dial(Create("internet")), DWORD{PENDING});
  const auto dialled = dialer().NextDialled();
  EXPECT_EQ(dialled.modem, "{a}");
  EXPECT_EQ(dialled.profile, "internet");
  dialled.done(E_FAIL);
}

TEST_F(RouterTest, DialsTheProfileAndTheModemOfTheRequest) {
  dialer().Put("{a}");
  dialer().Put("{b}");
  EXPECT_EQ(Dial(Create({.name = "uplink", .profile = "internet", .device_name = "{b}"})),
            DWORD{PENDING});
  const auto dialled = dialer().NextDialled();
  EXPECT_EQ(dialled.modem, "{b}");
  EXPECT_EQ(dialled.profile, "internet");
  dialled.done(E_FAIL);
}

TEST_F(RouterTest, DialsAModemThatIsFree) {
  dialer().Put("{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  dialer().Put("{b}");
  EXPECT_EQ(Dial(Create({.name = "uplink", .device_name = "LTE modem"})), DWORD{PENDING});
  const auto dialled = dialer().NextDialled();
  EXPECT_EQ(dialled.modem, "{b}");
  dialled.done(E_FAIL);
}

TEST_F(RouterTest, TwoInterfacesThatDialAnyModemDialDifferentOnes) {
  dialer().Put("{a}");
  dialer().Put("{b}");
  EXPECT_EQ(Dial(Create("first")), DWORD{PENDING});
  // The modem itself does not show yet that it is dialling.
  const auto first = dialer().NextDialled();
  EXPECT_EQ(Dial(Create("second")), DWORD{PENDING});
  const auto second = dialer().NextDialled();
  EXPECT_EQ(first.modem, "{a}");
  EXPECT_EQ(second.modem, "{b}");
  // No modem is left, so the modem says why it cannot dial.
  EXPECT_EQ(Dial(Create("third")), DWORD{PENDING});
  const auto third = dialer().NextDialled();
  for (const auto& dialled : {first, second, third})
    dialled.done(E_FAIL);
}

TEST_F(RouterTest, TwoInterfacesThatDialAtOnceDialDifferentModems) {
  dialer().Put("{a}");
  dialer().Put("{b}");
  const std::array<HandleNumber, 2> interfaces{Create("first"), Create("second")};
  for (int round = 0; round < 100; ++round) {
    std::array<std::future<DWORD>, 2> calls;
    for (std::size_t i = 0; i < calls.size(); ++i)
      calls[i] = std::async(std::launch::async, [&, i] { return Dial(interfaces[i]); });
    const auto first = dialer().NextDialled();
    const auto second = dialer().NextDialled();
    EXPECT_NE(first.modem, second.modem);
    for (auto& call : calls)
      EXPECT_EQ(call.get(), DWORD{PENDING});
    first.done(E_FAIL);
    second.done(E_FAIL);
  }
}

TEST_F(RouterTest, AModemWhoseAttemptFailedIsFreeAgain) {
  dialer().Put("{a}");
  dialer().Put("{b}");
  EXPECT_EQ(Dial(Create("first")), DWORD{PENDING});
  dialer().End(E_FAIL);
  EXPECT_EQ(Dial(Create("second")), DWORD{PENDING});
  const auto dialled = dialer().NextDialled();
  EXPECT_EQ(dialled.modem, "{a}");
  dialled.done(E_FAIL);
}

TEST_F(RouterTest, HasNoDeviceWithoutTheModemOfTheRequest) {
  dialer().Put("{a}");
  EXPECT_EQ(Dial(Create({.name = "uplink", .device_name = "{other}"})),
            DWORD{ERROR_INTERFACE_HAS_NO_DEVICES});
}

TEST_F(RouterTest, ASynchronousConnectReturnsWhenTheAttemptEnds) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  std::future<DWORD> connect = DialAndWait(handle);
  dialer().End(S_OK);
  EXPECT_EQ(connect.get(), DWORD{NO_ERROR});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, ASynchronousConnectSaysWhyItFailed) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  std::future<DWORD> connect = DialAndWait(handle);
  dialer().End(E_MBN_PIN_REQUIRED);
  EXPECT_EQ(connect.get(), DWORD{ERROR_AUTHENTICATION_FAILURE});
  dialer().connect_result = E_INVALIDARG;
  EXPECT_EQ(DialAndWait(handle).get(), DWORD{ERROR_CANNOT_FIND_PHONEBOOK_ENTRY});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
}

TEST_F(RouterTest, ASynchronousConnectWaitsNoLongerThanItsBound) {
  config_.connect_timeout = std::chrono::milliseconds(1);
  Begin();
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  EXPECT_EQ(DialAndWait(handle).get(), DWORD{ERROR_TIMEOUT});
  // The attempt goes on.
  EXPECT_EQ(Dial(handle), DWORD{ERROR_ALREADY_CONNECTING});
  dialer().End(S_OK);
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, SendsACompletionWhenTheAttemptEnds) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  EXPECT_EQ(router().ConnectInterface({.interface_handle = handle, .completion = 7, .wait = 1}),
            DWORD{PENDING});
  EXPECT_THAT(Completions(), IsEmpty());
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_CONNECTING});
  dialer().End(S_OK);
  EXPECT_THAT(Completions(), ElementsAre(ConnectCompletion{7, NO_ERROR}));
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_CONNECTED});
}

TEST_F(RouterTest, SendsTheCompletionOfAnAttemptThatCouldNotBegin) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  dialer().connect_result = E_INVALIDARG;
  EXPECT_EQ(Dial(handle, 7), DWORD{PENDING});
  EXPECT_THAT(Completions(), ElementsAre(ConnectCompletion{7, ERROR_CANNOT_FIND_PHONEBOOK_ENTRY}));
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, SendsNoCompletionUnlessAskedTo) {
  dialer().Put("{a}");
  Connected("internet");
  EXPECT_THAT(Completions(), IsEmpty());
}

TEST_F(RouterTest, ConnectingAConnectedInterfaceSucceedsAtOnce) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  EXPECT_EQ(router().ConnectInterface({.interface_handle = handle, .wait = 1}), DWORD{NO_ERROR});
  EXPECT_EQ(Dial(handle), DWORD{PENDING});
  EXPECT_THAT(Completions(), IsEmpty());
  EXPECT_EQ(Dial(handle, 7), DWORD{PENDING});
  EXPECT_THAT(Completions(), ElementsAre(ConnectCompletion{7, NO_ERROR}));
}

TEST_F(RouterTest, ALackOfMemoryEndsTheAttempt) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  dialer().no_memory = true;
  EXPECT_EQ(DialAndWait(handle).get(), DWORD{ERROR_NOT_ENOUGH_MEMORY});
  dialer().no_memory = false;
  EXPECT_EQ(Dial(handle), DWORD{PENDING});
}

TEST_F(RouterTest, AnInterfaceIsNotConnectedAfterAnotherProgramHungUp) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  dialer().Put("{a}");
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, AnInterfaceIsNotConnectedWithoutItsModem) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  dialer().Remove("{a}");
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
}

TEST_F(RouterTest, SaysWhenHangingUpTakesTooLongOrDoesNotHappen) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  dialer().disconnect_result = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_TIMEOUT});
  dialer().disconnect_result = S_OK;
  dialer().stays_connected = true;
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_HARDWARE_FAILURE});
  dialer().disconnect_result = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(router().DisconnectPort(Ports()[0].handle), DWORD{ERROR_PORT_DISCONNECTED});
}

TEST_F(RouterTest, HangingUpIsNotConfusedByTheNextConnection) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  const PortView before = Ports()[0];
  dialer().after_hang_up = [&](const std::string& modem) {
    dialer().Put(modem, MBN_ACTIVATION_STATE_ACTIVATED);
  };
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_DISCONNECTED});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_GT(Ports()[0].connection, before.connection);
  EXPECT_EQ(router().DisconnectPort(before.handle), DWORD{NO_ERROR});
}

// No event tells the router that the modem was down in between.
TEST_F(RouterTest, ANewConnectionHasAnotherHandleAlsoWithoutAnEvent) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  const HandleNumber before = Ports()[0].connection;
  dialer().after_hang_up = [&](const std::string& modem) {
    dialer().PutQuietly(modem, MBN_ACTIVATION_STATE_ACTIVATED);
  };
  dialer().hang_up_quietly = true;
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_DISCONNECTED});
  EXPECT_GT(Ports()[0].connection, before);
  EXPECT_EQ(Ports()[0].total_calls, 2u);
}

// The router looks at the modem only when another program has connected it again.
TEST_F(RouterTest, AnInterfaceDoesNotInheritTheConnectionOfAnotherProgram) {
  dialer().Put("{a}");
  dialer().Put("{b}");
  const HandleNumber handle = Connected("internet");
  const HandleNumber other = Connected("other");
  const auto before = Ports();
  dialer().TellEnded("{a}");
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_DISCONNECTED});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(StateOf(other), DWORD{ROUTER_IF_STATE_CONNECTED});
  const auto after = Ports();
  EXPECT_GT(after[0].connection, before[0].connection);
  EXPECT_EQ(after[0].total_calls, 2u);
  EXPECT_EQ(after[1].connection, before[1].connection);
}

// An event may come late.
TEST_F(RouterTest, TheEndOfAnEarlierConnectionLeavesTheAttemptAndThePort) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  EXPECT_EQ(Dial(handle), DWORD{PENDING});
  dialer().Put("{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  const HandleNumber connection = Ports()[0].connection;
  dialer().TellEnded("{a}");
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_CONNECTING});
  dialer().End(S_OK);
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_CONNECTED});
  EXPECT_EQ(Ports()[0].connection, connection);
}

TEST_F(RouterTest, AnInterfaceThatConnectedAgainMeanwhileStaysConnected) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  dialer().after_hang_up = [&](const std::string&) {
    EXPECT_EQ(Dial(handle), DWORD{PENDING});
    dialer().End(S_OK);
  };
  EXPECT_EQ(router().DisconnectPort(Ports()[0].handle), DWORD{NO_ERROR});
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_CONNECTED});
}

// A handler holds back the event that ends the wait.
TEST_F(RouterTest, WaitsForNothingInAHandler) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  dialer().in_handler = true;
  EXPECT_EQ(router().ConnectInterface({.interface_handle = handle, .wait = 1}),
            DWORD{ERROR_POSSIBLE_DEADLOCK});
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_DISCONNECTED});
  EXPECT_EQ(router().ConnectInterface({.interface_handle = handle, .completion = 7, .wait = 1}),
            DWORD{PENDING});
  dialer().End(S_OK);
  EXPECT_EQ(router().ConnectInterface({.interface_handle = handle, .wait = 1}), DWORD{NO_ERROR});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_POSSIBLE_DEADLOCK});
  EXPECT_EQ(router().DisconnectPort(Ports()[0].handle), DWORD{ERROR_POSSIBLE_DEADLOCK});
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_CONNECTED});
  dialer().in_handler = false;
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
}

// No event tells the router that the modem has hung up.
TEST_F(RouterTest, LooksAtTheModemsItself) {
  dialer().Put("{a}");
  const HandleNumber first = Connected("first");
  dialer().PutQuietly("{a}", MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(router().DeleteInterface(first), DWORD{NO_ERROR});
  const HandleNumber second = Connected("second");
  dialer().PutQuietly("{a}", MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(router().DisconnectInterface(second), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  const HandleNumber third = Connected("third");
  dialer().PutQuietly("{a}", MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(router().DisconnectPort(Ports()[0].handle), DWORD{ERROR_PORT_DISCONNECTED});
  EXPECT_EQ(StateOf(third), DWORD{ROUTER_IF_STATE_DISCONNECTED});
}

TEST_F(RouterTest, AnInterfaceThatConnectsIsNeitherDeletedNorHungUp) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  EXPECT_EQ(Dial(handle), DWORD{PENDING});
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{ERROR_INTERFACE_CONNECTED});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  dialer().End(S_OK);
  EXPECT_EQ(StateOf(handle), DWORD{ROUTER_IF_STATE_CONNECTED});
}

// The order of docs/semantics.md: interface, paused, disabled, connecting, connected, no device.
TEST_F(RouterTest, ChecksTheStatesInTheDocumentedOrder) {
  const HandleNumber disabled = Create({.name = "disabled", .enabled = 0});
  const HandleNumber enabled = Create("enabled");
  router().SetPaused(true);
  EXPECT_EQ(Dial(kNoHandle), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(Dial(disabled), DWORD{ERROR_SERVICE_IS_PAUSED});
  router().SetPaused(false);
  EXPECT_EQ(Dial(disabled), DWORD{ERROR_INTERFACE_DISABLED});
  EXPECT_EQ(Dial(enabled), DWORD{ERROR_INTERFACE_HAS_NO_DEVICES});
  dialer().Put("{a}");
  EXPECT_EQ(Dial(enabled), DWORD{PENDING});
  dialer().Remove("{a}");
  EXPECT_EQ(Dial(enabled), DWORD{ERROR_ALREADY_CONNECTING});
  router().SetPaused(true);
  EXPECT_EQ(Dial(enabled), DWORD{ERROR_SERVICE_IS_PAUSED});
  dialer().EndAll(E_FAIL);
}

TEST_F(RouterTest, ANameIsTakenWhateverTheType) {
  Create({.name = "internet", .type = ROUTER_IF_TYPE_CLIENT});
  for (const std::uint32_t type : {ROUTER_IF_TYPE_FULL_ROUTER, ROUTER_IF_TYPE_CLIENT}) {
    HandleNumber handle = kNoHandle;
    EXPECT_EQ(router().CreateInterface({.name = "internet", .type = type}, &handle),
              DWORD{ERROR_INTERFACE_ALREADY_EXISTS});
    EXPECT_EQ(handle, kNoHandle);
  }
}

TEST_F(RouterTest, DisconnectingAPortDisconnectsItsInterface) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  EXPECT_EQ(router().DisconnectPort(Ports()[0].handle), DWORD{NO_ERROR});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(router().DisconnectPort(Ports()[0].handle), DWORD{ERROR_PORT_DISCONNECTED});
}

TEST_F(RouterTest, WhilePausedConnectsNothingAndKeepsWhatIsConnected) {
  dialer().Put("{a}");
  const HandleNumber handle = Connected("internet");
  const HandleNumber other = Create("other");
  router().SetPaused(true);
  EXPECT_EQ(Dial(other), DWORD{ERROR_SERVICE_IS_PAUSED});
  EXPECT_NE(Ports()[0].connection, kNoHandle);
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
  router().SetPaused(false);
  EXPECT_EQ(Dial(other), DWORD{PENDING});
}

TEST_F(RouterTest, AStopReleasesACallThatWaits) {
  dialer().Put("{a}");
  const HandleNumber handle = Create("internet");
  std::future<DWORD> connect = DialAndWait(handle);
  const auto dialled = dialer().NextDialled();
  router().BeginStop();
  EXPECT_EQ(connect.get(), DWORD{ERROR_DDM_NOT_RUNNING});
  EXPECT_EQ(Dial(Create("other")), DWORD{ERROR_DDM_NOT_RUNNING});
  dialled.done(S_OK);
}

TEST_F(RouterTest, TheEndHangsUpWhatWasDialled) {
  dialer().Put("{a}");
  dialer().Put("{b}");
  dialer().Put("{c}", MBN_ACTIVATION_STATE_ACTIVATED);  // by another program
  Connected("first");
  const HandleNumber second = Create("second");
  EXPECT_EQ(Dial(second, 7), DWORD{PENDING});

  std::map<std::string, std::chrono::milliseconds> hung_up;
  dialer().on_hang_up = [&](const std::string& modem, std::chrono::milliseconds timeout) {
    hung_up.emplace(modem, timeout);
  };
  router_.reset();
  // The attempt is hung up when it ends. The router does not wait for that.
  EXPECT_THAT(hung_up, ElementsAre(Pair("{a}", config_.disconnect_timeout),
                                   Pair("{b}", std::chrono::milliseconds(0))));
  EXPECT_THAT(Completions(), ElementsAre(ConnectCompletion{7, ERROR_DDM_NOT_RUNNING}));
}

TEST_F(RouterTest, TheEndHangsUpWhatItCan) {
  dialer().Put("{a}");
  dialer().Put("{b}");
  Connected("first");
  Connected("second");
  std::vector<std::string> hung_up;
  dialer().on_hang_up = [&](const std::string& modem, std::chrono::milliseconds) {
    hung_up.push_back(modem);
    if (modem == "{a}") throw std::bad_alloc();
  };
  router_.reset();
  EXPECT_THAT(hung_up, ElementsAre("{a}", "{b}"));
}

TEST_F(RouterTest, WithoutDdmHasDedicatedInterfacesOnly) {
  Begin(nullptr);
  HandleNumber handle = kNoHandle;
  for (const std::uint32_t type :
       {ROUTER_IF_TYPE_FULL_ROUTER, ROUTER_IF_TYPE_HOME_ROUTER, ROUTER_IF_TYPE_CLIENT})
    EXPECT_EQ(router().CreateInterface({.name = "wan", .type = type}, &handle),
              DWORD{ERROR_DDM_NOT_RUNNING});
  handle = Create({.name = "lan", .type = ROUTER_IF_TYPE_DEDICATED});
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, OnlyDemandDialInterfacesConnect) {
  dialer().Put("{a}");
  for (const std::uint32_t type : {ROUTER_IF_TYPE_DEDICATED, ROUTER_IF_TYPE_CLIENT}) {
    const HandleNumber handle = Create({.name = std::to_string(type), .type = type});
    EXPECT_EQ(Dial(handle), DWORD{ERROR_INVALID_HANDLE});
    EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INVALID_HANDLE});
  }
}

TEST_F(RouterTest, ListsInterfacesInTheOrderOfTheirCreation) {
  const HandleNumber first = Create("z");
  const HandleNumber second = Create({.name = "a", .enabled = 0, .type = ROUTER_IF_TYPE_CLIENT});
  EXPECT_THAT(
      router().Interfaces(),
      ElementsAre(InterfaceView{.handle = first, .name = "z"},
                  InterfaceView{
                      .handle = second, .name = "a", .enabled = 0, .type = ROUTER_IF_TYPE_CLIENT}));
}

// Asking for the modems costs many COM calls.
TEST_F(RouterTest, LooksAtTheModemsOnlyForInterfacesThatTheyCanChange) {
  dialer().Put("{a}");
  const HandleNumber connected = Connected("internet");
  EXPECT_EQ(router().DisconnectInterface(connected), DWORD{NO_ERROR});
  const int looks = dialer().looks();
  const HandleNumber idle = Create("idle");
  EXPECT_EQ(StateOf(idle), DWORD{ROUTER_IF_STATE_DISCONNECTED});
  EXPECT_EQ(router().DisconnectInterface(idle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(router().DeleteInterface(idle), DWORD{NO_ERROR});
  EXPECT_EQ(dialer().looks(), looks);
}

TEST_F(RouterTest, MayBeUsedByManyThreadsWhileModemsComeAndGo) {
  const HandleNumber handle = Create("internet");
  std::atomic<bool> over{false};
  std::vector<std::thread> clients;
  clients.emplace_back([&] {
    while (!over)
      Dial(handle);
  });
  clients.emplace_back([&] {
    while (!over)
      router().DisconnectInterface(handle);
  });
  clients.emplace_back([&] {
    while (!over)
      for (const PortView& port : Ports())
        router().DisconnectPort(port.handle);
  });
  for (int i = 0; i < 200; ++i) {
    dialer().Put("{a}");
    dialer().EndAll(i % 2 == 0 ? S_OK : E_FAIL);
    dialer().Remove("{a}");
  }
  over = true;
  for (std::thread& client : clients)
    client.join();
  dialer().EndAll(E_FAIL);
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{NO_ERROR});
}

}  // namespace
}  // namespace mbnrig::rras
