#include "mbn/testing/service_fixture.h"

#include <algorithm>
#include <cstdio>

namespace mbnrig::mbn::testing {

ServiceTest::ServiceTest() {
  EXPECT_TRUE(SUCCEEDED(CoInitializeEx(nullptr, COINIT_MULTITHREADED)));
  Service::Get().Configure(Config());
  interfaces = com::Create<IMbnInterfaceManager>(CLSID_MbnInterfaceManager);
  connections = com::Create<IMbnConnectionManager>(CLSID_MbnConnectionManager);
  profiles = com::Create<IMbnConnectionProfileManager>(CLSID_MbnConnectionProfileManager);
  events = com::Make<EventLog>();
  events->Advise(interfaces.Get());
  events->Advise(connections.Get());
  events->Advise(profiles.Get());
  Service::Get().Start();
}

ServiceTest::~ServiceTest() {
  events->OnEvent(nullptr);
  Service::Get().Stop();
  events->Disconnect();
  events = nullptr;
  interfaces = nullptr;
  connections = nullptr;
  profiles = nullptr;
  CoUninitialize();
  if (!HasFailure()) return;
  for (const std::string& line : log.Lines())
    std::fputs(line.c_str(), stderr);
}

std::vector<std::string> ServiceTest::OfInterest(
    const std::vector<std::string>& of_interest) const {
  std::vector<std::string> names = events->Names();
  std::erase_if(names, [&](const std::string& name) {
    return std::none_of(of_interest.begin(), of_interest.end(), [&](const std::string& wanted) {
      return NameOf(EventNamed(wanted)) == name;
    });
  });
  return names;
}

ServiceConfig ServiceTest::Config() {
  ServiceConfig config;
  config.monitor = [this] { return bus.MakeMonitor(); };
  config.state_dir = folder.path();
  config.l2.mode = l2::L2Mode::kOff;
  return config;
}

void ServiceTest::Restart(const ServiceConfig& config) {
  Service::Get().Stop();
  Service::Get().Configure(config);
  Service::Get().Start();
}

std::shared_ptr<FakeModem> ServiceTest::PlugModem() {
  auto modem = bus.Plug();
  const Event arrival = events->WaitFor("OnInterfaceArrival");
  const std::wstring id = InterfaceId(arrival.As<IMbnInterface>().Get());
  EXPECT_TRUE(Service::Get().WaitUntilKnown(com::ToUtf8(id), kTestPatience));
  return modem;
}

com::Ptr<IMbnInterface> ServiceTest::OnlyInterface() {
  SAFEARRAY* array = nullptr;
  EXPECT_THAT(interfaces->GetInterfaces(&array), HasCode(S_OK));
  const auto all = com::TakeElements<IMbnInterface>(array);
  EXPECT_LE(all.size(), 1u);
  return all.empty() ? nullptr : all.front();
}

com::Ptr<IMbnConnection> ServiceTest::OnlyConnection() {
  SAFEARRAY* array = nullptr;
  EXPECT_THAT(connections->GetConnections(&array), HasCode(S_OK));
  const auto all = com::TakeElements<IMbnConnection>(array);
  EXPECT_LE(all.size(), 1u);
  return all.empty() ? nullptr : all.front();
}

void ServiceTest::CreateProfile(const std::string& name, const std::string& children) {
  const std::wstring xml = com::FromUtf8(ProfileXml(name, children));
  EXPECT_THAT(profiles->CreateConnectionProfile(xml.c_str()), HasCode(S_OK));
}

StateOf::StateOf(IMbnConnection* connection) {
  com::Bstr name;
  code = connection->GetConnectionState(&activation, name.put());
  profile = com::ToUtf8(name.view());
}

std::wstring InterfaceId(IMbnInterface* modem) {
  com::Bstr id;
  EXPECT_THAT(modem->get_InterfaceID(id.put()), HasCode(S_OK));
  return std::wstring(id.view());
}

std::string XmlOf(IMbnConnectionProfile* profile) {
  com::Bstr xml;
  EXPECT_THAT(profile->GetProfileXmlData(xml.put()), HasCode(S_OK));
  return com::ToUtf8(xml.view());
}

}  // namespace mbnrig::mbn::testing
