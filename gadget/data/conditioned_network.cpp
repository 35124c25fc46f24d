#include "data/conditioned_network.h"

#include <algorithm>

namespace mbnrig::data {
namespace {

Link::Settings SettingsOf(const scenario::LinkConditions& conditions, std::uint64_t rate,
                          std::uint64_t seed) {
  return {rate, conditions.latency, conditions.jitter, conditions.loss, seed};
}

}  // namespace

bool HasEffect(const scenario::LinkConditions& conditions) {
  return conditions.rate_up != 0 || conditions.rate_down != 0 || conditions.latency.count() != 0 ||
         conditions.jitter.count() != 0 || conditions.loss != 0;
}

ConditionedNetwork::ConditionedNetwork(
    const scenario::LinkConditions& conditions, Downlink downlink,
    const std::function<std::unique_ptr<Network>(Downlink)>& make)
    : downlink_(std::move(downlink)),
      up_(SettingsOf(conditions, conditions.rate_up, conditions.seed)),
      // Different seeds: with equal losses both ways, half of them would have no visible effect.
      down_(SettingsOf(conditions, conditions.rate_down, ~conditions.seed)),
      behind_(make([this](std::uint8_t session, ByteView datagram) {
        Put(down_, session, Bytes(datagram.begin(), datagram.end()));
      })) {
  thread_ = std::thread([this] { Run(); });
}

ConditionedNetwork::~ConditionedNetwork() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
  behind_.reset();  // may still send something to down_
}

void ConditionedNetwork::Activate(const Context& context) {
  behind_->Activate(context);
}

void ConditionedNetwork::Deactivate(std::uint8_t session) {
  behind_->Deactivate(session);
  std::unique_lock lock(mutex_);
  up_.Purge(session);
  down_.Purge(session);
  changed_.wait(lock, [this] { return !delivering_; });  // short: no sink waits for anything
}

void ConditionedNetwork::Uplink(std::uint8_t session, ByteView datagram) {
  Put(up_, session, Bytes(datagram.begin(), datagram.end()));
}

void ConditionedNetwork::Put(Link& link, std::uint8_t session, Bytes datagram) {
  std::lock_guard lock(mutex_);
  const bool first = !link.Due();
  // If it was not the first, the thread already knows when to wake up.
  if (link.Put(Link::TimePoint::clock::now(), session, std::move(datagram)) && first) {
    changed_.notify_all();
  }
}

void ConditionedNetwork::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = Link::TimePoint::clock::now();
    auto up = up_.Take(now);
    auto down = down_.Take(now);
    if (up || down) {
      delivering_ = true;
      lock.unlock();
      if (up) {
        behind_->Uplink(up->session, up->datagram);
        behind_->UplinkIdle(up->session);
      }
      if (down) downlink_(down->session, down->datagram);
      lock.lock();
      delivering_ = false;
      changed_.notify_all();
      continue;
    }
    auto due = up_.Due();
    if (const auto other = down_.Due(); other && (!due || *other < *due)) due = other;
    if (due) {
      changed_.wait_until(lock, *due);
    } else {
      changed_.wait(lock);
    }
  }
}

}  // namespace mbnrig::data
