// The dialer that uses the Mobile Broadband API.

#include <objbase.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <list>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>

#include "com/client.h"
#include "com/event_handler.h"
#include "com/guard.h"
#include "com/object.h"
#include "com/text.h"
#include "rras/model/dialer.h"

namespace mbnrig::rras {
namespace {

using com::Ptr;

/// Keeps the process in COM's multithreaded apartment while it lives. It has a thread of its own,
/// because COM counts initialisations by thread, and the router may be started by one thread and
/// stopped by another.
class Apartment {
 public:
  Apartment() {
    std::promise<HRESULT> entered;
    std::future<HRESULT> result = entered.get_future();
    thread_ = std::thread([&entered, leave = leave_.get_future()]() mutable {
      const HRESULT hr = CoInitializeEx(nullptr, COINIT_MULTITHREADED);
      entered.set_value(hr);
      leave.wait();
      if (SUCCEEDED(hr)) CoUninitialize();
    });
    if (FAILED(result.get())) {
      Leave();
      throw std::runtime_error("cannot initialise COM in this process");
    }
  }
  ~Apartment() { Leave(); }
  Apartment(const Apartment&) = delete;
  Apartment& operator=(const Apartment&) = delete;

 private:
  void Leave() {
    leave_.set_value();
    thread_.join();
  }
  std::promise<void> leave_;
  std::thread thread_;
};

/// Requests that the service has accepted. The dialer makes the list entry first and then asks the
/// service under the lock, so a completion always finds its request.
struct Activation {
  ULONG request = 0;
  Dialer::Finished done;
};
struct Deactivation {
  std::wstring interface_id;
  ULONG request = 0;  ///< 0: of another program, which alone knows the number
  bool over = false;
  bool still_active = false;  ///< when it was over, the modem had not ended the context
};

/// Whether the context of a connection is active, as the object has it. False if that is not known:
/// the SIM has gone, and the context with it.
bool IsActivated(IMbnConnection& connection) {
  com::Bstr profile;
  MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_NONE;
  return SUCCEEDED(connection.GetConnectionState(&state, profile.put())) &&
         state == MBN_ACTIVATION_STATE_ACTIVATED;
}

/// Whether an event's object says that its connection is down. False if it does not say anything.
bool IsDown(IMbnConnection& connection) {
  com::Bstr profile;
  MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_NONE;
  return SUCCEEDED(connection.GetConnectionState(&state, profile.put())) &&
         state != MBN_ACTIVATION_STATE_ACTIVATED && state != MBN_ACTIVATION_STATE_DEACTIVATING;
}

/// The ID of the interface that an object belongs to. Empty if there is no memory for it.
template <class Object>
std::string InterfaceOf(Object& object) {
  com::Bstr id;
  object.get_InterfaceID(id.put());
  return com::ToUtf8(id.view());
}

/// Where the service's events arrive. The service may call a sink a last time after Unadvise: sinks
/// share the inbox, so it outlives the dialer until they are gone.
struct Inbox {
  /// Held while a handler runs, so that the dialer's Stop can wait for it.
  std::mutex gate;
  Dialer::Changed changed;  // guarded by gate

  std::mutex mutex;  // lock after gate
  std::condition_variable deactivated;
  std::list<Activation> activations;      // guarded by mutex
  std::list<Deactivation> deactivations;  // guarded by mutex

  void OnChange(const std::string& ended = {}) {
    const std::lock_guard in_handler(gate);
    if (changed) changed(ended);
  }

  void OnConnectComplete(ULONG request, HRESULT status) {
    const std::lock_guard in_handler(gate);
    std::list<Activation> completed;
    {
      const std::lock_guard lock(mutex);
      const auto found =
          std::find_if(activations.begin(), activations.end(),
                       [&](const Activation& activation) { return activation.request == request; });
      if (found != activations.end()) completed.splice(completed.end(), activations, found);
    }
    for (const Activation& activation : completed)
      activation.done(status);
    if (changed) changed({});
  }

  // The object that comes with a completion says what was true at that moment. Another program may
  // have activated the next context since.
  void OnDisconnectComplete(IMbnConnection& connection, ULONG request) {
    com::Bstr id;
    connection.get_InterfaceID(id.put());
    const bool active = IsActivated(connection);
    {
      const std::lock_guard lock(mutex);
      for (Deactivation& waiting : deactivations) {
        const bool meant =
            waiting.request != 0 ? waiting.request == request : waiting.interface_id == id.view();
        if (!meant) continue;
        waiting.over = true;
        waiting.still_active = active;
      }
    }
    deactivated.notify_all();
    OnChange(IsDown(connection) ? com::ToUtf8(id.view()) : std::string());
  }
};

class Sink final : public com::Object<IMbnConnectionEvents, IMbnConnectionManagerEvents,
                                      IMbnInterfaceManagerEvents> {
 public:
  explicit Sink(std::shared_ptr<Inbox> inbox) : inbox_(std::move(inbox)) {}

  HRESULT STDMETHODCALLTYPE OnConnectComplete(IMbnConnection*, ULONG request,
                                              HRESULT status) override {
    return com::Guard([&] { return inbox_->OnConnectComplete(request, status), S_OK; });
  }
  HRESULT STDMETHODCALLTYPE OnDisconnectComplete(IMbnConnection* connection, ULONG request,
                                                 HRESULT) override {
    return com::Guard([&] { return inbox_->OnDisconnectComplete(*connection, request), S_OK; });
  }
  HRESULT STDMETHODCALLTYPE OnConnectStateChange(IMbnConnection* connection) override {
    return com::Guard([&] {
      return inbox_->OnChange(IsDown(*connection) ? InterfaceOf(*connection) : std::string()), S_OK;
    });
  }
  HRESULT STDMETHODCALLTYPE OnVoiceCallStateChange(IMbnConnection*) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE OnConnectionArrival(IMbnConnection*) override { return Change(); }
  HRESULT STDMETHODCALLTYPE OnConnectionRemoval(IMbnConnection* connection) override {
    return com::Guard([&] { return inbox_->OnChange(InterfaceOf(*connection)), S_OK; });
  }
  HRESULT STDMETHODCALLTYPE OnInterfaceArrival(IMbnInterface*) override { return Change(); }
  HRESULT STDMETHODCALLTYPE OnInterfaceRemoval(IMbnInterface* modem) override {
    return com::Guard([&] { return inbox_->OnChange(InterfaceOf(*modem)), S_OK; });
  }

 private:
  HRESULT Change() {
    return com::Guard([&] { return inbox_->OnChange(), S_OK; });
  }
  const std::shared_ptr<Inbox> inbox_;
};

struct Capability {
  MBN_INTERFACE_CAPS caps{};
  Capability() = default;
  ~Capability() {
    for (BSTR text : {caps.customDataClass, caps.customBandClass, caps.deviceID, caps.manufacturer,
                      caps.model, caps.firmwareInfo})
      SysFreeString(text);
  }
  Capability(const Capability&) = delete;
  Capability& operator=(const Capability&) = delete;
};

/// Whether a getter succeeded. Throws std::bad_alloc: a lack of memory must not look like a missing
/// modem.
bool Got(HRESULT hr) {
  if (hr == E_OUTOFMEMORY) throw std::bad_alloc();
  return SUCCEEDED(hr);
}

ModemView View(IMbnInterface& modem) {
  ModemView view;
  com::Bstr id;
  if (Got(modem.get_InterfaceID(id.put()))) view.interface_id = com::ToUtf8(id.view());
  Capability known;
  if (Got(modem.GetInterfaceCapability(&known.caps))) {
    view.device_name = com::ToUtf8(com::View(known.caps.model));
    if (view.device_name.empty()) view.device_name = com::ToUtf8(com::View(known.caps.deviceID));
  }
  if (view.device_name.empty()) view.device_name = view.interface_id;
  Ptr<IMbnConnection> connection;
  if (!Got(modem.GetConnection(connection.GetAddressOf()))) return view;
  com::Bstr profile;
  MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_NONE;
  if (!Got(connection->GetConnectionState(&state, profile.put()))) return view;
  view.state = state;
  MBN_READY_STATE ready = MBN_READY_STATE_OFF;
  view.operational = Got(modem.GetReadyState(&ready)) && ready == MBN_READY_STATE_INITIALIZED;
  return view;
}

/// Why a modem without a connection object cannot be dialled.
HRESULT WhyNoConnection(IMbnInterface& modem) {
  MBN_READY_STATE ready = MBN_READY_STATE_OFF;
  const HRESULT hr = modem.GetReadyState(&ready);
  if (FAILED(hr)) return hr;
  switch (ready) {
    case MBN_READY_STATE_INITIALIZED:
      return E_MBN_NOT_REGISTERED;
    case MBN_READY_STATE_NO_ESIM_PROFILE:
    case MBN_READY_STATE_SIM_NOT_INSERTED:
      return E_MBN_SIM_NOT_INSERTED;
    case MBN_READY_STATE_BAD_SIM:
      return E_MBN_BAD_SIM;
    case MBN_READY_STATE_DEVICE_LOCKED:
      return E_MBN_PIN_REQUIRED;
    case MBN_READY_STATE_DEVICE_BLOCKED:
      return E_MBN_BAD_SIM;
    case MBN_READY_STATE_NOT_ACTIVATED:
      return E_MBN_SERVICE_NOT_ACTIVATED;
    case MBN_READY_STATE_FAILURE:
      return E_FAIL;
    case MBN_READY_STATE_OFF:
      break;
  }
  return HRESULT_FROM_WIN32(ERROR_NOT_READY);
}

class MbnDialer final : public Dialer {
 public:
  ~MbnDialer() override { Stop(); }

  void Start(Changed changed) override {
    {
      const std::lock_guard lock(inbox_->gate);
      inbox_->changed = std::move(changed);
    }
    const Ptr<Sink> sink = com::Make<Sink>(inbox_);
    advices_.Add(connections_.Get(), __uuidof(IMbnConnectionEvents), sink->AsUnknown());
    advices_.Add(connections_.Get(), __uuidof(IMbnConnectionManagerEvents), sink->AsUnknown());
    advices_.Add(interfaces_.Get(), __uuidof(IMbnInterfaceManagerEvents), sink->AsUnknown());
  }

  void Stop() override {
    advices_.Clear();
    std::list<Activation> abandoned;
    {
      const std::lock_guard no_handler(inbox_->gate);
      inbox_->changed = nullptr;
      const std::lock_guard lock(inbox_->mutex);
      abandoned.swap(inbox_->activations);
    }
    for (const Activation& activation : abandoned)
      activation.done(E_ABORT);
  }

  std::vector<ModemView> Modems() const override {
    std::vector<ModemView> modems;
    SAFEARRAY* raw = nullptr;
    if (!Got(interfaces_->GetInterfaces(&raw))) return modems;
    for (const Ptr<IMbnInterface>& modem : com::TakeElements<IMbnInterface>(raw))
      modems.push_back(View(*modem.Get()));
    return modems;
  }

  HRESULT Connect(const std::string& interface_id, const std::string& profile,
                  Finished done) override {
    Ptr<IMbnInterface> modem;
    HRESULT hr =
        interfaces_->GetInterface(com::FromUtf8(interface_id).c_str(), modem.GetAddressOf());
    if (FAILED(hr)) return hr;
    Ptr<IMbnConnection> connection;
    hr = modem->GetConnection(connection.GetAddressOf());
    if (hr == HRESULT_FROM_WIN32(ERROR_NOT_FOUND)) return WhyNoConnection(*modem.Get());
    if (FAILED(hr)) return hr;
    const std::wstring profile_name = com::FromUtf8(profile);
    std::list<Activation> entry;
    entry.push_back({0, std::move(done)});
    const std::lock_guard lock(inbox_->mutex);
    hr = connection->Connect(MBN_CONNECTION_MODE_PROFILE, profile_name.c_str(),
                             &entry.front().request);
    if (FAILED(hr)) return hr;
    inbox_->activations.splice(inbox_->activations.end(), entry);
    return S_OK;
  }

  HRESULT Disconnect(const std::string& interface_id, std::chrono::milliseconds timeout) override {
    const HRESULT kNothingToEnd = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    std::list<Deactivation> entry(1);
    const auto mine = entry.begin();
    mine->interface_id = com::FromUtf8(interface_id);
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const Ptr<IMbnConnection> connection = ConnectionOf(mine->interface_id);
    if (!connection) return kNothingToEnd;
    std::unique_lock lock(inbox_->mutex);
    // Under the lock, so that the completion of another program's Disconnect cannot be missed.
    const bool accepted = Got(connection->Disconnect(&mine->request));
    if (!accepted && !IsDeactivating(mine->interface_id)) return kNothingToEnd;
    inbox_->deactivations.splice(inbox_->deactivations.end(), entry);
    bool over = false;
    do {
      mine->over = false;
      over = inbox_->deactivated.wait_until(lock, deadline, [&] { return mine->over; });
      // The completion of another program's request may be an older one: an event may come late,
      // and the modem may have connected again and be deactivating that context now. A completion
      // comes only after the state has changed, so the one that counts cannot be missed here.
    } while (over && !accepted && IsStillDeactivating(mine->interface_id));
    const bool still_active = mine->still_active;
    entry.splice(entry.end(), inbox_->deactivations, mine);
    lock.unlock();
    if (!over) return HRESULT_FROM_WIN32(ERROR_TIMEOUT);
    if (!still_active) return S_OK;
    // Since the completion the modem may have left, or may have said that the context has ended.
    try {
      const Ptr<IMbnConnection> now = ConnectionOf(mine->interface_id);
      return now && IsActivated(*now.Get()) ? E_FAIL : S_OK;
    } catch (const std::bad_alloc&) {
      return E_FAIL;  // as the completion said
    }
  }

  bool InHandler() const override { return com::InEventHandler(); }

 private:
  /// The connection as it is now; null if there is none.
  Ptr<IMbnConnection> ConnectionOf(const std::wstring& interface_id) const {
    Ptr<IMbnInterface> modem;
    Ptr<IMbnConnection> connection;
    if (Got(interfaces_->GetInterface(interface_id.c_str(), modem.GetAddressOf())))
      Got(modem->GetConnection(connection.GetAddressOf()));
    return connection;
  }
  /// Whether a Disconnect of any program is under way.
  bool IsDeactivating(const std::wstring& interface_id) const {
    const Ptr<IMbnConnection> connection = ConnectionOf(interface_id);
    com::Bstr profile;
    MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_NONE;
    return connection && Got(connection->GetConnectionState(&state, profile.put())) &&
           state == MBN_ACTIVATION_STATE_DEACTIVATING;
  }
  /// As IsDeactivating. Without memory for the answer: no, as the completion said.
  bool IsStillDeactivating(const std::wstring& interface_id) const noexcept {
    try {
      return IsDeactivating(interface_id);
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  const Apartment apartment_;
  const Ptr<IMbnInterfaceManager> interfaces_ =
      com::Create<IMbnInterfaceManager>(CLSID_MbnInterfaceManager);
  const Ptr<IMbnConnectionManager> connections_ =
      com::Create<IMbnConnectionManager>(CLSID_MbnConnectionManager);
  const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  com::Advices advices_;
};

}  // namespace

std::unique_ptr<Dialer> MakeMbnDialer() {
  return std::make_unique<MbnDialer>();
}

}  // namespace mbnrig::rras
