#pragma once

/// The fixture of every suite of mbnapi.h: a modem of a scenario, the service, and a client.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "bench/bench.h"
#include "bench/rows.h"
#include "mbn/client.h"

namespace mbnrig::conformance {

using bench::Bench;
using bench::ExpectCode;
using bench::ExpectCompletion;
using bench::ExpectRaised;
using bench::Proves;
using bench::Row;

inline constexpr char kConnectComplete[] = "IMbnConnectionEvents::OnConnectComplete";
inline constexpr char kDisconnectComplete[] = "IMbnConnectionEvents::OnDisconnectComplete";
inline constexpr char kInterfaceArrival[] = "IMbnInterfaceManagerEvents::OnInterfaceArrival";
inline constexpr char kInterfaceRemoval[] = "IMbnInterfaceManagerEvents::OnInterfaceRemoval";
inline constexpr char kConnectionArrival[] = "IMbnConnectionManagerEvents::OnConnectionArrival";
inline constexpr char kConnectState[] = "IMbnConnectionEvents::OnConnectStateChange";
inline constexpr char kProfileArrival[] =
    "IMbnConnectionProfileManagerEvents::OnConnectionProfileArrival";
inline constexpr char kProfileRemoval[] =
    "IMbnConnectionProfileManagerEvents::OnConnectionProfileRemoval";
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
  /// A request that Connect accepted, and the first OnConnectComplete that came afterwards.
  struct Completion {
    ULONG request = 0;
    std::optional<Event> event;
  };
  /// Connects with a stored profile, or with a temporary one. If Connect refuses, or no event
  /// comes, fails the test.
  Completion Completed(IMbnConnection* connection, const std::wstring& profile);
  Completion Completed(IMbnConnection* connection, const ProfileText& profile);
  /// The status of that completion; E_UNEXPECTED if there is none.
  HRESULT ConnectAndWait(const std::wstring& profile = L"internet");
  HRESULT ConnectAndWait(const ProfileText& profile);

  /// Unplugs the modem and waits until the service has handled the removal.
  void PullOut();
  /// Unplugs the modem and runs `call` during the removal: the device has left, but the service
  /// still lists the interface.
  void DuringRemoval(const std::function<void()>& call);

 private:
  Completion Completed(IMbnConnection* connection, MBN_CONNECTION_MODE mode,
                       const std::wstring& profile);
  static HRESULT StatusOf(const Completion& completion);
  std::unique_ptr<Client> client_;
};

/// Records the status that an event carries. The event must belong to `request`. As
/// bench::ExpectStatus().
bool ExpectStatus(const Row& row, const std::optional<Event>& event, ULONG request,
                  const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// Waits for an event in a test. The test fails and ends if the event does not come.
#define ASSERT_EVENT(variable, waiting)                                     \
  const auto variable = (waiting); /* NOLINT(bugprone-macro-parentheses) */ \
  ASSERT_TRUE((variable).has_value()) << "the event did not come: " #waiting

}  // namespace mbnrig::conformance
