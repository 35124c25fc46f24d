#include "mbn/client.h"

#include <objbase.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "bench/bench.h"
#include "mbn/api/sink.h"

namespace mbnrig::conformance {
namespace {

using bench::Bench;
using bench::RigFault;

/// One sink for all events. It may outlive the client until a call of it has returned.
class Sink final : public mbn::SinkOfAllEvents<Sink> {
 public:
  explicit Sink(std::shared_ptr<EventLog> log) : log_(std::move(log)) {}

  template <class... A>
  HRESULT OnEvent(mbn::EventId id, const std::tuple<A...>& arguments) {
    const mbn::EventArguments read = mbn::ReadArguments(id, arguments);
    Event event;
    event.id = id;
    event.name = mbn::NameOf(id);
    event.object = read.object;
    event.request = read.request;
    event.status = read.status;
    log_->Note(std::move(event));
    return S_OK;
  }

 private:
  const std::shared_ptr<EventLog> log_;
};

std::wstring Element(const wchar_t* name, const std::wstring& text) {
  if (text.empty()) return {};
  return std::wstring(L"<") + name + L">" + text + L"</" + name + L">";
}

}  // namespace

void EventLog::OnEvent(std::string_view name, Handler handler) {
  const mbn::EventId id = mbn::EventNamed(name);
  const std::lock_guard lock(mutex_);
  handlers_[id] = std::move(handler);
}

void EventLog::Note(Event event) {
  Handler handler;
  {
    const std::lock_guard lock(mutex_);
    const auto found = handlers_.find(event.id);
    if (found != handlers_.end()) handler = found->second;
  }
  if (handler) handler(event);
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  noted_.notify_all();
}

std::size_t EventLog::Mark() const {
  const std::lock_guard lock(mutex_);
  return events_.size();
}

std::optional<Event> EventLog::Wait(const Wanted& wanted, std::size_t mark) const {
  std::unique_lock lock(mutex_);
  std::size_t looked = mark;
  std::optional<Event> found;
  noted_.wait_for(lock, Bench::Get().patience(), [&] {
    for (; looked < events_.size() && !found; ++looked)
      if (wanted(events_[looked])) found = events_[looked];
    return found.has_value();
  });
  return found;
}

std::optional<Event> EventLog::Wait(std::string_view name) const {
  return Wait(name, 1);
}

std::optional<Event> EventLog::Wait(std::string_view name, std::size_t count) const {
  const mbn::EventId id = mbn::EventNamed(name);
  std::size_t seen = 0;
  return Wait([&](const Event& event) { return event.id == id && ++seen == count; });
}

std::optional<Event> EventLog::Completion(std::string_view name, ULONG request) const {
  const mbn::EventId id = mbn::EventNamed(name);
  return Wait([&](const Event& event) { return event.id == id && event.request == request; });
}

// No event reports that the modem refused a query, so a client must check again.
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

std::vector<Event> EventLog::Since(std::size_t mark) const {
  const std::lock_guard lock(mutex_);
  return {events_.begin() + static_cast<std::ptrdiff_t>(mark), events_.end()};
}

std::size_t EventLog::Count(const Wanted& wanted, std::size_t mark) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(events_.begin() + static_cast<std::ptrdiff_t>(mark), events_.end(), wanted));
}

Client::Client() {
  try {
    com::Check(CoInitializeEx(nullptr, COINIT_MULTITHREADED), "CoInitializeEx");
    interfaces_ = com::Create<IMbnInterfaceManager>(CLSID_MbnInterfaceManager);
    connections_ = com::Create<IMbnConnectionManager>(CLSID_MbnConnectionManager);
    profiles_ = com::Create<IMbnConnectionProfileManager>(CLSID_MbnConnectionProfileManager);
    const auto sink = com::Make<Sink>(events_);
    for (IUnknown* manager :
         {static_cast<IUnknown*>(interfaces_.Get()), static_cast<IUnknown*>(connections_.Get()),
          static_cast<IUnknown*>(profiles_.Get())})
      advices_.Add(manager, sink->AsUnknown());
  } catch (const std::runtime_error& error) {
    throw RigFault(std::string("COM: ") + error.what());
  }
}

Client::~Client() {
  advices_.Clear();
  interfaces_.Reset();
  connections_.Reset();
  profiles_.Reset();
  CoUninitialize();
}

ComPtr<IMbnInterface> Client::Modem() const {
  SAFEARRAY* array = nullptr;
  if (FAILED(interfaces_->GetInterfaces(&array))) return nullptr;
  const auto modems = com::TakeElements<IMbnInterface>(array);
  return modems.empty() ? nullptr : modems.front();
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

std::optional<MBN_ACTIVATION_STATE> ActivationOf(IMbnConnection* connection) {
  MBN_ACTIVATION_STATE state{};
  BSTR profile = nullptr;
  const bool known =
      connection != nullptr && connection->GetConnectionState(&state, &profile) == S_OK;
  SysFreeString(profile);
  return known ? std::optional(state) : std::nullopt;
}

std::wstring Take(const std::function<HRESULT(BSTR*)>& getter) {
  BSTR text = nullptr;
  if (FAILED(getter(&text)) || text == nullptr) return {};
  std::wstring copy(text, SysStringLen(text));
  SysFreeString(text);
  return copy;
}

}  // namespace mbnrig::conformance
