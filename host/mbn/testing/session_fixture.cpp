#include "mbn/testing/session_fixture.h"

#include <algorithm>
#include <cstdio>
#include <future>
#include <stdexcept>
#include <string>

#include "mbn/testing/test_support.h"

namespace mbnrig::mbn::testing {

void EventNotes::Tell(const ServiceEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
    waited_for_.push_back(false);
  }
  changed_.notify_all();
}

ServiceEvent EventNotes::WaitFor(EventId which) {
  std::unique_lock lock(mutex_);
  std::size_t found = 0;
  const bool came = changed_.wait_for(lock, kTestPatience, [&] {
    for (found = 0; found < events_.size(); ++found) {
      if (events_[found].which == which && !waited_for_[found]) return true;
    }
    return false;
  });
  if (!came) throw std::runtime_error("no " + std::string(NameOf(which)) + " came");
  waited_for_[found] = true;
  return events_[found];
}

std::vector<ServiceEvent> EventNotes::Events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::size_t EventNotes::Count(EventId which) const {
  const auto events = Events();
  return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(),
                    [&](const ServiceEvent& event) { return event.which == which; }));
}

SessionTest::SessionTest(ServiceLimits limits_of_session) : limits(limits_of_session) {
  l2.mode = l2::L2Mode::kOff;
  client::DeviceIdentity identity;
  identity.id = "fake#1";
  identity.manufacturer = "Fakes";
  identity.product = "Fake One";
  modem = std::make_shared<FakeModem>(identity, dispatch);
  session = std::make_shared<ModemSession>(
      modem, SessionSurroundings{worker, event_thread, events, request_ids, times, limits, l2},
      [this](const ModemSession&) { removed = true; });
}

SessionTest::~SessionTest() {
  End(Ending::kServiceStopped);
  modem->set_indication_handler(nullptr);
  dispatch.Stop();
  worker.Stop();
  event_thread.Stop();
  if (!HasFailure()) return;
  for (const std::string& line : log.Lines())
    std::fputs(line.c_str(), stderr);
}

void SessionTest::Start() {
  session->Start();
  ASSERT_TRUE(session->WaitUntilKnown(kTestPatience));
  Settle();
}

std::uint32_t SessionTest::Submit(std::unique_ptr<Operation> operation) {
  std::uint32_t request = 0;
  EXPECT_EQ(session->Submit(std::move(operation), &request), S_OK);
  EXPECT_NE(request, 0u);
  return request;
}

void SessionTest::Settle() {
  for (service::TaskThread* thread : {&worker, &dispatch, &worker, &event_thread}) {
    std::promise<void> reached;
    thread->Post([&] { reached.set_value(); });
    ASSERT_EQ(reached.get_future().wait_for(kTestPatience), std::future_status::ready);
  }
}

void SessionTest::End(Ending ending) {
  if (std::exchange(ended_, true)) return;
  session->End(ending);
}

}  // namespace mbnrig::mbn::testing
