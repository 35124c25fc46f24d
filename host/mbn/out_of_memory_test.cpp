// Each call is repeated so that each of its allocations fails in turn. It must then return
// E_OUTOFMEMORY and change nothing. With enough memory it must succeed.
#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "mbim/testing/allocations.h"
#include "mbn/modem/command_operation.h"
#include "mbn/modem/connect_operation.h"
#include "mbn/testing/service_fixture.h"
#include "mbn/testing/session_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;

class OutOfMemory : public ServiceTest {
 protected:
  /// Allows the call 0, 1, 2 ... allocations until it succeeds, and returns the number that was
  /// enough. Every earlier result must be E_OUTOFMEMORY; `check` runs after each of them.
  int Starve(const std::function<HRESULT()>& call, const std::function<void()>& check = nullptr) {
    for (int granted = 0; granted < 20000; ++granted) {
      mbim::testing::AllocationsOfThisThread().left = granted;
      const HRESULT result = call();
      mbim::testing::AllocationsOfThisThread().left = -1;
      if (result == S_OK) return granted;
      EXPECT_EQ(result, E_OUTOFMEMORY) << "with " << granted << " allocations";
      if (result != E_OUTOFMEMORY) return -1;
      if (check) check();
    }
    ADD_FAILURE() << "never enough";
    return -1;
  }
};

TEST_F(OutOfMemory, GivesNoInterface) {
  PlugModem();
  const auto id = InterfaceId(OnlyInterface().Get());
  com::Ptr<IMbnInterface> found;
  EXPECT_GT(Starve([&] { return interfaces->GetInterface(id.c_str(), found.GetAddressOf()); },
                   [&] { EXPECT_EQ(found, nullptr); }),
            0);
  SAFEARRAY* array = nullptr;
  EXPECT_GT(
      Starve([&] { return interfaces->GetInterfaces(&array); }, [&] { EXPECT_EQ(array, nullptr); }),
      0);
  EXPECT_EQ(com::TakeElements<IMbnInterface>(array).size(), 1u);
  MBN_INTERFACE_CAPS caps{};
  EXPECT_GT(Starve([&] { return found->GetInterfaceCapability(&caps); },
                   [&] { EXPECT_EQ(caps.deviceID, nullptr); }),
            0);
  for (BSTR text : {caps.customDataClass, caps.customBandClass, caps.deviceID, caps.manufacturer,
                    caps.model, caps.firmwareInfo})
    SysFreeString(text);
  com::Ptr<IMbnSubscriberInformation> information;
  EXPECT_GT(Starve([&] { return found->GetSubscriberInformation(information.GetAddressOf()); }), 0);
}

TEST_F(OutOfMemory, GivesNoConnection) {
  PlugModem();
  com::Bstr id;
  ASSERT_EQ(OnlyConnection()->get_ConnectionID(id.put()), S_OK);
  com::Ptr<IMbnConnection> found;
  EXPECT_GT(Starve([&] { return connections->GetConnection(id.get(), found.GetAddressOf()); },
                   [&] { EXPECT_EQ(found, nullptr); }),
            0);
  SAFEARRAY* array = nullptr;
  EXPECT_GT(Starve([&] { return connections->GetConnections(&array); },
                   [&] { EXPECT_EQ(array, nullptr); }),
            0);
  EXPECT_EQ(com::TakeElements<IMbnConnection>(array).size(), 1u);
  const auto mbn_interface = OnlyInterface();
  found = nullptr;
  EXPECT_GT(Starve([&] { return mbn_interface->GetConnection(found.GetAddressOf()); }), 0);
}

TEST_F(OutOfMemory, BeginsNoRequest) {
  PlugModem();
  CreateProfile();
  const auto connection = OnlyConnection();
  ULONG request = 0;
  EXPECT_GT(
      Starve(
          [&] { return connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request); },
          [&] { EXPECT_EQ(request, 0u); }),
      0);
  EXPECT_EQ(events->WaitFor("OnConnectComplete").request, request);
  EXPECT_GT(
      Starve([&] { return connection->Disconnect(&request); }, [&] { EXPECT_EQ(request, 0u); }), 0);
  EXPECT_EQ(events->WaitFor("OnDisconnectComplete").request, request);
  const std::wstring xml = com::FromUtf8(ProfileXml("once"));
  EXPECT_GT(Starve([&] {
              return connection->Connect(MBN_CONNECTION_MODE_TMP_PROFILE, xml.c_str(), &request);
            }),
            0);
  EXPECT_EQ(events->WaitFor("OnConnectComplete").status, S_OK);
}

TEST_F(OutOfMemory, ChangesNoProfile) {
  PlugModem();
  const std::wstring xml = com::FromUtf8(ProfileXml("internet"));
  const auto count = [&] {
    SAFEARRAY* array = nullptr;
    EXPECT_EQ(profiles->GetConnectionProfiles(nullptr, &array), S_OK);
    return com::TakeElements<IMbnConnectionProfile>(array).size();
  };
  EXPECT_GT(Starve([&] { return profiles->CreateConnectionProfile(xml.c_str()); },
                   [&] { EXPECT_EQ(count(), 0u); }),
            0);
  events->WaitFor("OnConnectionProfileArrival");
  events->WaitFor("OnProfileUpdate");

  com::Ptr<IMbnConnectionProfile> profile;
  SAFEARRAY* array = nullptr;
  const auto mbn_interface = OnlyInterface();
  EXPECT_GT(Starve([&] {
              return profiles->GetConnectionProfile(mbn_interface.Get(), L"internet",
                                                    profile.ReleaseAndGetAddressOf());
            }),
            0);
  EXPECT_GT(Starve([&] { return profiles->GetConnectionProfiles(mbn_interface.Get(), &array); }),
            0);
  com::TakeElements<IMbnConnectionProfile>(array);

  const std::wstring changed =
      com::FromUtf8(ProfileXml("internet", "<ConnectionMode>auto</ConnectionMode>"));
  events->Clear();
  EXPECT_GT(Starve([&] { return profile->UpdateProfile(changed.c_str()); },
                   [&] { EXPECT_EQ(count(), 1u); }),
            0);
  events->WaitFor("OnProfileUpdate");
  EXPECT_GT(Starve([&] { return profile->Delete(); }, [&] { EXPECT_EQ(count(), 1u); }), 0);
  events->WaitFor("OnConnectionProfileRemoval");
  EXPECT_EQ(events->Names().size(), 2u) << "a failed call caused an event";
  EXPECT_EQ(count(), 0u);
}

// The event thread waits for memory, which never comes. Many events wait behind the first one.
TEST_F(OutOfMemory, DoesNotKeepTheServiceFromStoppingInTime) {
  ServiceConfig config = Config();
  config.times.stop = std::chrono::seconds(2);
  Restart(config);
  const auto modem = PlugModem();
  std::promise<void> reached;
  events->OnEvent([&reached, first = true](const Event&) mutable {
    if (!std::exchange(first, false)) return;
    reached.set_value();
    mbim::testing::AllocationsOfThisThread().left = 0;
  });
  for (const auto state : {mbim::ReadyState::kBadSim, mbim::ReadyState::kInitialized,
                           mbim::ReadyState::kDeviceLocked, mbim::ReadyState::kInitialized})
    modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(state));
  ASSERT_EQ(reached.get_future().wait_for(kTestPatience), std::future_status::ready);
  Service::Get().Stop();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
}

TEST_F(OutOfMemory, MakesNoManager) {
  void* manager = nullptr;
  EXPECT_GT(Starve([&] {
              return CoCreateInstance(CLSID_MbnInterfaceManager, nullptr, CLSCTX_ALL,
                                      __uuidof(IMbnInterfaceManager), &manager);
            }),
            0);
  static_cast<IMbnInterfaceManager*>(manager)->Release();
}

// Memory is short on the service's thread once a request was accepted. The request completes all
// the same, and with enough memory the next one succeeds.
class AcceptedRequest : public SessionTest {
 protected:
  /// From now on the service's thread gets that many allocations. Negative: all.
  void Grant(int allocations) {
    std::promise<void> granted;
    worker.Post([&] {
      mbim::testing::AllocationsOfThisThread().left = allocations;
      granted.set_value();
    });
    ASSERT_EQ(granted.get_future().wait_for(kTestPatience), std::future_status::ready);
  }
  /// Grants 0, 1, 2 ... allocations to the operation until it succeeds, and returns how often it
  /// did not. After each failure `again` brings the modem back to where it was.
  int Starve(const std::function<std::unique_ptr<Operation>()>& make, EventId completion,
             HRESULT failure, const std::function<bool(const ModemState&)>& succeeded,
             const std::function<void()>& again) {
    for (int granted = 0; granted < 20000; ++granted) {
      auto operation = make();
      Grant(granted);
      const std::uint32_t request = Submit(std::move(operation));
      const ServiceEvent end = events.WaitFor(completion);
      Grant(-1);
      Settle();
      EXPECT_EQ(end.request, request);
      EXPECT_NE(end.modem, nullptr);
      EXPECT_EQ(events.Count(completion), static_cast<std::size_t>(granted) + 1);
      if (succeeded(*end.modem) && end.status == S_OK) return granted;
      if (end.status == S_OK && failure != S_OK) {
        // There was no memory for the new state. It comes with the next message of the modem.
        modem->Indicate(mbim::kRadioState,
                        mbim::RadioStateInfo{mbim::RadioSwitch::kOn, mbim::RadioSwitch::kOn});
        Settle();
        EXPECT_TRUE(succeeded(*session->snapshot())) << "with " << granted << " allocations";
      } else {
        EXPECT_EQ(end.status, failure) << "with " << granted << " allocations";
      }
      again();
      // The service may ask the modem again after it has heard from it.
      for (int i = 0; i < 2; ++i)
        Settle();
      EXPECT_FALSE(session->snapshot()->has_request()) << "with " << granted << " allocations";
      if (HasFailure()) return -1;
    }
    ADD_FAILURE() << "never enough";
    return -1;
  }
  void TellContext(mbim::ActivationState state) { modem->Indicate(mbim::kConnect, Context(state)); }
};

TEST_F(AcceptedRequest, OfACommandCompletes) {
  Start();
  constexpr EventId kRadioComplete = EventId::kIMbnRadioEvents_OnSetSoftwareRadioStateComplete;
  modem->On(mbim::kRadioState, mbim::CommandType::kSet, [](mbim::ByteView) {
    return AnsweredWith(mbim::RadioStateInfo{mbim::RadioSwitch::kOn, mbim::RadioSwitch::kOff});
  });
  const auto switch_off = [] {
    return MakeCommand(
        SetRequest(mbim::kRadioState, {mbim::RadioSwitch::kOff}, Lane::kRadio, kRadioComplete));
  };
  EXPECT_GT(Starve(
                switch_off, kRadioComplete, PageOf(kRadioComplete).fallback(),
                [](const ModemState&) { return true; }, [] {}),
            0);
  EXPECT_EQ(session->snapshot()->radio->sw_radio_state, mbim::RadioSwitch::kOff);
}

TEST_F(AcceptedRequest, OfConnectCompletes) {
  Start();
  const auto connect = [] {
    mbim::SetConnect activate;
    activate.activation_command = mbim::ActivationCommand::kActivate;
    return MakeConnect(activate, "internet");
  };
  const auto is_active = [](const ModemState& state) {
    return state.has_context() && state.profile_name == "internet" && !state.has_request();
  };
  EXPECT_GT(Starve(connect, EventId::kIMbnConnectionEvents_OnConnectComplete, E_FAIL, is_active,
                   [this] {
                     modem->Indicate(mbim::kPacketService,
                                     PacketService(mbim::PacketServiceState::kDetached));
                     TellContext(mbim::ActivationState::kDeactivated);
                   }),
            0);
}

// Neither the thread that ends the session nor the service's thread has memory.
TEST_F(AcceptedRequest, CompletesWhenItsModemLeaves) {
  Start();
  modem->Hold(mbim::kPacketService, mbim::CommandType::kSet);
  mbim::SetConnect activate;
  activate.activation_command = mbim::ActivationCommand::kActivate;
  const std::uint32_t connect = Submit(MakeConnect(activate, "internet"));
  ASSERT_TRUE(modem->WaitForCommands(mbim::kPacketService, mbim::CommandType::kSet, 1));
  const std::uint32_t disconnect = Submit(MakeDisconnect());
  Grant(0);
  {
    const mbim::testing::AllocationFailure failing;
    End(Ending::kModemLeft);
  }
  const ServiceEvent connected = events.WaitFor(kConnectComplete);
  EXPECT_EQ(connected.request, connect);
  EXPECT_EQ(connected.status, HRESULT_FROM_WIN32(ERROR_NOT_FOUND));
  EXPECT_EQ(events.WaitFor(kDisconnectComplete).request, disconnect);
  events.WaitFor(EventId::kIMbnConnectionManagerEvents_OnConnectionRemoval);
  events.WaitFor(EventId::kIMbnInterfaceManagerEvents_OnInterfaceRemoval);
  EXPECT_TRUE(removed);
  Grant(-1);
}

// Memory is short when the modem has been opened. Once there is memory, the service lists the modem
// and asks it for everything.
class OpenedModem : public AcceptedRequest, public ::testing::WithParamInterface<int> {};

TEST_P(OpenedModem, IsListedAndAsked) {
  times.retry = std::chrono::milliseconds(1);
  modem->OnOpen([this] {
    worker.Post([granted = GetParam()] {  // in front of the answer
      mbim::testing::AllocationsOfThisThread().left = granted;
    });
    client::Reply reply;
    reply.outcome = client::Outcome::kAnswered;
    return reply;
  });
  session->Start();
  Settle();
  Grant(-1);
  // If there was no memory for a timer either, the next message of the modem helps.
  modem->Indicate(mbim::kRadioState,
                  mbim::RadioStateInfo{mbim::RadioSwitch::kOn, mbim::RadioSwitch::kOn});
  events.WaitFor(EventId::kIMbnInterfaceManagerEvents_OnInterfaceArrival);
  EXPECT_TRUE(session->WaitUntilKnown(kTestPatience));
}
INSTANTIATE_TEST_SUITE_P(Granted, OpenedModem, ::testing::Range(0, 200, 3));

TEST_F(AcceptedRequest, OfDisconnectCompletes) {
  modem->On(mbim::kConnect, mbim::CommandType::kQuery, [](mbim::ByteView) {
    return AnsweredWith(Context(mbim::ActivationState::kActivated));
  });
  Start();
  EXPECT_GT(Starve([] { return MakeDisconnect(); },
                   EventId::kIMbnConnectionEvents_OnDisconnectComplete, S_OK,
                   [](const ModemState& state) {
                     return state.connect.known() && !state.has_context() && !state.has_request();
                   },
                   [this] { TellContext(mbim::ActivationState::kActivated); }),
            0);
}

}  // namespace
}  // namespace mbnrig::mbn
