#include "mbn/client.h"

#include <objbase.h>
#include <ocidl.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "bench/bench.h"

namespace mbnrig::conformance {
namespace {

using bench::Bench;
using bench::RigFault;

void Check(HRESULT hr, const char* what) {
  if (FAILED(hr)) throw RigFault(std::string("COM: ") + what + " failed");
}

/// One sink for all events; it outlives the client while a call is under way.
class Sink final : public IMbnInterfaceManagerEvents,
                   public IMbnInterfaceEvents,
                   public IMbnConnectionManagerEvents,
                   public IMbnConnectionEvents,
                   public IMbnConnectionProfileManagerEvents,
                   public IMbnConnectionProfileEvents {
 public:
  explicit Sink(std::shared_ptr<EventLog> log) : log_(std::move(log)) {}

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    *object = nullptr;
    if (IsEqualIID(iid, __uuidof(IUnknown)))
      *object = Unknown();
    else if (!(Offer<IMbnInterfaceManagerEvents>(iid, object) ||
               Offer<IMbnInterfaceEvents>(iid, object) ||
               Offer<IMbnConnectionManagerEvents>(iid, object) ||
               Offer<IMbnConnectionEvents>(iid, object) ||
               Offer<IMbnConnectionProfileManagerEvents>(iid, object) ||
               Offer<IMbnConnectionProfileEvents>(iid, object)))
      return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = --references_;
    if (left == 0) delete this;
    return left;
  }
  IUnknown* Unknown() { return static_cast<IMbnInterfaceManagerEvents*>(this); }

  HRESULT STDMETHODCALLTYPE OnInterfaceArrival(IMbnInterface* modem) override {
    return Note("IMbnInterfaceManagerEvents::OnInterfaceArrival", modem);
  }
  HRESULT STDMETHODCALLTYPE OnInterfaceRemoval(IMbnInterface* modem) override {
    return Note("IMbnInterfaceManagerEvents::OnInterfaceRemoval", modem);
  }
  HRESULT STDMETHODCALLTYPE OnInterfaceCapabilityAvailable(IMbnInterface* modem) override {
    return Note("IMbnInterfaceEvents::OnInterfaceCapabilityAvailable", modem);
  }
  HRESULT STDMETHODCALLTYPE OnSubscriberInformationChange(IMbnInterface* modem) override {
    return Note("IMbnInterfaceEvents::OnSubscriberInformationChange", modem);
  }
  HRESULT STDMETHODCALLTYPE OnReadyStateChange(IMbnInterface* modem) override {
    return Note("IMbnInterfaceEvents::OnReadyStateChange", modem);
  }
  HRESULT STDMETHODCALLTYPE OnEmergencyModeChange(IMbnInterface* modem) override {
    return Note("IMbnInterfaceEvents::OnEmergencyModeChange", modem);
  }
  HRESULT STDMETHODCALLTYPE OnHomeProviderAvailable(IMbnInterface* modem) override {
    return Note("IMbnInterfaceEvents::OnHomeProviderAvailable", modem);
  }
  HRESULT STDMETHODCALLTYPE OnPreferredProvidersChange(IMbnInterface* modem) override {
    return Note("IMbnInterfaceEvents::OnPreferredProvidersChange", modem);
  }
  HRESULT STDMETHODCALLTYPE OnSetPreferredProvidersComplete(IMbnInterface* modem, ULONG request,
                                                            HRESULT status) override {
    return Note("IMbnInterfaceEvents::OnSetPreferredProvidersComplete", modem, request, status);
  }
  HRESULT STDMETHODCALLTYPE OnScanNetworkComplete(IMbnInterface* modem, ULONG request,
                                                  HRESULT status) override {
    return Note("IMbnInterfaceEvents::OnScanNetworkComplete", modem, request, status);
  }
  HRESULT STDMETHODCALLTYPE OnConnectionArrival(IMbnConnection* connection) override {
    return Note("IMbnConnectionManagerEvents::OnConnectionArrival", connection);
  }
  HRESULT STDMETHODCALLTYPE OnConnectionRemoval(IMbnConnection* connection) override {
    return Note("IMbnConnectionManagerEvents::OnConnectionRemoval", connection);
  }
  HRESULT STDMETHODCALLTYPE OnConnectComplete(IMbnConnection* connection, ULONG request,
                                              HRESULT status) override {
    return Note("IMbnConnectionEvents::OnConnectComplete", connection, request, status);
  }
  HRESULT STDMETHODCALLTYPE OnDisconnectComplete(IMbnConnection* connection, ULONG request,
                                                 HRESULT status) override {
    return Note("IMbnConnectionEvents::OnDisconnectComplete", connection, request, status);
  }
  HRESULT STDMETHODCALLTYPE OnConnectStateChange(IMbnConnection* connection) override {
    return Note("IMbnConnectionEvents::OnConnectStateChange", connection);
  }
  HRESULT STDMETHODCALLTYPE OnVoiceCallStateChange(IMbnConnection* connection) override {
    return Note("IMbnConnectionEvents::OnVoiceCallStateChange", connection);
  }
  HRESULT STDMETHODCALLTYPE OnConnectionProfileArrival(IMbnConnectionProfile* profile) override {
    return Note("IMbnConnectionProfileManagerEvents::OnConnectionProfileArrival", profile);
  }
  HRESULT STDMETHODCALLTYPE OnConnectionProfileRemoval(IMbnConnectionProfile* profile) override {
    return Note("IMbnConnectionProfileManagerEvents::OnConnectionProfileRemoval", profile);
  }
  HRESULT STDMETHODCALLTYPE OnProfileUpdate(IMbnConnectionProfile* profile) override {
    return Note("IMbnConnectionProfileEvents::OnProfileUpdate", profile);
  }

 private:
  ~Sink() = default;

  template <class Interface>
  bool Offer(REFIID iid, void** object) {
    if (!IsEqualIID(iid, __uuidof(Interface))) return false;
    *object = static_cast<Interface*>(this);
    return true;
  }

  HRESULT Note(const char* name, IUnknown* object, ULONG request = 0, HRESULT status = S_OK) {
    Event event;
    event.name = name;
    event.object = object;
    event.request = request;
    event.status = status;
    return log_->Note(std::move(event));
  }

  const std::shared_ptr<EventLog> log_;
  std::atomic<ULONG> references_{1};
};

template <class Manager>
ComPtr<Manager> Create(REFCLSID clsid) {
  ComPtr<Manager> manager;
  Check(CoCreateInstance(clsid, nullptr, CLSCTX_ALL, IID_PPV_ARGS(manager.GetAddressOf())),
        "CoCreateInstance");
  return manager;
}

std::wstring Element(const wchar_t* name, const std::wstring& text) {
  if (text.empty()) return {};
  return std::wstring(L"<") + name + L">" + text + L"</" + name + L">";
}

}  // namespace

void EventLog::OnEvent(const std::string& name, Handler handler) {
  const std::lock_guard lock(mutex_);
  handlers_[name] = std::move(handler);
}

HRESULT EventLog::Note(Event event) {
  Handler handler;
  {
    const std::lock_guard lock(mutex_);
    const auto found = handlers_.find(event.name);
    if (found != handlers_.end()) handler = found->second;
  }
  if (handler) handler(event);
  const HRESULT returned = event.returned;
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  noted_.notify_all();
  return returned;
}

std::optional<Event> EventLog::Wait(const Wanted& wanted) const {
  std::unique_lock lock(mutex_);
  std::size_t looked = 0;
  std::optional<Event> found;
  noted_.wait_for(lock, Bench::Get().patience(), [&] {
    for (; looked < events_.size() && !found; ++looked)
      if (wanted(events_[looked])) found = events_[looked];
    return found.has_value();
  });
  return found;
}

std::optional<Event> EventLog::Wait(const std::string& name) const {
  return Wait([&](const Event& event) { return event.name == name; });
}

std::optional<Event> EventLog::Completion(const std::string& name, ULONG request) const {
  return Wait([&](const Event& event) { return event.name == name && event.request == request; });
}

// No event tells that the modem has refused to answer: a client has to look again.
constexpr std::chrono::milliseconds kLookAgain{20};

bool EventLog::Eventually(const std::function<bool()>& condition) const {
  const auto deadline = std::chrono::steady_clock::now() + Bench::Get().patience();
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::size_t seen = events_.size();
    lock.unlock();
    if (condition()) return true;
    lock.lock();
    const auto next = std::min(deadline, std::chrono::steady_clock::now() + kLookAgain);
    const bool noted = noted_.wait_until(lock, next, [&] { return events_.size() != seen; });
    if (!noted && next == deadline) {
      lock.unlock();
      return condition();
    }
  }
}

std::size_t EventLog::Count(const Wanted& wanted) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(events_.begin(), events_.end(), wanted));
}

Client::Client() {
  Check(CoInitializeEx(nullptr, COINIT_MULTITHREADED), "CoInitializeEx");
  interfaces_ = Create<IMbnInterfaceManager>(CLSID_MbnInterfaceManager);
  connections_ = Create<IMbnConnectionManager>(CLSID_MbnConnectionManager);
  profiles_ = Create<IMbnConnectionProfileManager>(CLSID_MbnConnectionProfileManager);
  auto* const sink = new Sink(events_);
  Advise(interfaces_.Get(), __uuidof(IMbnInterfaceManagerEvents), sink->Unknown());
  Advise(interfaces_.Get(), __uuidof(IMbnInterfaceEvents), sink->Unknown());
  Advise(connections_.Get(), __uuidof(IMbnConnectionManagerEvents), sink->Unknown());
  Advise(connections_.Get(), __uuidof(IMbnConnectionEvents), sink->Unknown());
  Advise(profiles_.Get(), __uuidof(IMbnConnectionProfileManagerEvents), sink->Unknown());
  Advise(profiles_.Get(), __uuidof(IMbnConnectionProfileEvents), sink->Unknown());
  sink->Release();
}

Client::~Client() {
  for (const Advice& advice : advices_)
    advice.point->Unadvise(advice.cookie);
  advices_.clear();
  interfaces_.Reset();
  connections_.Reset();
  profiles_.Reset();
  CoUninitialize();
}

void Client::Advise(IUnknown* source, REFIID events, IUnknown* sink) {
  ComPtr<IConnectionPointContainer> container;
  Check(source->QueryInterface(IID_PPV_ARGS(container.GetAddressOf())), "QueryInterface");
  Advice advice{nullptr, 0};
  Check(container->FindConnectionPoint(events, advice.point.GetAddressOf()), "FindConnectionPoint");
  Check(advice.point->Advise(sink, &advice.cookie), "Advise");
  advices_.push_back(std::move(advice));
}

ComPtr<IMbnInterface> Client::Modem() const {
  ComPtr<IMbnInterface> modem;
  SAFEARRAY* array = nullptr;
  if (FAILED(interfaces_->GetInterfaces(&array))) return modem;
  LONG lower = 0, upper = -1;
  ComPtr<IUnknown> element;
  if (SUCCEEDED(SafeArrayGetLBound(array, 1, &lower)) &&
      SUCCEEDED(SafeArrayGetUBound(array, 1, &upper)) && lower <= upper &&
      SUCCEEDED(SafeArrayGetElement(array, &lower, element.GetAddressOf())))
    element.As(&modem);
  SafeArrayDestroy(array);
  return modem;
}

ComPtr<IMbnConnection> Client::Connection() const {
  ComPtr<IMbnConnection> connection;
  const ComPtr<IMbnInterface> modem = Modem();
  if (modem) modem->GetConnection(connection.GetAddressOf());
  return connection;
}

std::wstring ProfileText::Xml() const {
  std::wstring credentials;
  if (!user_name.empty())
    credentials =
        Element(L"UserLogonCred", Element(L"UserName", user_name) + Element(L"Password", password));
  return L"<?xml version=\"1.0\"?>"
         L"<MBNProfile xmlns=\"http://www.microsoft.com/networking/WWAN/profile/v1\">" +
         Element(L"Name", name) + Element(L"Description", description) +
         Element(L"ICONFilePath", icon) + Element(L"IsDefault", is_default ? L"true" : L"false") +
         Element(L"SubscriberID", subscriber) +
         Element(L"Context", Element(L"AccessString", access_string) + credentials) +
         L"</MBNProfile>";
}

std::wstring Take(const std::function<HRESULT(BSTR*)>& getter) {
  BSTR text = nullptr;
  if (FAILED(getter(&text)) || text == nullptr) return {};
  std::wstring copy(text, SysStringLen(text));
  SysFreeString(text);
  return copy;
}

}  // namespace mbnrig::conformance
