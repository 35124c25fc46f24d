#include "mbn/testing/event_log.h"

#include <ocidl.h>

#include <stdexcept>

#include "mbn/testing/test_support.h"

namespace mbnrig::mbn {

void EventLog::Advise(IUnknown* manager) {
  com::Ptr<IConnectionPointContainer> container;
  com::Ptr<IEnumConnectionPoints> points;
  if (FAILED(com::Ptr<IUnknown>(manager).As(&container)) ||
      FAILED(container->EnumConnectionPoints(points.GetAddressOf())))
    throw std::runtime_error("a manager without connection points");
  Advice advice;
  while (points->Next(1, advice.point.ReleaseAndGetAddressOf(), nullptr) == S_OK) {
    if (FAILED(advice.point->Advise(AsUnknown(), &advice.cookie)))
      throw std::runtime_error("a connection point that takes no sink");
    const std::lock_guard lock(mutex_);
    advices_.push_back(advice);
  }
}

void EventLog::Disconnect() {
  std::vector<Advice> advices;
  {
    const std::lock_guard lock(mutex_);
    advices.swap(advices_);
    handler_ = nullptr;
  }
  for (const Advice& advice : advices)
    advice.point->Unadvise(advice.cookie);
}

void EventLog::OnEvent(std::function<void(const Event&)> handler) {
  const std::lock_guard lock(mutex_);
  handler_ = std::move(handler);
}

Event EventLog::WaitFor(const std::string& name, std::function<bool(const Event&)> matches) {
  std::unique_lock lock(mutex_);
  std::size_t found = 0;
  const bool came = changed_.wait_for(lock, kTestPatience, [&] {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (waited_for_[i] || events_[i].name != name) continue;
      if (matches && !matches(events_[i])) continue;
      found = i;
      return true;
    }
    return false;
  });
  if (!came) {
    std::string seen;
    for (const Event& event : events_)
      seen += " " + event.name;
    throw std::runtime_error("no " + name + " came, but:" + seen);
  }
  waited_for_[found] = true;
  return events_[found];
}

std::vector<std::string> EventLog::Names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const Event& event : events_)
    names.push_back(event.name);
  return names;
}

std::vector<Event> EventLog::Events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

void EventLog::Clear() {
  const std::lock_guard lock(mutex_);
  events_.clear();
  waited_for_.clear();
}

HRESULT EventLog::Note(const char* name, IUnknown* object, ULONG request, HRESULT status) {
  const Event event{name, object, request, status, std::this_thread::get_id()};
  std::function<void(const Event&)> handler;
  {
    const std::lock_guard lock(mutex_);
    handler = handler_;
  }
  if (handler) handler(event);
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
    waited_for_.push_back(false);
  }
  changed_.notify_all();
  return S_OK;
}

}  // namespace mbnrig::mbn
