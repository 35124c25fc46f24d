#pragma once

/// The service with the real client, USB function and modem, on a bus in the process, for tests.

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>

#include "client/monitor.h"
#include "gadget.h"
#include "mbn/testing/service_fixture.h"
#include "scenario/scenario.h"
#include "usb/loopback.h"

namespace mbnrig::mbn::testing {

class RigFixture : public ServiceTest {
 protected:
  /// `fixtures` is the folder fixtures/ of the source tree.
  explicit RigFixture(std::filesystem::path fixtures)
      : fixtures_(std::move(fixtures)),
        gadget_(scenario::Load(Scenario("default"))),
        port_(bus_, gadget_.function()) {
    gadget_.set_port(&port_);
    Service::Get().Stop();
    config = Config();
    config.monitor = [this] { return client::MakeLoopbackMonitor(bus_, timeouts); };
    config.l2.mode = l2::L2Mode::kDatagrams;
    config.l2.socket = datagrams;
  }
  ~RigFixture() override {
    Service::Get().Stop();
    gadget_.Stop();
    gadget_.set_port(nullptr);
  }

  /// A scenario that ships, or a case from the field such as "cases/554-outstanding-1".
  std::filesystem::path Scenario(const std::string& name) const {
    return name.starts_with("cases/") ? fixtures_ / name / "scenario.yaml"
                                      : fixtures_ / "scenarios" / (name + ".yaml");
  }
  nlohmann::json Control(const std::string& method, const char* params = "{}") {
    return gadget_.Control(method, nlohmann::json::parse(params));
  }
  std::uint32_t Inject(const char* rule) {
    const nlohmann::json result = Control("inject", rule);
    return result.is_number() ? result.get<std::uint32_t>()
                              : result.at("rule").get<std::uint32_t>();
  }
  void WaitForHit(std::uint32_t rule) {
    gadget_.Control("wait", {{"rule", rule}, {"hits", 1u}, {"timeout_ms", 20000u}});
  }

  /// Starts the service with the fault rule `rule`, and waits until the modem of `scenario`
  /// arrives.
  void Begin(const std::string& scenario = "default", const char* rule = nullptr) {
    gadget_.Control("load", {{"path", Scenario(scenario).string()}});
    if (rule != nullptr) Inject(rule);
    gadget_.Plug();
    Service::Get().Configure(config);
    Service::Get().Start();
    events->WaitFor("OnInterfaceArrival");
  }
  /// The same, but waits until the connection arrives, and stores a profile "internet".
  void BeginConnectable(const std::string& scenario = "default", const char* rule = nullptr,
                        const std::string& apn = "internet") {
    Begin(scenario, rule);
    events->WaitFor("OnConnectionArrival");
    connection = OnlyConnection();
    CreateProfile("internet", "<Context><AccessString>" + apn + "</AccessString></Context>");
  }
  /// Waits until datagrams can pass, or cannot pass any more. False if that does not happen.
  bool WaitForDatagrams(bool joined = true) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (datagrams->joined() != joined && std::chrono::steady_clock::now() < limit)
      std::this_thread::yield();
    return datagrams->joined() == joined;
  }
  HRESULT ConnectAndWait() {
    ULONG request = 0;
    const HRESULT hr = connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request);
    if (hr != S_OK) return hr;
    return events
        ->WaitFor("OnConnectComplete",
                  [request](const Event& event) { return event.request == request; })
        .status;
  }

  client::Timeouts timeouts;
  ServiceConfig config;
  const std::shared_ptr<l2::DatagramSocket> datagrams = std::make_shared<l2::DatagramSocket>();
  com::Ptr<IMbnConnection> connection;
  const std::filesystem::path fixtures_;
  usb::LoopbackBus bus_;
  Gadget gadget_;
  usb::LoopbackPort port_;
};

}  // namespace mbnrig::mbn::testing
