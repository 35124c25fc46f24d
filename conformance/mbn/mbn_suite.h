#pragma once

/// The fixture of every suite of mbnapi.h: a modem of a scenario, the service, and a client.

#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
inline constexpr char kCapability[] = "IMbnInterfaceEvents::OnInterfaceCapabilityAvailable";
inline constexpr char kHomeProvider[] = "IMbnInterfaceEvents::OnHomeProviderAvailable";
inline constexpr char kConnectionArrival[] = "IMbnConnectionManagerEvents::OnConnectionArrival";
inline constexpr char kConnectState[] = "IMbnConnectionEvents::OnConnectStateChange";
inline constexpr char kVoiceCall[] = "IMbnConnectionEvents::OnVoiceCallStateChange";
inline constexpr char kProfileArrival[] =
    "IMbnConnectionProfileManagerEvents::OnConnectionProfileArrival";
inline constexpr char kProfileRemoval[] =
    "IMbnConnectionProfileManagerEvents::OnConnectionProfileRemoval";
inline constexpr char kConnectionRemoval[] = "IMbnConnectionManagerEvents::OnConnectionRemoval";
inline constexpr char kReadyState[] = "IMbnInterfaceEvents::OnReadyStateChange";
inline constexpr char kEmergency[] = "IMbnInterfaceEvents::OnEmergencyModeChange";
inline constexpr char kRegisterMode[] = "IMbnRegistrationEvents::OnRegisterModeAvailable";
inline constexpr char kRegisterState[] = "IMbnRegistrationEvents::OnRegisterStateChange";
inline constexpr char kPacketService[] = "IMbnRegistrationEvents::OnPacketServiceStateChange";

inline constexpr HRESULT kNotFound = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);

class MbnTest : public ::testing::Test {
 protected:
  ~MbnTest() override;

  /// Boots the modem of a scenario, runs `before` while no host talks to the modem yet, starts the
  /// service, and waits until the modem is listed.
  void Boot(
      std::string_view scenario = "default", const std::function<void()>& before = [] {});
  /// Waits until the first modem's SIM is ready and the state of its connection is known.
  bool AwaitRegistered();
  /// Boot, then waits until the connection's state is known and its profile "internet" is stored.
  void BootRegistered(std::string_view scenario = "default");

  Bench& bench() { return Bench::Get(); }
  Client& client() { return *client_; }
  EventLog& events() { return client_->events(); }
  ComPtr<IMbnInterface> modem() { return client_->Modem(); }
  ComPtr<IMbnConnection> connection() { return client_->Connection(); }
  ComPtr<IMbnRegistration> registration();

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
  Completion Completed(IMbnConnection* connection, MBN_CONNECTION_MODE mode,
                       const std::wstring& profile);
  /// The status of a completion; E_UNEXPECTED if there is none.
  static HRESULT StatusOf(const Completion& completion);
  /// StatusOf(Completed()) of the connection.
  HRESULT ConnectAndWait(const std::wstring& profile = L"internet");
  HRESULT ConnectAndWait(const ProfileText& profile);
  /// Disconnects and waits. The test fails if Disconnect refuses. Returns the state that the object
  /// of OnDisconnectComplete has; nothing if the event does not come.
  std::optional<MBN_ACTIVATION_STATE> DisconnectAndWait();

  /// Does something that does not concern connections and SIMs, and waits for its event. All
  /// earlier events have then been delivered, because they come in order.
  void LetEventsPass();

  /// Unplugs the modem and waits until the service has handled the removal.
  void PullOut();
  /// Unplugs the modem and runs `call` during the removal: the device has left, but the service
  /// still lists the interface.
  void DuringRemoval(const std::function<void()>& call);

 private:
  std::unique_ptr<Client> client_;
  bool emergency_ = false;
};

/// Records the status that an event carries. The event must belong to `request`. As
/// bench::ExpectStatus().
bool ExpectStatus(const Row& row, const std::optional<Event>& event, ULONG request,
                  const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// The names of the events that `names` lists, in the order in which the events came.
std::vector<std::string> NamesOf(const std::vector<Event>& events,
                                 std::initializer_list<std::string_view> names);

/// The value that a getter of the registration returns. Nothing if it does not return S_OK.
template <class Out>
std::optional<Out> ValueOf(const ComPtr<IMbnRegistration>& registration,
                           HRESULT (IMbnRegistration::*get)(Out*)) {
  Out value{};
  if (!registration || (registration.Get()->*get)(&value) != S_OK) return std::nullopt;
  return value;
}

/// Waits for an event in a test. The test fails and ends if the event does not come.
#define ASSERT_EVENT(variable, waiting)                                     \
  const auto variable = (waiting); /* NOLINT(bugprone-macro-parentheses) */ \
  ASSERT_TRUE((variable).has_value()) << "the event did not come: " #waiting

}  // namespace mbnrig::conformance
