#pragma once

/// The fixture of every suite of mprapi.h: a modem, the services, a client.

#include <gtest/gtest.h>
#include <mprapi.h>
#include <mprerror.h>
#include <raserror.h>
#include <windows.h>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/bench.h"
#include "bench/rows.h"
#include "rras/client.h"

namespace mbnrig::conformance {

using bench::Bench;
using bench::ExpectCode;
using bench::ExpectCompletion;
using bench::Proves;
using bench::RouterType;
using bench::Row;

/// A rule: the modem refuses to end a context.
inline constexpr const char* kRefuseDisconnect =
    R"({"on": "command", "cid": "CONNECT", "type": "set", "activation": "deactivate", "do": "status",
        "status": "FAILURE"})";

class RrasTest : public ::testing::Test {
 protected:
  ~RrasTest() override;

  /// Boots the modem and starts both services; the modem may not be listed yet.
  void Boot(RouterType type = RouterType::kLanAndDemandDial);
  /// Replaces the modem by one of another scenario. It may not be listed yet.
  void ReplaceModem(std::string_view scenario);
  /// Plugs in another modem and waits until both can connect. Boot removes it again.
  void AddRegisteredModem();
  /// Boot, then waits until the modem can connect, and stores its profile "internet".
  void BootRegistered();
  /// Stops RRAS and starts it again.
  void RestartRras(RouterType type = RouterType::kLanAndDemandDial);

  static Bench& bench() { return Bench::Get(); }
  RrasClient& client() { return *client_; }

  /// Creates a demand-dial interface. Fails the test if that fails.
  HANDLE Interface(const wchar_t* name = L"internet");
  /// Creates a demand-dial interface and connects it.
  HANDLE ConnectedInterface();

  /// The modem's port as it is now. Fails the test unless there is exactly one port.
  RAS_PORT_0 Port();
  std::vector<RAS_PORT_0> Ports();
  bool PortIsConnected() { return Port().hConnection != nullptr; }

  /// From now on the modem does not answer a request to connect, until the rule is released.
  static bench::RuleId HoldConnect();
  static void PullOut();

  /// Waits until `condition` is true, at most as long as the bench's patience. Whether it is true.
  /// For conditions that no event reports.
  static bool Eventually(const std::function<bool()>& condition);

 private:
  std::unique_ptr<RrasClient> client_;
};

}  // namespace mbnrig::conformance
