#include "mbn/mbn_suite.h"

#include <algorithm>

namespace mbnrig::conformance {

MbnTest::~MbnTest() {
  client_.reset();
  try {
    bench().ClearFaults();  // a message that a rule holds would delay the service's stop
    bench().StopMbn();
  } catch (const bench::RigFault& fault) {
    ADD_FAILURE() << fault.what();
  }
}

void MbnTest::Boot(std::string_view scenario, const std::function<void()>& before) {
  bench().Reset(scenario);
  before();
  client_ = std::make_unique<Client>();
  bench().StartMbn();
  if (!events().Wait(kInterfaceArrival)) throw bench::RigFault("the modem is not listed");
}

bool MbnTest::AwaitRegistered() {
  return events().Eventually([&] {
    MBN_READY_STATE ready{};
    const auto now = modem();
    return now && ActivationOf(connection().Get()) && SUCCEEDED(now->GetReadyState(&ready)) &&
           ready == MBN_READY_STATE_INITIALIZED;
  });
}

void MbnTest::BootRegistered(std::string_view scenario) {
  Boot(scenario);
  ASSERT_TRUE(AwaitRegistered()) << "the modem did not register in time";
  ASSERT_EQ(Store({}), S_OK);
}

ComPtr<IMbnRegistration> MbnTest::registration() {
  ComPtr<IMbnRegistration> registration;
  if (const auto now = modem()) now.As(&registration);
  return registration;
}

HRESULT MbnTest::Store(const ProfileText& profile) {
  const HRESULT hr = client().profiles()->CreateConnectionProfile(profile.Xml().c_str());
  if (FAILED(hr)) return hr;
  const auto arrived = events().Wait([&](const Event& event) {
    const auto object = event.As<IMbnConnectionProfile>();
    return event.name == kProfileArrival &&
           Take([&](BSTR* xml) {
             return object->GetProfileXmlData(xml);
           }).find(L">" + profile.name + L"<") != std::wstring::npos;
  });
  EXPECT_TRUE(arrived.has_value()) << "no OnConnectionProfileArrival";
  return hr;
}

ComPtr<IMbnConnectionProfile> MbnTest::Stored(const std::wstring& name) {
  ComPtr<IMbnConnectionProfile> profile;
  EXPECT_EQ(client().profiles()->GetConnectionProfile(modem().Get(), name.c_str(),
                                                      profile.GetAddressOf()),
            S_OK);
  return profile;
}

MbnTest::Completion MbnTest::Completed(IMbnConnection* connection, const std::wstring& profile) {
  return Completed(connection, MBN_CONNECTION_MODE_PROFILE, profile);
}

MbnTest::Completion MbnTest::Completed(IMbnConnection* connection, const ProfileText& profile) {
  return Completed(connection, MBN_CONNECTION_MODE_TMP_PROFILE, profile.Xml());
}

MbnTest::Completion MbnTest::Completed(IMbnConnection* connection, MBN_CONNECTION_MODE mode,
                                       const std::wstring& profile) {
  if (connection == nullptr) {
    ADD_FAILURE() << "there is no connection object";
    return {};
  }
  Completion completion;
  const std::size_t mark = events().Mark();
  const HRESULT hr = connection->Connect(mode, profile.c_str(), &completion.request);
  EXPECT_EQ(hr, S_OK) << "Connect refuses";
  if (hr != S_OK) return {};
  EXPECT_NE(completion.request, 0u);
  completion.event =
      events().Wait([](const Event& event) { return event.name == kConnectComplete; }, mark);
  EXPECT_TRUE(completion.event.has_value()) << "no OnConnectComplete";
  return completion;
}

HRESULT MbnTest::ConnectAndWait(const std::wstring& profile) {
  return StatusOf(Completed(connection().Get(), profile));
}

HRESULT MbnTest::ConnectAndWait(const ProfileText& profile) {
  return StatusOf(Completed(connection().Get(), profile));
}

HRESULT MbnTest::StatusOf(const Completion& completion) {
  if (!completion.event) return E_UNEXPECTED;
  EXPECT_EQ(completion.event->request, completion.request);
  return completion.event->status;
}

std::optional<MBN_ACTIVATION_STATE> MbnTest::DisconnectAndWait() {
  ULONG request = 0;
  const HRESULT hr = connection() ? connection()->Disconnect(&request) : E_UNEXPECTED;
  EXPECT_EQ(hr, S_OK) << "Disconnect refuses";
  if (hr != S_OK) return std::nullopt;
  const auto completion = events().Completion(kDisconnectComplete, request);
  EXPECT_TRUE(completion.has_value()) << "no OnDisconnectComplete";
  return completion ? ActivationOf(completion->As<IMbnConnection>().Get()) : std::nullopt;
}

void MbnTest::LetEventsPass() {
  emergency_ = !emergency_;
  const std::size_t mark = events().Mark();
  bench().Set("network.emergency", emergency_ ? "on" : "off");
  EXPECT_TRUE(events().Wait(
      [&](const Event& event) {
        VARIANT_BOOL on = VARIANT_FALSE;
        return event.name == kEmergency &&
               event.As<IMbnInterface>()->InEmergencyMode(&on) == S_OK &&
               (on == VARIANT_TRUE) == emergency_;
      },
      mark));
}

std::vector<std::string> NamesOf(const std::vector<Event>& events,
                                 std::initializer_list<std::string_view> names) {
  std::vector<std::string> found;
  for (const Event& event : events) {
    if (std::find(names.begin(), names.end(), event.name) != names.end())
      found.push_back(event.name);
  }
  return found;
}

bool ExpectStatus(const Row& row, const std::optional<Event>& event, ULONG request,
                  const char* file, int line) {
  if (!event) {
    ADD_FAILURE_AT(file, line) << row.id() << ": the event did not come";
    return false;
  }
  return bench::ExpectStatus(
      row, {event->name, event->request, static_cast<std::uint32_t>(event->status)}, request, file,
      line);
}

void MbnTest::PullOut() {
  bench().Unplug();
  ASSERT_TRUE(events().Wait(kInterfaceRemoval).has_value());
}

// The connection is removed from the lists before its interface. While the handler of
// OnConnectionRemoval runs, the rest of the removal waits.
void MbnTest::DuringRemoval(const std::function<void()>& call) {
  events().OnEvent(kConnectionRemoval, [&](const Event&) { call(); });
  PullOut();
  events().OnEvent(kConnectionRemoval, nullptr);
}

}  // namespace mbnrig::conformance
