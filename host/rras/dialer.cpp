#include "rras/dialer.h"

#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "com/array.h"
#include "com/guard.h"
#include "com/object.h"
#include "com/text.h"

#include <objbase.h>
#include <ocidl.h>

namespace mbnrig::rras {
namespace {

using com::Ptr;

/// Keeps the process in COM's multithreaded apartment while it lives. COM counts initialisations by
/// thread, and whoever takes the router down need not be the thread that brought it up.
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
      throw std::runtime_error("RRAS: COM cannot be initialised in this process");
    }
  }
  ~Apartment() { Leave(); }
  Apartment(const Apartment&) = delete;
  Apartment& operator=(const Apartment&) = delete;

 private:
  void Leave() {
    if (!thread_.joinable()) return;
    leave_.set_value();
    thread_.join();
  }
  std::promise<void> leave_;
  std::thread thread_;
};

template <class Manager>
Ptr<Manager> Create(REFCLSID clsid) {
  Ptr<Manager> manager;
  const HRESULT hr = CoCreateInstance(clsid, nullptr, CLSCTX_ALL, __uuidof(Manager),
                                      reinterpret_cast<void**>(manager.GetAddressOf()));
  if (FAILED(hr)) throw std::runtime_error("RRAS: the Mobile Broadband API cannot be had");
  return manager;
}

/// One connection to an event interface, ended when it goes.
class Advice {
 public:
  Advice(IUnknown* source, REFIID events, IUnknown* sink) {
    Ptr<IConnectionPointContainer> container;
    if (FAILED(source->QueryInterface(__uuidof(IConnectionPointContainer),
                                      reinterpret_cast<void**>(container.GetAddressOf()))) ||
        FAILED(container->FindConnectionPoint(events, point_.GetAddressOf())) ||
        FAILED(point_->Advise(sink, &cookie_)))
      throw std::runtime_error("RRAS: the Mobile Broadband service's events cannot be had");
  }
  ~Advice() { point_->Unadvise(cookie_); }
  Advice(const Advice&) = delete;
  Advice& operator=(const Advice&) = delete;

 private:
  Ptr<IConnectionPoint> point_;
  DWORD cookie_ = 0;
};

}  // namespace

struct Dialer::Impl {
  Apartment apartment;
  Ptr<IMbnInterfaceManager> interfaces = Create<IMbnInterfaceManager>(CLSID_MbnInterfaceManager);
  Ptr<IMbnConnectionManager> connections =
      Create<IMbnConnectionManager>(CLSID_MbnConnectionManager);
  std::vector<std::unique_ptr<Advice>> advices;

  /// Held while a handler runs, so that Stop can wait for it.
  std::mutex gate;
  Changed changed;

  /// Held across a request and the note of its ID: a completion waits until its ID is known.
  std::mutex mutex;
  std::condition_variable hung_up;
  std::map<ULONG, Finished> connecting;
  std::map<ULONG, bool> disconnecting;  ///< request ID to whether it has completed

  void OnChange() {
    const std::lock_guard lock(gate);
    if (changed) changed();
  }

  void OnConnectComplete(ULONG request, HRESULT status) {
    const std::lock_guard in_handler(gate);
    Finished done;
    {
      const std::lock_guard lock(mutex);
      const auto entry = connecting.find(request);
      if (entry != connecting.end()) {
        done = std::move(entry->second);
        connecting.erase(entry);
      }
    }
    if (done) done(status);
    if (changed) changed();
  }

  void OnDisconnectComplete(ULONG request) {
    {
      const std::lock_guard lock(mutex);
      const auto entry = disconnecting.find(request);
      if (entry != disconnecting.end()) entry->second = true;
    }
    hung_up.notify_all();
    OnChange();
  }

  HRESULT Connection(const std::wstring& interface_id, Ptr<IMbnConnection>& connection) const {
    Ptr<IMbnInterface> modem;
    const HRESULT hr = interfaces->GetInterface(interface_id.c_str(), modem.GetAddressOf());
    return FAILED(hr) ? hr : modem->GetConnection(connection.GetAddressOf());
  }
};

namespace {

class Sink final : public com::Object<IMbnConnectionEvents, IMbnConnectionManagerEvents,
                                      IMbnInterfaceManagerEvents> {
 public:
  struct Handlers {
    std::function<void()> changed;
    std::function<void(ULONG, HRESULT)> connect_complete;
    std::function<void(ULONG)> disconnect_complete;
  };
  explicit Sink(Handlers handlers) : handlers_(std::move(handlers)) {}

  HRESULT STDMETHODCALLTYPE OnConnectComplete(IMbnConnection*, ULONG request,
                                              HRESULT status) override {
    return com::Guard([&] { return handlers_.connect_complete(request, status), S_OK; });
  }
  HRESULT STDMETHODCALLTYPE OnDisconnectComplete(IMbnConnection*, ULONG request,
                                                 HRESULT) override {
    return com::Guard([&] { return handlers_.disconnect_complete(request), S_OK; });
  }
  HRESULT STDMETHODCALLTYPE OnConnectStateChange(IMbnConnection*) override { return Change(); }
  HRESULT STDMETHODCALLTYPE OnVoiceCallStateChange(IMbnConnection*) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE OnConnectionArrival(IMbnConnection*) override { return Change(); }
  HRESULT STDMETHODCALLTYPE OnConnectionRemoval(IMbnConnection*) override { return Change(); }
  HRESULT STDMETHODCALLTYPE OnInterfaceArrival(IMbnInterface*) override { return Change(); }
  HRESULT STDMETHODCALLTYPE OnInterfaceRemoval(IMbnInterface*) override { return Change(); }

 private:
  HRESULT Change() {
    return com::Guard([&] { return handlers_.changed(), S_OK; });
  }
  const Handlers handlers_;
};

struct CapsGuard {
  MBN_INTERFACE_CAPS caps{};
  ~CapsGuard() {
    for (BSTR text : {caps.customDataClass, caps.customBandClass, caps.deviceID, caps.manufacturer,
                      caps.model, caps.firmwareInfo})
      SysFreeString(text);
  }
};

ModemView View(IMbnInterface& modem) {
  ModemView view;
  com::Bstr id;
  if (SUCCEEDED(modem.get_InterfaceID(id.put()))) view.interface_id = id.view();
  CapsGuard known;
  if (SUCCEEDED(modem.GetInterfaceCapability(&known.caps))) {
    view.device_name = com::View(known.caps.model);
    if (view.device_name.empty()) view.device_name = com::View(known.caps.deviceID);
  }
  if (view.device_name.empty()) view.device_name = view.interface_id;
  Ptr<IMbnConnection> connection;
  MBN_READY_STATE ready = MBN_READY_STATE_OFF;
  if (SUCCEEDED(modem.GetConnection(connection.GetAddressOf()))) {
    com::Bstr profile;
    const HRESULT hr = connection->GetConnectionState(&view.state, profile.put());
    view.operational = SUCCEEDED(hr) && SUCCEEDED(modem.GetReadyState(&ready)) &&
                       ready == MBN_READY_STATE_INITIALIZED;
    if (FAILED(hr)) view.state = MBN_ACTIVATION_STATE_NONE;
  }
  return view;
}

}  // namespace

Dialer::Dialer() : impl_(std::make_shared<Impl>()) {}

Dialer::~Dialer() {
  Stop();
}

void Dialer::Start(Changed changed) {
  {
    const std::lock_guard lock(impl_->gate);
    impl_->changed = std::move(changed);
  }
  // The sink may be called a last time while Unadvise returns: it holds what it uses.
  const std::weak_ptr<Impl> weak = impl_;
  const auto with = [weak](auto action) {
    if (const std::shared_ptr<Impl> impl = weak.lock()) action(*impl);
  };
  Sink::Handlers handlers;
  handlers.changed = [with] { with([](Impl& impl) { impl.OnChange(); }); };
  handlers.connect_complete = [with](ULONG request, HRESULT status) {
    with([&](Impl& impl) { impl.OnConnectComplete(request, status); });
  };
  handlers.disconnect_complete = [with](ULONG request) {
    with([&](Impl& impl) { impl.OnDisconnectComplete(request); });
  };
  const Ptr<Sink> sink = com::Make<Sink>(std::move(handlers));
  const auto advise = [&](IUnknown* source, REFIID events) {
    impl_->advices.push_back(std::make_unique<Advice>(source, events, sink->AsUnknown()));
  };
  advise(impl_->connections.Get(), __uuidof(IMbnConnectionEvents));
  advise(impl_->connections.Get(), __uuidof(IMbnConnectionManagerEvents));
  advise(impl_->interfaces.Get(), __uuidof(IMbnInterfaceManagerEvents));
}

void Dialer::Stop() {
  impl_->advices.clear();
  std::map<ULONG, Finished> abandoned;
  {
    const std::lock_guard in_handler(impl_->gate);
    impl_->changed = nullptr;
    const std::lock_guard lock(impl_->mutex);
    abandoned.swap(impl_->connecting);
  }
  for (const auto& [request, done] : abandoned) done(E_ABORT);
}

std::vector<ModemView> Dialer::Modems() const {
  std::vector<ModemView> modems;
  SAFEARRAY* raw = nullptr;
  if (FAILED(impl_->interfaces->GetInterfaces(&raw)) || raw == nullptr) return modems;
  const com::SafeArrayPtr array(raw);
  LONG lower = 0, upper = -1;
  if (FAILED(SafeArrayGetLBound(array.get(), 1, &lower)) ||
      FAILED(SafeArrayGetUBound(array.get(), 1, &upper)))
    return modems;
  for (LONG i = lower; i <= upper; ++i) {
    Ptr<IUnknown> element;
    Ptr<IMbnInterface> modem;
    if (FAILED(SafeArrayGetElement(array.get(), &i, element.GetAddressOf())) ||
        FAILED(element.As(&modem)))
      continue;
    modems.push_back(View(*modem.Get()));
  }
  return modems;
}

HRESULT Dialer::Connect(const std::wstring& interface_id, const std::wstring& profile,
                        Finished done) {
  Ptr<IMbnConnection> connection;
  const HRESULT hr = impl_->Connection(interface_id, connection);
  if (FAILED(hr)) return hr;
  const std::lock_guard lock(impl_->mutex);
  ULONG request = 0;
  const HRESULT accepted =
      connection->Connect(MBN_CONNECTION_MODE_PROFILE, profile.c_str(), &request);
  if (SUCCEEDED(accepted)) impl_->connecting.emplace(request, std::move(done));
  return accepted;
}

HRESULT Dialer::Disconnect(const std::wstring& interface_id, std::chrono::milliseconds timeout) {
  Ptr<IMbnConnection> connection;
  const HRESULT hr = impl_->Connection(interface_id, connection);
  if (FAILED(hr)) return hr;
  std::unique_lock lock(impl_->mutex);
  ULONG request = 0;
  const HRESULT accepted = connection->Disconnect(&request);
  if (FAILED(accepted)) return accepted;
  impl_->disconnecting.emplace(request, false);
  const bool completed =
      impl_->hung_up.wait_for(lock, timeout, [&] { return impl_->disconnecting.at(request); });
  impl_->disconnecting.erase(request);
  return completed ? S_OK : HRESULT_FROM_WIN32(ERROR_TIMEOUT);
}

}  // namespace mbnrig::rras
