#pragma once

/// For tests of the client: a listener that a test can wait for, and replies as futures.

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "client/device.h"
#include "mbim/cid.h"
#include "mbim/codec.h"

namespace mbnrig::client {

/// The limit of every wait. Only a test that fails waits this long.
inline constexpr std::chrono::seconds kPatience{20};

/// A queue between the dispatch thread and the test.
template <class T>
class Events {
 public:
  void Push(T event) {
    std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }
  /// Waits for the next event. Fails the test and throws if none comes.
  T Next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [this] { return !events_.empty(); })) {
      ADD_FAILURE() << "no event came";
      throw std::runtime_error("no event came");
    }
    T event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  bool empty() const {
    std::lock_guard lock(mutex_);
    return events_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> events_;
};

class RecordingListener : public Monitor::Listener {
 public:
  void OnArrival(std::shared_ptr<Device> device) override { arrivals.Push(std::move(device)); }
  void OnRemoval(std::shared_ptr<Device> device) override { removals.Push(std::move(device)); }
  Events<std::shared_ptr<Device>> arrivals, removals;
};

/// The reply to one request. Fails the test if there is a second one.
class PendingReply {
 public:
  Device::ReplyHandler Handler() {
    return [state = state_](Reply reply) {
      std::lock_guard lock(state->mutex);
      EXPECT_FALSE(state->reply.has_value()) << "a second reply";
      state->reply = std::move(reply);
      state->changed.notify_all();
    };
  }
  bool ready() const {
    std::lock_guard lock(state_->mutex);
    return state_->reply.has_value();
  }
  /// Waits for the reply. Fails the test and throws if none comes.
  Reply Get() const {
    std::unique_lock lock(state_->mutex);
    if (!state_->changed.wait_for(lock, kPatience, [this] { return state_->reply.has_value(); })) {
      ADD_FAILURE() << "no reply came";
      throw std::runtime_error("no reply came");
    }
    return *state_->reply;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Reply> reply;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

inline PendingReply Open(Device& device) {
  PendingReply reply;
  device.Open(reply.Handler());
  return reply;
}

inline PendingReply Query(Device& device, const mbim::CommandId& cid) {
  PendingReply reply;
  device.Command(cid.service, cid.number, mbim::CommandType::kQuery, {}, reply.Handler());
  return reply;
}

/// Sends a set or query with a payload: Ask(device, cid, CommandType::kSet, payload).
template <class Payload>
PendingReply Ask(Device& device, const mbim::CommandId& cid, mbim::CommandType type,
                 const Payload& payload) {
  PendingReply reply;
  device.Command(cid.service, cid.number, type, mbim::Encode(payload), reply.Handler());
  return reply;
}

/// Closes the device and waits for the end. False if it does not come in time.
inline bool CloseAndWait(Device& device) {
  const auto closed = std::make_shared<std::promise<void>>();
  device.Close([closed] { closed->set_value(); });
  return closed->get_future().wait_for(kPatience) == std::future_status::ready;
}

}  // namespace mbnrig::client
