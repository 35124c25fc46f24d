// Each call is repeated so that each of its allocations fails in turn. It must then return
// E_OUTOFMEMORY and change nothing. With enough memory it must succeed.
#include <functional>

#include "mbim/testing/allocations.h"
#include "mbn/testing/service_fixture.h"

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

TEST_F(OutOfMemory, MakesNoManager) {
  void* manager = nullptr;
  EXPECT_GT(Starve([&] {
              return CoCreateInstance(CLSID_MbnInterfaceManager, nullptr, CLSCTX_ALL,
                                      __uuidof(IMbnInterfaceManager), &manager);
            }),
            0);
  static_cast<IMbnInterfaceManager*>(manager)->Release();
}

}  // namespace
}  // namespace mbnrig::mbn
