#pragma once

/// One session with a fake modem and without COM objects, for tests of the model.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "log/log.h"
#include "mbn/modem/modem_session.h"
#include "mbn/testing/fake_modem.h"

namespace mbnrig::mbn::testing {

/// The ends of operations that tests wait for.
inline constexpr EventId kConnectComplete = EventId::kIMbnConnectionEvents_OnConnectComplete;
inline constexpr EventId kDisconnectComplete = EventId::kIMbnConnectionEvents_OnDisconnectComplete;
inline constexpr EventId kEnterComplete = EventId::kIMbnPinEvents_OnEnterComplete;

/// Keeps the service's events. Thread-safe.
class EventNotes final : public EventSink {
 public:
  void Tell(const ServiceEvent& event) override;
  /// Returns the first event of that kind that no call has returned yet. Throws std::runtime_error
  /// if none comes within kTestPatience.
  ServiceEvent WaitFor(EventId which);
  std::vector<ServiceEvent> Events() const;
  std::size_t Count(EventId which) const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ServiceEvent> events_;  // guarded by mutex_
  std::vector<bool> waited_for_;      // guarded by mutex_
};

class SessionTest : public ::testing::Test {
 protected:
  explicit SessionTest(ServiceLimits limits_of_session = {});
  ~SessionTest() override;

  /// Opens the modem and waits until the session knows everything about it.
  void Start();
  /// Submits an operation and returns its ID. Fails the test if the operation is refused.
  std::uint32_t Submit(std::unique_ptr<Operation> operation);
  /// Waits until the session has handled everything so far.
  void Settle();
  /// Ends the session. Idempotent.
  void End(Ending ending);

  log::Capture log;  ///< the lines of the session; the fixture prints them when a test fails
  EventNotes events;
  ServiceTimes times;
  ServiceLimits limits;
  l2::L2Options l2;
  RequestIds request_ids;
  service::TaskThread dispatch, event_thread, worker;
  std::shared_ptr<FakeModem> modem;
  std::shared_ptr<ModemSession> session;
  std::atomic<bool> removed = false;  ///< the session has ended, and its modem is not listed

 private:
  bool ended_ = false;
};

}  // namespace mbnrig::mbn::testing
