// The methods in which Bench acts as another program on the host: a client of the Mobile Broadband
// API.
#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "bench/bench.h"
#include "mbn/client.h"

namespace mbnrig::bench {
namespace {

using conformance::ActivationOf;
using conformance::Client;
using conformance::ComPtr;

void Check(HRESULT hr, const char* call) {
  if (FAILED(hr)) throw RigFault(std::string(call) + " failed in the bench's client");
}

bool IsRegistered(const Client& client) {
  const ComPtr<IMbnInterface> modem = client.Modem();
  MBN_READY_STATE ready{};
  return modem && SUCCEEDED(modem->GetReadyState(&ready)) && ready == MBN_READY_STATE_INITIALIZED &&
         ActivationOf(client.Connection().Get());
}

std::wstring SubscriberOf(IMbnInterface& modem) {
  ComPtr<IMbnSubscriberInformation> subscriber;
  Check(modem.GetSubscriberInformation(subscriber.GetAddressOf()), "GetSubscriberInformation");
  return conformance::Take([&](BSTR* id) { return subscriber->get_SubscriberID(id); });
}

bool IsActivated(const Client& client) {
  return ActivationOf(client.Connection().Get()) == MBN_ACTIVATION_STATE_ACTIVATED;
}

}  // namespace

void Bench::WaitUntilRegistered() {
  const Client client;
  if (!client.events().Eventually([&] { return IsRegistered(client); }))
    throw RigFault("the modem did not register in time");
}

void Bench::WaitUntilGone() {
  const Client client;
  if (!client.events().Eventually([&] { return client.Modem() == nullptr; }))
    throw RigFault("the Mobile Broadband service still lists the modem");
}

void Bench::StoreProfile(std::wstring_view name, std::wstring_view access_string) {
  const Client client;
  const ComPtr<IMbnInterface> modem = client.Modem();
  if (!modem) throw RigFault("no modem is listed, so the profile has no subscriber");
  conformance::ProfileText profile;
  profile.name = name;
  profile.access_string = access_string;
  profile.subscriber = SubscriberOf(*modem.Get());
  Check(client.profiles()->CreateConnectionProfile(profile.Xml().c_str()),
        "CreateConnectionProfile");
}

void Bench::ConnectElsewhere(std::wstring_view profile) {
  const Client client;
  const ComPtr<IMbnConnection> connection = client.Connection();
  if (!connection) throw RigFault("no modem has a connection object");
  ULONG request = 0;
  Check(connection->Connect(MBN_CONNECTION_MODE_PROFILE, std::wstring(profile).c_str(), &request),
        "Connect");
  const auto completion =
      client.events().Completion("IMbnConnectionEvents::OnConnectComplete", request);
  if (!completion) throw RigFault("no OnConnectComplete");
  Check(completion->status, "Connect");
}

std::shared_ptr<void> Bench::ConnectElsewhereAfterDisconnect(std::wstring profile) {
  // Held while the handler runs. A handler may still run after its client has stopped listening.
  struct Gate {
    std::mutex mutex;
    bool closed = false;  // guarded by mutex
  };
  const auto gate = std::make_shared<Gate>();
  auto client = std::make_shared<Client>();
  client->events().OnEvent(
      "IMbnConnectionEvents::OnDisconnectComplete",
      [&client = *client, gate, profile = std::move(profile)](const conformance::Event&) {
        const std::lock_guard in_handler(gate->mutex);
        if (gate->closed) return;
        const ComPtr<IMbnConnection> connection = client.Connection();
        ULONG request = 0;
        // If this fails, the test sees that there is no new connection.
        if (!connection ||
            FAILED(connection->Connect(MBN_CONNECTION_MODE_PROFILE, profile.c_str(), &request)))
          return;
        client.events().Eventually([&] { return IsActivated(client); });
      });
  Client* const other = client.get();
  return {other, [gate, client = std::move(client)](Client*) mutable {
            {
              const std::lock_guard no_handler(gate->mutex);
              gate->closed = true;
            }
            client.reset();
          }};
}

void Bench::InHandler(const std::function<void()>& call) {
  static std::atomic<int> profiles{0};
  struct State {
    std::atomic<bool> begun = false, ended = false;
  };
  const auto state = std::make_shared<State>();
  const Client client;
  // Events of earlier profiles may still be on their way, and one of them will do. The handler may
  // run again after this has returned.
  client.events().OnEvent("OnConnectionProfileArrival", [call, state](const conformance::Event&) {
    if (state->begun.exchange(true)) return;
    call();
    state->ended = true;
  });
  // The event of a new profile, because it changes nothing of the modem.
  conformance::ProfileText profile;
  profile.name = L"event " + std::to_wstring(++profiles);
  Check(client.profiles()->CreateConnectionProfile(profile.Xml().c_str()),
        "CreateConnectionProfile");
  if (!client.events().Eventually([&] { return state->ended.load(); }))
    throw RigFault("the handler of an event does not return");
}

}  // namespace mbnrig::bench
