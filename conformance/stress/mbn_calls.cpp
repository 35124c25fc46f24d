#include "stress/mbn_calls.h"

#include <utility>

#include "com/object.h"
#include "com/text.h"
#include "mbn/testing/test_support.h"
#include "stress/codes.h"
#include "stress/witness.h"

namespace mbnrig::stress {
namespace {

using com::Ptr;
using mbn::testing::ProfileXml;

constexpr HRESULT kNotFound = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
constexpr HRESULT kServiceNotActive = HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
constexpr HRESULT kAlreadyExists = HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
constexpr std::size_t kMostHeld = 6;

std::wstring Xml(const std::string& name, bool automatic = false) {
  return com::FromUtf8(
      ProfileXml(name, std::string(automatic ? "<ConnectionMode>auto</ConnectionMode>" : "") +
                           "<Context><AccessString>internet</AccessString></Context>"));
}

std::wstring TextOf(IUnknown& object, HRESULT (IMbnInterface::*get)(BSTR*)) {
  Ptr<IMbnInterface> modem;
  com::Bstr text;
  if (SUCCEEDED(object.QueryInterface(__uuidof(IMbnInterface),
                                      reinterpret_cast<void**>(modem.GetAddressOf()))))
    (modem.Get()->*get)(text.put());
  return std::wstring(text.view());
}

}  // namespace

MbnCalls::MbnCalls(const MbnSurroundings& around, Random& random, Making& making, std::string name)
    : around_(around), random_(random), making_(making), name_(std::move(name)) {
  MakeManagers();
}

void MbnCalls::Act() {
  using Action = void (MbnCalls::*)();
  // Twice: calls that lead to more.
  static constexpr Action kActions[] = {
      &MbnCalls::ListModems,      &MbnCalls::FindModem,       &MbnCalls::ListConnections,
      &MbnCalls::ListConnections, &MbnCalls::FindConnection,  &MbnCalls::ConnectionOfModem,
      &MbnCalls::AskModem,        &MbnCalls::AskRegistration, &MbnCalls::AskConnection,
      &MbnCalls::AskProfile,      &MbnCalls::Connect,         &MbnCalls::Connect,
      &MbnCalls::Disconnect,      &MbnCalls::Disconnect,      &MbnCalls::CreateProfile,
      &MbnCalls::GetProfile,      &MbnCalls::ListProfiles,    &MbnCalls::UpdateProfile,
      &MbnCalls::DeleteProfile,   &MbnCalls::AskForNothing,   &MbnCalls::MakeManagers,
      &MbnCalls::ListenForAWhile,
  };
  DropOld(modems_);
  DropOld(held_connections_);
  (this->*random_.Of(kActions))();
}

// Most calls are to be made on objects of this start. A few old ones stay.
template <class I>
void MbnCalls::DropOld(HeldObjects<I>& objects) {
  const Phase now = around_.phase.Now();
  if (!now.running()) return;
  std::erase_if(objects,
                [&](const Held<I>& held) { return held.since != now && !random_.OneIn(30); });
}

void MbnCalls::CheckAtRest(Requests& requests) {
  for (const auto& [id, completion] : accepted_)
    requests.Accepted(id, completion);
  accepted_.clear();
  const auto expect = [&](const char* api, HRESULT expected, HRESULT code) {
    if (code != expected)
      Finding(Result(api, static_cast<std::uint32_t>(code)) + " while the service is stopped");
  };
  ULONG request = 0;
  for (const auto& connection : held_connections_) {
    expect("IMbnConnection::Connect", kServiceNotActive,
           connection.object->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request));
    expect("IMbnConnection::Disconnect", kNotFound, connection.object->Disconnect(&request));
  }
  for (const auto& modem : modems_) {
    Ptr<IMbnConnection> connection;
    expect("IMbnInterface::GetConnection", kNotFound,
           modem.object->GetConnection(connection.GetAddressOf()));
  }
  for (const auto& profile : held_profiles_)
    expect("IMbnConnectionProfile::Delete", kServiceNotActive, profile.object->Delete());
}

void MbnCalls::Finding(const std::string& text) const {
  around_.findings.Add(name_ + ": " + text);
}

// Runs `body` and checks its code.
template <class Body>
HRESULT MbnCalls::Make(const char* api, Needs needs, Body&& body) {
  const Phase before = around_.phase.Now();
  making_.store(api, std::memory_order_relaxed);
  const HRESULT code = body();
  making_.store(nullptr, std::memory_order_relaxed);
  const Phase after = around_.phase.Now();
  const auto number = static_cast<std::uint32_t>(code);
  ++tally_[{api, number}];
  if (!MayReturn(api, number)) Finding("the page does not document " + Result(api, number));
  if (before != after) return code;
  if (before.running() && code == kServiceNotActive)
    Finding(Result(api, number) + " although the service runs");
  if (before.stopped() && needs == Needs::kService && code != kServiceNotActive &&
      code != kNotFound)
    Finding(Result(api, number) + " although the service is stopped");
  return code;
}

template <class I>
void MbnCalls::Hold(HeldObjects<I>& objects, Ptr<I> object, Phase since) {
  Held<I> held{std::move(object), since};
  if (objects.size() < kMostHeld) {
    objects.push_back(std::move(held));
  } else {
    random_.Of(objects) = std::move(held);
  }
}

// Asks one of the getters, and compares the answer with the first one.
template <class I, class Object>
void MbnCalls::Ask(Held<I>& held, Object& object, const std::vector<Getter<Object>>& getters) {
  const Getter<Object>& getter = random_.Of(getters);
  std::string text;
  const HRESULT code = Make(getter.api, Needs::kNothing, [&] { return getter.get(object, &text); });
  if (code != S_OK && !text.empty()) Finding(std::string(getter.api) + " failed and left " + text);
  const std::string answer =
      catalogue::CodeName(static_cast<std::uint32_t>(code), catalogue::Family::kHresult) + " " +
      text;
  const auto [first, is_first] = held.answers.emplace(getter.api, answer);
  if (!is_first && first->second != answer)
    Finding(std::string(getter.api) + " answered '" + first->second + "' first and '" + answer +
            "' later");
}

void MbnCalls::ListModems() {
  const Phase since = around_.phase.Now();
  SAFEARRAY* array = nullptr;
  if (Make("IMbnInterfaceManager::GetInterfaces", Needs::kService,
           [&] { return interfaces_->GetInterfaces(&array); }) != S_OK)
    return;
  const auto listed = com::TakeElements<IMbnInterface>(array);
  std::set<std::wstring> ids;
  for (const auto& modem : listed)
    ids.insert(TextOf(*modem.Get(), &IMbnInterface::get_InterfaceID));
  if (ids.size() != listed.size()) Finding("GetInterfaces lists an interface twice");
  if (!listed.empty()) Hold(modems_, random_.Of(listed), since);
}

void MbnCalls::FindModem() {
  if (modems_.empty()) return;
  const auto& known = random_.Of(modems_);
  const std::wstring id = TextOf(*known.object.Get(), &IMbnInterface::get_InterfaceID);
  const Phase since = around_.phase.Now();
  Ptr<IMbnInterface> found;
  const HRESULT code = Make("IMbnInterfaceManager::GetInterface", Needs::kService, [&] {
    return interfaces_->GetInterface(id.c_str(), found.GetAddressOf());
  });
  if ((code == S_OK) != (found != nullptr)) Finding("GetInterface: code and object disagree");
  if (code != S_OK) return;
  if (TextOf(*found.Get(), &IMbnInterface::get_InterfaceID) != id)
    Finding("GetInterface gave another interface");
  if (known.since.running() && since.running() && known.since != since)
    Finding("GetInterface found the ID of an earlier start");
  Hold(modems_, std::move(found), since);
}

void MbnCalls::ListConnections() {
  const Phase since = around_.phase.Now();
  SAFEARRAY* array = nullptr;
  if (Make("IMbnConnectionManager::GetConnections", Needs::kService,
           [&] { return connections_->GetConnections(&array); }) != S_OK)
    return;
  const auto listed = com::TakeElements<IMbnConnection>(array);
  if (!listed.empty()) Hold(held_connections_, random_.Of(listed), since);
}

void MbnCalls::FindConnection() {
  if (held_connections_.empty()) return;
  com::Bstr id, found_id;
  random_.Of(held_connections_).object->get_ConnectionID(id.put());
  const Phase since = around_.phase.Now();
  Ptr<IMbnConnection> found;
  const HRESULT code = Make("IMbnConnectionManager::GetConnection", Needs::kService, [&] {
    return connections_->GetConnection(id.get(), found.GetAddressOf());
  });
  if ((code == S_OK) != (found != nullptr)) Finding("GetConnection: code and object disagree");
  if (code != S_OK) return;
  found->get_ConnectionID(found_id.put());
  if (found_id.view() != id.view()) Finding("GetConnection gave another connection");
  Hold(held_connections_, std::move(found), since);
}

void MbnCalls::ConnectionOfModem() {
  if (modems_.empty()) return;
  auto& modem = random_.Of(modems_);
  const Phase before = around_.phase.Now();
  Ptr<IMbnConnection> connection;
  const HRESULT code = Make("IMbnInterface::GetConnection", Needs::kService,
                            [&] { return modem.object->GetConnection(connection.GetAddressOf()); });
  if ((code == S_OK) != (connection != nullptr)) Finding("GetConnection: code and object disagree");
  if (code != S_OK) return;
  if (modem.since.running() && before.running() && modem.since != before)
    Finding("GetConnection works on an object of an earlier start");
  Hold(held_connections_, std::move(connection), before);
}

void MbnCalls::AskModem() {
  if (modems_.empty()) return;
  auto& modem = random_.Of(modems_);
  Ask(modem, *modem.object.Get(), InterfaceGetters());
}

void MbnCalls::AskRegistration() {
  if (modems_.empty()) return;
  auto& modem = random_.Of(modems_);
  Ptr<IMbnRegistration> registration;
  if (FAILED(modem.object.As(&registration))) return Finding("an interface without registration");
  Ask(modem, *registration.Get(), RegistrationGetters());
}

void MbnCalls::AskConnection() {
  if (held_connections_.empty()) return;
  auto& connection = random_.Of(held_connections_);
  Ask(connection, *connection.object.Get(), ConnectionGetters());
}

void MbnCalls::AskProfile() {
  if (held_profiles_.empty()) return;
  auto& profile = random_.Of(held_profiles_);
  Ask(profile, *profile.object.Get(), ProfileGetters());
}

void MbnCalls::CheckRequest(const char* api, HRESULT code, Phase before, Phase since, ULONG request,
                            mbn::EventId completion) {
  if (code != S_OK) {
    if (request != 0) Finding(std::string(api) + " failed and left a request ID");
    return;
  }
  accepted_.emplace_back(request, completion);
  if (since.running() && before.running() && since != before)
    Finding(std::string(api) + " works on an object of an earlier start");
}

void MbnCalls::Connect() {
  if (held_connections_.empty()) return;
  const auto& connection = random_.Of(held_connections_);
  const bool by_name = !random_.OneIn(4);
  const std::string name = random_.OneIn(2) ? "internet" : ProfileName();
  const std::wstring what = by_name ? com::FromUtf8(name) : Xml(name);
  const auto mode = by_name ? MBN_CONNECTION_MODE_PROFILE : MBN_CONNECTION_MODE_TMP_PROFILE;
  const Phase before = around_.phase.Now();
  ULONG request = 0xA5A5A5A5;
  const HRESULT code = Make("IMbnConnection::Connect", Needs::kService, [&] {
    return connection.object->Connect(mode, what.c_str(), &request);
  });
  CheckRequest("IMbnConnection::Connect", code, before, connection.since, request,
               mbn::EventId::kIMbnConnectionEvents_OnConnectComplete);
  // The modem has left. A new look at the connections finds it when it is back.
  if (code == kNotFound) ListConnections();
}

void MbnCalls::Disconnect() {
  if (held_connections_.empty()) return;
  const auto& connection = random_.Of(held_connections_);
  const Phase before = around_.phase.Now();
  ULONG request = 0xA5A5A5A5;
  const HRESULT code = Make("IMbnConnection::Disconnect", Needs::kService,
                            [&] { return connection.object->Disconnect(&request); });
  CheckRequest("IMbnConnection::Disconnect", code, before, connection.since, request,
               mbn::EventId::kIMbnConnectionEvents_OnDisconnectComplete);
}

std::string MbnCalls::ProfileName() {
  const std::string number = std::to_string(random_.Below(3));
  return random_.OneIn(2) ? "shared" + number : name_ + "-" + number;
}

void MbnCalls::CreateProfile() {
  const std::string name = ProfileName();
  const bool own = name.starts_with(name_);
  const HRESULT code =
      Make("IMbnConnectionProfileManager::CreateConnectionProfile", Needs::kService,
           [&] { return profiles_->CreateConnectionProfile(Xml(name).c_str()); });
  const bool stored = own_profiles_.contains(name);
  if (own && (code == S_OK ? stored : code == kAlreadyExists && !stored))
    Finding("CreateConnectionProfile of " + name + ", stored " +
            (stored ? "already: " : "not yet: ") +
            catalogue::CodeName(static_cast<std::uint32_t>(code), catalogue::Family::kHresult));
  if (own && code == S_OK) own_profiles_.insert(name);
}

IMbnInterface* MbnCalls::ModemOrNull() {
  return modems_.empty() || random_.OneIn(2) ? nullptr : random_.Of(modems_).object.Get();
}

void MbnCalls::GetProfile() {
  const std::string name = ProfileName();
  IMbnInterface* const modem = ModemOrNull();
  const Phase since = around_.phase.Now();
  Ptr<IMbnConnectionProfile> profile;
  const HRESULT code =
      Make("IMbnConnectionProfileManager::GetConnectionProfile", Needs::kService, [&] {
        return profiles_->GetConnectionProfile(modem, com::FromUtf8(name).c_str(),
                                               profile.GetAddressOf());
      });
  if ((code == S_OK) != (profile != nullptr))
    Finding("GetConnectionProfile: code and object disagree");
  if (modem == nullptr && name.starts_with(name_) && (code == S_OK || code == kNotFound) &&
      (code == S_OK) != own_profiles_.contains(name))
    Finding("GetConnectionProfile of " + name + ": " +
            (code == S_OK ? "found, but not stored" : "not found, but stored"));
  if (code != S_OK) return;
  com::Bstr xml;
  profile->GetProfileXmlData(xml.put());
  if (com::ToUtf8(xml.view()).find("<Name>" + name + "</Name>") == std::string::npos)
    Finding("GetConnectionProfile gave another profile");
  Hold(held_profiles_, std::move(profile), since);
}

void MbnCalls::ListProfiles() {
  IMbnInterface* const modem = ModemOrNull();
  const Phase since = around_.phase.Now();
  SAFEARRAY* array = nullptr;
  if (Make("IMbnConnectionProfileManager::GetConnectionProfiles", Needs::kService,
           [&] { return profiles_->GetConnectionProfiles(modem, &array); }) != S_OK)
    return;
  const auto listed = com::TakeElements<IMbnConnectionProfile>(array);
  std::size_t own = 0;
  for (const auto& profile : listed) {
    com::Bstr xml;
    profile->GetProfileXmlData(xml.put());
    if (com::ToUtf8(xml.view()).find("<Name>" + name_ + "-") != std::string::npos) ++own;
  }
  if (modem == nullptr && own != own_profiles_.size())
    Finding("GetConnectionProfiles lists " + std::to_string(own) + " of " +
            std::to_string(own_profiles_.size()) + " profiles of this client");
  if (!listed.empty()) Hold(held_profiles_, random_.Of(listed), since);
}

void MbnCalls::UpdateProfile() {
  if (held_profiles_.empty()) return;
  auto& profile = random_.Of(held_profiles_);
  com::Bstr xml;
  profile.object->GetProfileXmlData(xml.put());
  const std::wstring with = random_.OneIn(2) ? std::wstring(xml.view()) : Xml(ProfileName(), true);
  Make("IMbnConnectionProfile::UpdateProfile", Needs::kService,
       [&] { return profile.object->UpdateProfile(with.c_str()); });
}

void MbnCalls::DeleteProfile() {
  // Only those that no other client believes to be its own.
  std::erase_if(held_profiles_, [&](const auto& profile) {
    com::Bstr xml;
    profile.object->GetProfileXmlData(xml.put());
    const std::string text = com::ToUtf8(xml.view());
    return text.find("<Name>shared") == std::string::npos &&
           text.find("<Name>" + name_ + "-") == std::string::npos;
  });
  if (held_profiles_.empty()) return;
  auto& profile = random_.Of(held_profiles_);
  com::Bstr xml;
  profile.object->GetProfileXmlData(xml.put());
  const std::string text = com::ToUtf8(xml.view());
  const auto begin = text.find("<Name>") + 6;
  const std::string name = text.substr(begin, text.find("</Name>") - begin);
  const HRESULT code = Make("IMbnConnectionProfile::Delete", Needs::kService,
                            [&] { return profile.object->Delete(); });
  if (!name.starts_with(name_)) return;
  const bool stored = own_profiles_.contains(name);
  if (code == S_OK ? !stored : code == kNotFound && stored)
    Finding("Delete of " + name + ", stored " + (stored ? "already: " : "no longer: ") +
            catalogue::CodeName(static_cast<std::uint32_t>(code), catalogue::Family::kHresult));
  if (code == S_OK) own_profiles_.erase(name);
}

void MbnCalls::AskForNothing() {
  const auto expect_pointer = [&](const char* api, HRESULT code) {
    if (code != E_POINTER)
      Finding(Result(api, static_cast<std::uint32_t>(code)) + " with an output that is NULL");
  };
  expect_pointer("IMbnInterfaceManager::GetInterfaces", interfaces_->GetInterfaces(nullptr));
  expect_pointer("IMbnConnectionManager::GetConnections", connections_->GetConnections(nullptr));
  if (held_connections_.empty()) return;
  IMbnConnection& connection = *random_.Of(held_connections_).object.Get();
  expect_pointer("IMbnConnection::Disconnect", connection.Disconnect(nullptr));
}

void MbnCalls::MakeManagers() {
  interfaces_ = com::Create<IMbnInterfaceManager>(CLSID_MbnInterfaceManager);
  connections_ = com::Create<IMbnConnectionManager>(CLSID_MbnConnectionManager);
  profiles_ = com::Create<IMbnConnectionProfileManager>(CLSID_MbnConnectionProfileManager);
}

// Advises a sink, or ends the connections of the sink before.
void MbnCalls::ListenForAWhile() {
  advices_.Clear();
  if (random_.OneIn(2)) return;
  const auto sink = com::Make<PassingSink>();
  advices_.Add(interfaces_.Get(), sink->AsUnknown());
  advices_.Add(connections_.Get(), sink->AsUnknown());
  advices_.Add(profiles_.Get(), sink->AsUnknown());
}

}  // namespace mbnrig::stress
