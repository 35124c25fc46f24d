#pragma once

/// An MBN client for tests: the three managers, and a sink that keeps every event.

#include <mbnapi.h>
#include <wrl/client.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "com/client.h"
#include "mbn/api/event_id.h"

namespace mbnrig::conformance {

using Microsoft::WRL::ComPtr;

/// An event that the sink received.
struct Event {
  mbn::EventId id{};
  std::string name;  ///< "IMbnConnectionEvents::OnConnectComplete"
  ComPtr<IUnknown> object;
  ULONG request = 0;
  HRESULT status = S_OK;  ///< of completions

  template <class Interface>
  ComPtr<Interface> As() const {
    ComPtr<Interface> other;
    if (object) object.As(&other);
    return other;
  }
};

/// The events so far, in order. Thread-safe. Bench::patience() limits every wait. The name of an
/// event is as for mbn::EventNamed: the full name, or a short name that only one interface has.
/// Methods throw std::invalid_argument for any other name.
class EventLog {
 public:
  using Handler = std::function<void(const Event&)>;
  using Wanted = std::function<bool(const Event&)>;

  /// Sets a handler for an event. It runs in the sink, on the service's event thread, before the
  /// log keeps the event.
  void OnEvent(std::string_view name, Handler handler);
  void Note(Event event);

  /// How many events have come so far.
  std::size_t Mark() const;
  /// Waits for the first event after `mark` that `wanted` accepts, including past events. Nothing
  /// if none comes.
  std::optional<Event> Wait(const Wanted& wanted, std::size_t mark = 0) const;
  std::optional<Event> Wait(std::string_view name) const;
  /// Waits until that event has come `count` times, and returns the last one.
  std::optional<Event> Wait(std::string_view name, std::size_t count) const;
  /// Waits for the completion of a request.
  std::optional<Event> Completion(std::string_view name, ULONG request) const;
  /// Waits until `condition` returns true. Checks it after each event and every few milliseconds.
  bool Eventually(const std::function<bool()>& condition) const;
  /// The events after `mark`, in order.
  std::vector<Event> Since(std::size_t mark) const;
  /// How many events after `mark` `wanted` accepts.
  std::size_t Count(const Wanted& wanted, std::size_t mark = 0) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable noted_;
  std::vector<Event> events_;
  std::map<mbn::EventId, Handler> handlers_;
};

class Client {
 public:
  /// Makes the managers and advises on all their events. Throws bench::RigFault if COM itself
  /// fails.
  Client();
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  IMbnInterfaceManager* interfaces() const { return interfaces_.Get(); }
  IMbnConnectionManager* connections() const { return connections_.Get(); }
  IMbnConnectionProfileManager* profiles() const { return profiles_.Get(); }
  EventLog& events() const { return *events_; }

  /// The first interface that the manager lists. Null if there is none.
  ComPtr<IMbnInterface> Modem() const;
  /// Its connection. Null if there is none.
  ComPtr<IMbnConnection> Connection() const;

 private:
  const std::shared_ptr<EventLog> events_ = std::make_shared<EventLog>();
  ComPtr<IMbnInterfaceManager> interfaces_;
  ComPtr<IMbnConnectionManager> connections_;
  ComPtr<IMbnConnectionProfileManager> profiles_;
  com::Advices advices_;
};

/// Makes the XML of a profile, version 1. An empty member adds no element.
struct ProfileText {
  std::wstring name = L"internet";
  std::wstring subscriber = L"001010123456789";
  std::wstring access_string = L"internet";
  std::wstring user_name, password;
  std::wstring icon;
  std::wstring description;
  bool is_default = false;

  std::wstring Xml() const;
};

/// The activation state of a connection as its object has it. Nothing if `connection` is null or
/// its state is not known.
std::optional<MBN_ACTIVATION_STATE> ActivationOf(IMbnConnection* connection);

/// The text that a getter returns as a BSTR. Empty if it does not return S_OK.
std::wstring Take(const std::function<HRESULT(BSTR*)>& getter);

}  // namespace mbnrig::conformance
