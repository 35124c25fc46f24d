// The events whose pages document one thing: that a client's handler must return S_OK. No
// implementation can fail that, so the event itself proves such a row: it is raised after its
// cause, not before, and the object that it carries has the new state.

#include <atomic>

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

constexpr char kSubscriber[] = "IMbnInterfaceEvents::OnSubscriberInformationChange";
constexpr char kProfileUpdate[] = "IMbnConnectionProfileEvents::OnProfileUpdate";

/// The fixture, and what the cases are made of.
class Raised : public MbnTest {
 public:
  // What has happened before the cause.
  void Registered() {
    BootRegistered();
    // A profile that is stored is also told as an update, and a first answer as a change.
    for (const char* first : {kProfileUpdate, kEmergency, kRegisterState, kPacketService})
      EXPECT_TRUE(events().Wait(first)) << first;
  }
  void WithoutSim() {
    Boot("sim-absent");
    for (const char* first : {kReadyState, kSubscriber})
      EXPECT_TRUE(events().Wait(first)) << first;
  }
  void Connected() {
    BootRegistered();
    EXPECT_EQ(ConnectAndWait(), S_OK);
  }
  void Unplugged() {
    BootRegistered();
    PullOut();
  }
  void Deregistered() {
    BootRegistered();
    bench().Set("network.registration", "deregistered");
    EXPECT_TRUE(events().Wait(kConnectionRemoval));
  }
  void CapsHeld() { Held("DEVICE_CAPS"); }
  void HomeProviderHeld() { Held("HOME_PROVIDER"); }
  void RegistrationHeld() { Held("REGISTER_STATE"); }

  // The causes.
  void PlugIn() { bench().Plug(); }
  void Unplug() { bench().Unplug(); }
  void Release() { bench().Release(held_); }
  void InsertSim() { bench().Set("sim.state", "ready"); }
  void Register() { bench().Set("network.registration", "home"); }
  void Deregister() { bench().Set("network.registration", "deregistered"); }
  /// The modem is detached, so Connect attaches it.
  void Connect() {
    ULONG request = 0;
    EXPECT_EQ(connection()->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request), S_OK);
  }
  void Deactivate() { bench().Set("network.deactivate", 0u); }
  void StartACall() { bench().Set("voice.call", "in-progress"); }
  void StartAnEmergency() { bench().Set("network.emergency", "on"); }
  void StoreAProfile() {
    ProfileText profile;
    profile.name = L"another";
    EXPECT_EQ(client().profiles()->CreateConnectionProfile(profile.Xml().c_str()), S_OK);
  }
  void DeleteTheProfile() { EXPECT_EQ(AnyProfile()->Delete(), S_OK); }
  void UpdateTheProfile() {
    ProfileText profile;
    profile.description = L"changed";
    EXPECT_EQ(AnyProfile()->UpdateProfile(profile.Xml().c_str()), S_OK);
  }

  // The news in the object that an event carries.
  bool IsListed(const Event& event) {
    const auto mine = event.As<IMbnInterface>();
    return mine && modem() && IdOf(mine.Get()) == IdOf(modem().Get());
  }
  bool IsNotListed(const Event& event) {
    const auto mine = event.As<IMbnInterface>();
    return mine && IdOf(mine.Get()) == modem_id_ && !modem();
  }
  bool HasCaps(const Event& event) {
    MBN_INTERFACE_CAPS caps{};
    const auto mine = event.As<IMbnInterface>();
    if (!mine || mine->GetInterfaceCapability(&caps) != S_OK) return false;
    const bool right = std::wstring(caps.deviceID) == L"004999010640000";
    for (BSTR text : {caps.customDataClass, caps.customBandClass, caps.deviceID, caps.manufacturer,
                      caps.model, caps.firmwareInfo})
      SysFreeString(text);
    return right;
  }
  bool HasHomeProvider(const Event& event) {
    MBN_PROVIDER provider{};
    const auto mine = event.As<IMbnInterface>();
    if (!mine || mine->GetHomeProvider(&provider) != S_OK) return false;
    const bool right = std::wstring(provider.providerID) == L"00101";
    SysFreeString(provider.providerID);
    SysFreeString(provider.providerName);
    return right;
  }
  bool IsInitialized(const Event& event) {
    MBN_READY_STATE state{};
    const auto mine = event.As<IMbnInterface>();
    return mine && mine->GetReadyState(&state) == S_OK && state == MBN_READY_STATE_INITIALIZED;
  }
  bool HasSubscriber(const Event& event) {
    ComPtr<IMbnSubscriberInformation> subscriber;
    const auto mine = event.As<IMbnInterface>();
    return mine && mine->GetSubscriberInformation(subscriber.GetAddressOf()) == S_OK &&
           Take([&](BSTR* id) { return subscriber->get_SubscriberID(id); }) == L"001010123456789";
  }
  bool IsInEmergencyMode(const Event& event) {
    VARIANT_BOOL on = VARIANT_FALSE;
    const auto mine = event.As<IMbnInterface>();
    return mine && mine->InEmergencyMode(&on) == S_OK && on == VARIANT_TRUE;
  }
  bool HasItsMode(const Event& event) {
    return ValueOf(event.As<IMbnRegistration>(), &IMbnRegistration::GetRegisterMode) ==
           MBN_REGISTER_MODE_AUTOMATIC;
  }
  bool IsDeregistered(const Event& event) {
    return ValueOf(event.As<IMbnRegistration>(), &IMbnRegistration::GetRegisterState) ==
           MBN_REGISTER_STATE_DEREGISTERED;
  }
  bool HasItsDataClass(const Event& event) {
    return ValueOf(event.As<IMbnRegistration>(), &IMbnRegistration::GetCurrentDataClass) ==
           static_cast<ULONG>(MBN_DATA_CLASS_LTE);
  }
  bool ConnectionIsListed(const Event& event) {
    const auto mine = event.As<IMbnConnection>();
    return mine && connection() && IdOf(mine.Get()) == IdOf(connection().Get());
  }
  bool ConnectionIsNotListed(const Event& event) {
    const auto mine = event.As<IMbnConnection>();
    return mine && IdOf(mine.Get()) == connection_id_ && !connection();
  }
  bool IsDeactivated(const Event& event) {
    return ActivationOf(event.As<IMbnConnection>().Get()) == MBN_ACTIVATION_STATE_DEACTIVATED;
  }
  bool HasACall(const Event& event) {
    MBN_VOICE_CALL_STATE state{};
    const auto mine = event.As<IMbnConnection>();
    return mine && mine->GetVoiceCallState(&state) == S_OK &&
           state == MBN_VOICE_CALL_STATE_IN_PROGRESS;
  }
  bool IsTheNewProfile(const Event& event) { return XmlOf(event).find(L">another<") != kNone; }
  bool IsTheUpdatedProfile(const Event& event) { return XmlOf(event).find(L">changed<") != kNone; }
  bool IsDeleted(const Event& event) {
    ComPtr<IMbnConnectionProfile> stored;
    return XmlOf(event).find(L">internet<") != kNone &&
           client().profiles()->GetConnectionProfile(nullptr, L"internet", stored.GetAddressOf()) ==
               HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  }

  /// Notes which objects there are before the cause.
  void Remember() {
    modem_id_ = modem() ? IdOf(modem().Get()) : L"";
    connection_id_ = connection() ? IdOf(connection().Get()) : L"";
  }

  /// Does something that has nothing to do with `event`, and waits for its event. All earlier
  /// events have then been delivered, because they come in order.
  void LetPass(const std::string& event) {
    const std::size_t mark = events().Mark();
    if (!modem()) {
      StoreAProfile();
      EXPECT_TRUE(events().Wait([&](const Event& e) { return e.name == kProfileArrival; }, mark));
    } else if (event == kEmergency) {
      StartACall();
      EXPECT_TRUE(events().Wait([&](const Event& e) { return HasACall(e); }, mark));
    } else {
      StartAnEmergency();
      EXPECT_TRUE(events().Wait([&](const Event& e) { return IsInEmergencyMode(e); }, mark));
    }
  }

 private:
  static constexpr std::size_t kNone = std::wstring::npos;

  void Held(const char* cid) {
    Boot("default", [&] {
      held_ = bench().Inject(R"({"on": "command", "type": "query", "do": "hold", "cid": ")" +
                             std::string(cid) + "\"}");
    });
    bench().WaitUntilHit(held_);
  }
  static std::wstring IdOf(IMbnInterface* listed) {
    return Take([&](BSTR* id) { return listed->get_InterfaceID(id); });
  }
  static std::wstring IdOf(IMbnConnection* listed) {
    return Take([&](BSTR* id) { return listed->get_ConnectionID(id); });
  }
  static std::wstring XmlOf(const Event& event) {
    const auto profile = event.As<IMbnConnectionProfile>();
    return profile ? Take([&](BSTR* xml) { return profile->GetProfileXmlData(xml); }) : L"";
  }
  ComPtr<IMbnConnectionProfile> AnyProfile() {
    ComPtr<IMbnConnectionProfile> profile;
    EXPECT_EQ(
        client().profiles()->GetConnectionProfile(nullptr, L"internet", profile.GetAddressOf()),
        S_OK);
    return profile;
  }

  bench::RuleId held_ = 0;
  std::wstring modem_id_, connection_id_;
};

struct EventCase {
  const char* event;
  void (Raised::*before)();
  void (Raised::*cause)();
  bool (Raised::*news)(const Event& event);
};

constexpr EventCase kCases[] = {
    {kInterfaceArrival, &Raised::Unplugged, &Raised::PlugIn, &Raised::IsListed},
    {kInterfaceRemoval, &Raised::Registered, &Raised::Unplug, &Raised::IsNotListed},
    {kCapability, &Raised::CapsHeld, &Raised::Release, &Raised::HasCaps},
    {kReadyState, &Raised::WithoutSim, &Raised::InsertSim, &Raised::IsInitialized},
    {kSubscriber, &Raised::WithoutSim, &Raised::InsertSim, &Raised::HasSubscriber},
    {kHomeProvider, &Raised::HomeProviderHeld, &Raised::Release, &Raised::HasHomeProvider},
    {kEmergency, &Raised::Registered, &Raised::StartAnEmergency, &Raised::IsInEmergencyMode},
    {kRegisterMode, &Raised::RegistrationHeld, &Raised::Release, &Raised::HasItsMode},
    {kRegisterState, &Raised::Registered, &Raised::Deregister, &Raised::IsDeregistered},
    {kPacketService, &Raised::Registered, &Raised::Connect, &Raised::HasItsDataClass},
    {kConnectionArrival, &Raised::Deregistered, &Raised::Register, &Raised::ConnectionIsListed},
    {kConnectionRemoval, &Raised::Registered, &Raised::Deregister, &Raised::ConnectionIsNotListed},
    {kConnectState, &Raised::Connected, &Raised::Deactivate, &Raised::IsDeactivated},
    {kVoiceCall, &Raised::Registered, &Raised::StartACall, &Raised::HasACall},
    {kProfileArrival, &Raised::Registered, &Raised::StoreAProfile, &Raised::IsTheNewProfile},
    {kProfileRemoval, &Raised::Registered, &Raised::DeleteTheProfile, &Raised::IsDeleted},
    {kProfileUpdate, &Raised::Registered, &Raised::UpdateTheProfile, &Raised::IsTheUpdatedProfile},
};

class EventOf : public Raised, public ::testing::WithParamInterface<EventCase> {};

TEST_P(EventOf, ComesAfterItsCause) {
  const EventCase& given = GetParam();
  const Row row = Proves(Row(given.event, "S_OK"));
  (this->*given.before)();
  ASSERT_FALSE(HasFailure());
  Remember();
  const std::size_t mark = events().Mark();
  LetPass(given.event);
  bench::Raising raising;
  raising.before_its_cause =
      events().Count([&](const Event& event) { return event.name == given.event; }, mark) > 0;

  // In the handler, because the news must be there when the event comes.
  std::atomic<bool> had_news = false;
  events().OnEvent(given.event, [&](const Event& event) {
    if (!had_news && (this->*given.news)(event)) had_news = true;
  });
  (this->*given.cause)();
  raising.with_the_news = events().Eventually([&] { return had_news.load(); });
  events().OnEvent(given.event, nullptr);
  ExpectRaised(row, given.event, raising);
}

INSTANTIATE_TEST_SUITE_P(Interfaces, EventOf, ::testing::ValuesIn(kCases), [](const auto& test) {
  const std::string event = test.param.event;
  return event.substr(event.rfind(':') + 1);
});

}  // namespace
}  // namespace mbnrig::conformance
