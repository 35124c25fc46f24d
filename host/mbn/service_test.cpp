// The service starts, stops, sees arrivals and removals, and keeps the order of its events.
#include <atomic>
#include <cstdlib>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>

#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::CommandType;
using ::testing::Contains;
using ::testing::ElementsAre;

TEST_F(ServiceTest, RunsFromStartToStop) {
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  Service::Get().Start();
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  EXPECT_THROW(Service::Get().Configure(Config()), std::logic_error);
  Service::Get().Stop();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  Service::Get().Stop();
  Service::Get().Configure(Config());
}

TEST_F(ServiceTest, SaysWhatToDoWhenItCannotStart) {
  ServiceConfig config = Config();
  config.state_dir = "/proc/mbnrig";
  try {
    Restart(config);
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("/proc/mbnrig"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("MBNRIG_STATE_DIR"));
  }
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  config = Config();
  config.monitor = []() -> std::unique_ptr<client::Monitor> {
    throw std::runtime_error("no such bus");
  };
  EXPECT_THROW(Restart(config), std::runtime_error);
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  Restart(Config());
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
}

TEST_F(ServiceTest, RefusesToBeStoppedByAHandler) {
  bool refused = false;
  events->OnEvent([&](const Event& event) {
    if (event.name != "IMbnInterfaceManagerEvents::OnInterfaceArrival") return;
    try {
      Service::Get().Stop();
    } catch (const std::logic_error&) {
      refused = true;
    }
  });
  PlugModem();
  EXPECT_TRUE(refused);
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
}

TEST_F(ServiceTest, TellsOfArrivalBeforeEverythingElse) {
  PlugModem();
  events->WaitFor("OnConnectionArrival");
  const auto names = events->Names();
  EXPECT_EQ(names.front(), "IMbnInterfaceManagerEvents::OnInterfaceArrival");
  for (const char* name : {"IMbnInterfaceEvents::OnInterfaceCapabilityAvailable",
                           "IMbnInterfaceEvents::OnReadyStateChange",
                           "IMbnInterfaceEvents::OnSubscriberInformationChange",
                           "IMbnInterfaceEvents::OnHomeProviderAvailable"})
    EXPECT_THAT(names, Contains(name));
}

TEST_F(ServiceTest, TellsOfRemovalAndThenListsNothing) {
  const auto modem = PlugModem();
  const auto id = InterfaceId(OnlyInterface().Get());
  bus.Unplug(modem);
  const Event removal = events->WaitFor("OnInterfaceRemoval");
  EXPECT_EQ(InterfaceId(removal.As<IMbnInterface>().Get()), id);
  EXPECT_THAT(events->Names(), Contains("IMbnConnectionManagerEvents::OnConnectionRemoval"));
  EXPECT_EQ(OnlyInterface(), nullptr);
  EXPECT_EQ(OnlyConnection(), nullptr);
  com::Ptr<IMbnInterface> gone;
  EXPECT_THAT(interfaces->GetInterface(id.c_str(), gone.GetAddressOf()), HasCode(kNotFound));
}

TEST_F(ServiceTest, GivesAModemThatComesBackAnotherId) {
  auto modem = PlugModem();
  const auto before = InterfaceId(OnlyInterface().Get());
  bus.Unplug(modem);
  events->WaitFor("OnInterfaceRemoval");
  PlugModem();
  EXPECT_NE(InterfaceId(OnlyInterface().Get()), before);
}

TEST_F(ServiceTest, TellsOfEveryModemAtStopAndStart) {
  PlugModem();
  const auto mbn_interface = OnlyInterface();
  events->Clear();
  Service::Get().Stop();
  EXPECT_THAT(OfInterest({"OnConnectionRemoval", "OnInterfaceRemoval"}),
              ElementsAre("IMbnConnectionManagerEvents::OnConnectionRemoval",
                          "IMbnInterfaceManagerEvents::OnInterfaceRemoval"));
  Service::Get().Start();
  events->WaitFor("OnInterfaceArrival");
  EXPECT_NE(OnlyInterface(), nullptr);
  // Objects that were obtained before still answer with the modem as it was.
  MBN_READY_STATE ready = MBN_READY_STATE_OFF;
  EXPECT_THAT(mbn_interface->GetReadyState(&ready), HasCode(S_OK));
  EXPECT_EQ(ready, MBN_READY_STATE_INITIALIZED);
}

TEST_F(ServiceTest, OpensAModemThatDidNotOpenAtFirst) {
  Service::Get().Stop();
  const auto modem = bus.Plug();
  modem->OnOpen([attempt = 0]() mutable {
    ++attempt;
    if (attempt == 1) return Failed(client::Outcome::kTimedOut);
    return Answered(attempt == 2 ? mbim::Status::kFailure : mbim::Status::kSuccess);
  });
  ServiceConfig config = Config();
  config.times.retry = std::chrono::milliseconds(1);
  Restart(config);
  events->WaitFor("OnInterfaceArrival");
  EXPECT_EQ(modem->opens(), 3u);
}

TEST_F(ServiceTest, OpensAModemAgainThatForgotIt) {
  ServiceConfig config = Config();
  config.times.retry = std::chrono::milliseconds(1);
  Restart(config);
  const auto modem = PlugModem();
  CreateProfile();
  const auto connection = OnlyConnection();
  const auto not_open = [](mbim::ByteView) {
    auto reply = Failed(client::Outcome::kFunctionError);
    reply.error = mbim::ProtocolError::kNotOpened;
    return reply;
  };
  modem->On(mbim::kPacketService, CommandType::kSet, not_open);
  modem->On(mbim::kConnect, CommandType::kQuery, not_open);
  ULONG request = 0;
  ASSERT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(S_OK));
  EXPECT_THAT(events->WaitFor("OnConnectComplete").status, HasCode(E_FAIL));
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(mbim::ReadyState::kFailure));
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(mbim::ReadyState::kSimNotInserted));
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(mbim::ReadyState::kInitialized));
  const std::size_t caps = modem->Commands(mbim::kDeviceCaps, CommandType::kQuery).size();
  EXPECT_TRUE(modem->WaitForCommands(mbim::kDeviceCaps, CommandType::kQuery, caps + 1));
  EXPECT_GE(modem->opens(), 2u);
  EXPECT_NE(OnlyInterface(), nullptr);
}

TEST_F(ServiceTest, AnswersAsDocumentedWhenStopped) {
  PlugModem();
  CreateProfile();
  const auto mbn_interface = OnlyInterface();
  const auto connection = OnlyConnection();
  com::Ptr<IMbnConnectionProfile> profile;
  ASSERT_THAT(
      profiles->GetConnectionProfile(mbn_interface.Get(), L"internet", profile.GetAddressOf()),
      HasCode(S_OK));
  Service::Get().Stop();

  SAFEARRAY* array = nullptr;
  ULONG request = 1;
  com::Ptr<IMbnInterface> found;
  com::Ptr<IMbnConnection> other;
  com::Ptr<IMbnConnectionProfile> again;
  EXPECT_THAT(interfaces->GetInterfaces(&array), HasCode(kServiceNotActive));
  EXPECT_THAT(connections->GetConnections(&array), HasCode(kServiceNotActive));
  EXPECT_THAT(profiles->GetConnectionProfiles(nullptr, &array), HasCode(kServiceNotActive));
  EXPECT_EQ(array, nullptr);
  EXPECT_THAT(
      interfaces->GetInterface(InterfaceId(mbn_interface.Get()).c_str(), found.GetAddressOf()),
      HasCode(kNotFound));
  EXPECT_THAT(connections->GetConnection(L"{0}", other.GetAddressOf()), HasCode(kServiceNotActive));
  EXPECT_THAT(mbn_interface->GetConnection(other.GetAddressOf()), HasCode(kNotFound));
  EXPECT_THAT(profiles->GetConnectionProfile(nullptr, L"internet", again.GetAddressOf()),
              HasCode(kServiceNotActive));
  EXPECT_THAT(profiles->CreateConnectionProfile(L"<x/>"), HasCode(kServiceNotActive));
  EXPECT_THAT(profile->UpdateProfile(L"<x/>"), HasCode(kServiceNotActive));
  EXPECT_THAT(profile->Delete(), HasCode(kServiceNotActive));
  EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(kServiceNotActive));
  EXPECT_EQ(request, 0u);
  EXPECT_THAT(connection->Disconnect(&request), HasCode(kNotFound));
  EXPECT_THAT(StateOf(connection.Get()).code, HasCode(S_OK));
  EXPECT_THAT(XmlOf(profile.Get()), ::testing::HasSubstr("internet"));

  // Managers work again after a new start. Objects of the earlier run have lost their modem.
  Service::Get().Start();
  events->WaitFor("OnInterfaceArrival");
  EXPECT_NE(OnlyInterface(), nullptr);
  EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(kNotFound));
  EXPECT_THAT(profile->Delete(), HasCode(S_OK)) << "a profile is not a modem's";
}

TEST_F(ServiceTest, CompletesPendingRequestsWhenItStops) {
  const auto modem = PlugModem();
  CreateProfile();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  const auto connection = OnlyConnection();
  ULONG connecting = 0, disconnecting = 0;
  ASSERT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &connecting),
              HasCode(S_OK));
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 1));
  ASSERT_THAT(connection->Disconnect(&disconnecting), HasCode(S_OK));
  Service::Get().Stop();
  const Event connected = events->WaitFor("OnConnectComplete");
  EXPECT_EQ(connected.request, connecting);
  EXPECT_THAT(connected.status, HasCode(kServiceNotActive));
  const Event disconnected = events->WaitFor("OnDisconnectComplete");
  EXPECT_EQ(disconnected.request, disconnecting);
  EXPECT_THAT(disconnected.status, HasCode(S_OK));
}

// The bound of this stop is shorter than the handler, which the test holds up.
TEST_F(ServiceTest, StopsWithoutAHandlerThatDoesNotReturn) {
  ServiceConfig config = Config();
  config.times.stop = std::chrono::milliseconds(1);
  Restart(config);
  std::promise<void> handling, may_return;
  events->OnEvent([&, held = may_return.get_future().share()](const Event& event) {
    if (event.name != "IMbnInterfaceManagerEvents::OnInterfaceArrival") return;
    handling.set_value();
    held.wait();
  });
  bus.Plug();
  handling.get_future().wait();
  Service::Get().Stop();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopping);
  EXPECT_THAT(log.Lines(), Contains(::testing::HasSubstr("has not stopped within 1 ms")));
  EXPECT_THROW(Service::Get().Start(), std::runtime_error);
  SAFEARRAY* array = nullptr;
  EXPECT_THAT(interfaces->GetInterfaces(&array), HasCode(kServiceNotActive));

  may_return.set_value();
  Service::Get().Configure(Config());
  Service::Get().Start();  // waits for the end of what ran before
  EXPECT_EQ(OfInterest({"OnInterfaceArrival", "OnInterfaceRemoval"}).front(),
            "IMbnInterfaceManagerEvents::OnInterfaceArrival");
  EXPECT_THAT(events->Names(), Contains("IMbnInterfaceManagerEvents::OnInterfaceRemoval"));
  events->OnEvent(nullptr);
}

// A client that hangs in a handler does not keep its process from ending.
TEST(ServiceExitTest, TheProcessEndsAlthoughAHandlerHangs) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        CoInitializeEx(nullptr, COINIT_MULTITHREADED);
        FakeBus& bus = *new FakeBus;
        TemporaryFolder& folder = *new TemporaryFolder;
        ServiceConfig config;
        config.monitor = [&] { return bus.MakeMonitor(); };
        config.state_dir = folder.path();
        config.l2.mode = l2::L2Mode::kOff;
        config.times.stop = std::chrono::milliseconds(1);
        Service::Get().Configure(config);
        const auto manager = com::Create<IMbnInterfaceManager>(CLSID_MbnInterfaceManager);
        const auto events = com::Make<EventLog>();
        events->Advise(manager.Get());
        std::promise<void> handling;
        events->OnEvent([&](const Event&) {
          handling.set_value();
          std::promise<void>().get_future().wait();
        });
        Service::Get().Start();
        bus.Plug();
        handling.get_future().wait();
        std::exit(0);
      },
      ::testing::ExitedWithCode(0), "has not stopped within 1 ms");
}

TEST_F(ServiceTest, TellsEveryClient) {
  const auto other = com::Make<EventLog>();
  const auto manager = com::Create<IMbnConnectionManager>(CLSID_MbnConnectionManager);
  other->Advise(manager.Get());
  PlugModem();
  CreateProfile();
  ULONG request = 0;
  ASSERT_THAT(OnlyConnection()->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(S_OK));
  EXPECT_EQ(events->WaitFor("OnConnectComplete").request, request);
  EXPECT_EQ(other->WaitFor("OnConnectComplete").request, request);
  other->Disconnect();
}

// A completion that came before the call returned would find `request` unset.
TEST_F(ServiceTest, NeverCompletesARequestBeforeItsCallerHasTheId) {
  PlugModem();
  CreateProfile();
  ULONG request = 0;  // as in a client: no lock between the call and the handler
  std::atomic<int> strangers{0};
  events->OnEvent([&](const Event& event) {
    if (event.name != "IMbnConnectionEvents::OnConnectComplete" &&
        event.name != "IMbnConnectionEvents::OnDisconnectComplete")
      return;
    if (event.request == 0 || event.request != request) ++strangers;
  });
  const auto connection = OnlyConnection();
  std::set<ULONG> ids;
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
                HasCode(S_OK));
    ids.insert(request);
    events->WaitFor("OnConnectComplete");
    ASSERT_THAT(connection->Disconnect(&request), HasCode(S_OK));
    ids.insert(request);
    events->WaitFor("OnDisconnectComplete");
    events->Clear();
  }
  EXPECT_EQ(strangers, 0);
  EXPECT_EQ(ids.size(), 400u);
}

TEST_F(ServiceTest, SurvivesClientsAndRestartsAtOnce) {
  PlugModem();
  CreateProfile();
  const auto connection = OnlyConnection();
  std::atomic<bool> enough{false};
  std::atomic<unsigned> accepted{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([&] {
      while (!enough) {
        SAFEARRAY* array = nullptr;
        if (connections->GetConnections(&array) != S_OK) continue;
        for (const auto& each : com::TakeElements<IMbnConnection>(array)) {
          ULONG request = 0;
          if (each->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request) == S_OK) ++accepted;
          if (each->Disconnect(&request) == S_OK) ++accepted;
        }
      }
    });
  }
  for (int i = 0; i < 5; ++i) {
    Service::Get().Stop();
    Service::Get().Start();
    events->WaitFor("OnInterfaceArrival");
  }
  enough = true;
  for (auto& client : clients)
    client.join();
  Service::Get().Stop();
  unsigned completed = 0;
  for (const std::string& name : events->Names())
    completed += name == "IMbnConnectionEvents::OnConnectComplete" ||
                 name == "IMbnConnectionEvents::OnDisconnectComplete";
  EXPECT_EQ(completed, accepted) << "a completion was lost, or came twice";
}

}  // namespace
}  // namespace mbnrig::mbn
