#include "mbn/testing/event_log.h"

#include <stdexcept>
#include <utility>

#include "mbn/testing/test_support.h"

namespace mbnrig::mbn::testing {

void EventLog::Advise(IUnknown* manager) {
  com::Advices advices;
  advices.Add(manager, AsUnknown());
  const std::lock_guard lock(mutex_);
  advices_.Merge(std::move(advices));
}

void EventLog::Disconnect() {
  com::Advices advices;  // its destructor ends the connections after the lock is released
  const std::lock_guard lock(mutex_);
  std::swap(advices, advices_);
  handler_ = nullptr;
}

void EventLog::OnEvent(std::function<void(const Event&)> handler) {
  const std::lock_guard lock(mutex_);
  handler_ = std::move(handler);
}

Event EventLog::WaitFor(std::string_view name, std::function<bool(const Event&)> matches) {
  const EventId id = EventNamed(name);
  std::unique_lock lock(mutex_);
  std::size_t found = 0;
  const bool came = changed_.wait_for(lock, kTestPatience, [&] {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (waited_for_[i] || events_[i].id != id) continue;
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
    throw std::runtime_error("no " + std::string(NameOf(id)) + " came, but:" + seen);
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

HRESULT EventLog::Note(EventId id, const EventArguments& arguments) {
  const Event event{id,
                    std::string(NameOf(id)),
                    arguments.object,
                    arguments.request,
                    arguments.status,
                    std::this_thread::get_id()};
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

}  // namespace mbnrig::mbn::testing
