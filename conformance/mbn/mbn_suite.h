#pragma once

/// The fixture of every suite of mbnapi.h: a modem of a scenario, the service, and a client.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string_view>

#include "bench/bench.h"
#include "bench/rows.h"
#include "mbn/client.h"

namespace mbnrig::conformance {

using bench::Bench;
using bench::ExpectCode;
using bench::ExpectCompletion;
using bench::Proves;
using bench::Row;

inline constexpr char kConnectComplete[] = "IMbnConnectionEvents::OnConnectComplete";
inline constexpr char kDisconnectComplete[] = "IMbnConnectionEvents::OnDisconnectComplete";
inline constexpr char kInterfaceArrival[] = "IMbnInterfaceManagerEvents::OnInterfaceArrival";
inline constexpr char kInterfaceRemoval[] = "IMbnInterfaceManagerEvents::OnInterfaceRemoval";
inline constexpr char kConnectionArrival[] = "IMbnConnectionManagerEvents::OnConnectionArrival";
inline constexpr char kConnectionRemoval[] = "IMbnConnectionManagerEvents::OnConnectionRemoval";

class MbnTest : public ::testing::Test {
 protected:
  ~MbnTest() override;

  /// Boots the modem of a scenario, runs `before` while no host talks to the modem yet, starts the
  /// service, and waits until the modem is listed.
  void Boot(
      std::string_view scenario = "default", const std::function<void()>& before = [] {});
  /// Boot, then waits until the connection's state is known and its profile "internet" is stored.
  void BootRegistered(std::string_view scenario = "default");

  Bench& bench() { return Bench::Get(); }
  Client& client() { return *client_; }
  EventLog& events() { return client_->events(); }
  ComPtr<IMbnInterface> modem() { return client_->Modem(); }
  ComPtr<IMbnConnection> connection() { return client_->Connection(); }

  /// Stores a profile and waits for its arrival.
  HRESULT Store(const ProfileText& profile);
  ComPtr<IMbnConnectionProfile> Stored(const std::wstring& name);
  /// Connects with a stored profile. Returns the result of Connect if that fails, otherwise the
  /// status of the completion. If no completion comes, fails the test and returns E_UNEXPECTED.
  HRESULT ConnectAndWait(const std::wstring& profile = L"internet");
  /// The same with a temporary profile.
  HRESULT ConnectAndWait(const ProfileText& profile);
  HRESULT ConnectAndWait(IMbnConnection* connection, const ProfileText& profile);

  /// Unplugs the modem and waits until the service has handled the removal.
  void PullOut();
  /// Unplugs the modem and runs `call` during the removal: the device has left, but the service
  /// still lists the interface.
  void DuringRemoval(const std::function<void()>& call);

 private:
  HRESULT Completed(IMbnConnection* connection, MBN_CONNECTION_MODE mode,
                    const std::wstring& profile);
  std::unique_ptr<Client> client_;
};

/// Waits for an event in a test. The test fails and ends if the event does not come.
#define ASSERT_EVENT(variable, waiting)                                     \
  const auto variable = (waiting); /* NOLINT(bugprone-macro-parentheses) */ \
  ASSERT_TRUE((variable).has_value()) << "the event did not come: " #waiting

}  // namespace mbnrig::conformance
