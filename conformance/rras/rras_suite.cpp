#include "rras/rras_suite.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace mbnrig::conformance {

RrasTest::~RrasTest() {
  client_.reset();
  try {
    bench().ClearFaults();  // the services wait for what a rule holds
    bench().StopRras();
    bench().StopMbn();
  } catch (const bench::RigFault& fault) {
    ADD_FAILURE() << fault.what();
  }
}

void RrasTest::Boot(RouterType type) {
  bench().Reset();
  bench().StartMbn();
  bench().StartRras(type);
  client_ = std::make_unique<RrasClient>();
}

void RrasTest::BootRegistered() {
  Boot();
  bench().WaitUntilRegistered();
  bench().StoreProfile(L"internet", L"internet");
}

void RrasTest::ReplaceModem(std::string_view scenario) {
  PullOut();
  bench().Load(scenario);
  bench().Plug();
}

void RrasTest::AddRegisteredModem() {
  const std::size_t before = Ports().size();
  bench().AddModem();
  ASSERT_TRUE(Eventually([&] {
    const std::vector<RAS_PORT_0> ports = Ports();
    return ports.size() == before + 1 &&
           std::none_of(ports.begin(), ports.end(), [](const RAS_PORT_0& port) {
             return port.dwPortCondition == RAS_PORT_NON_OPERATIONAL;
           });
  }));
}

void RrasTest::RestartRras(RouterType type) {
  bench().StopRras();
  bench().StartRras(type);
}

HANDLE RrasTest::Interface(const wchar_t* name) {
  HANDLE handle = nullptr;
  EXPECT_EQ(client().Create(RrasClient::DemandDial(name), &handle), DWORD{NO_ERROR});
  return handle;
}

HANDLE RrasTest::ConnectedInterface() {
  const HANDLE handle = Interface();
  EXPECT_EQ(client().Connect(handle), DWORD{NO_ERROR});
  return handle;
}

RAS_PORT_0 RrasTest::Port() {
  const std::vector<RAS_PORT_0> ports = Ports();
  EXPECT_EQ(ports.size(), 1u);
  return ports.size() == 1 ? ports.front() : RAS_PORT_0{};
}

std::vector<RAS_PORT_0> RrasTest::Ports() {
  PortList list;
  EXPECT_EQ(client().Enumerate(&list), DWORD{NO_ERROR});
  EXPECT_EQ(list.total, list.read);
  return list.ports();
}

bench::RuleId RrasTest::HoldConnect() {
  return bench().Inject(
      R"({"on": "command", "cid": "CONNECT", "type": "set", "activation": "activate", "do": "hold"})");
}

void RrasTest::PullOut() {
  bench().Unplug();
  bench().WaitUntilGone();
}

bool RrasTest::Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + bench().patience();
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace mbnrig::conformance
