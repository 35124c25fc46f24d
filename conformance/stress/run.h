#pragma once

/// What the parts of the stress test share: random choices, the states of the services, the end of
/// a round, and what was found.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mbnrig::stress {

/// The bound of every wait. Only a test that fails waits this long.
inline constexpr std::chrono::seconds kPatience{60};

/// Random choices of one thread.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) {
    std::seed_seq both{seed, seed >> 32, stream};
    engine_.seed(both);
  }
  /// 0 to `end` - 1.
  unsigned Below(std::size_t end) { return static_cast<unsigned>(engine_() % end); }
  bool OneIn(unsigned times) { return Below(times) == 0; }
  template <class List>
  auto& Of(List& list) {
    return list[Below(std::size(list))];
  }

 private:
  std::mt19937_64 engine_;
};

/// What broke a rule. Thread-safe.
class Findings {
 public:
  void Add(std::string finding) {
    const std::lock_guard lock(mutex_);
    ++count_;
    if (list_.size() < kMost) list_.push_back(std::move(finding));
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  /// The first ones.
  std::vector<std::string> List() const {
    const std::lock_guard lock(mutex_);
    return list_;
  }

 private:
  static constexpr std::size_t kMost = 30;

  mutable std::mutex mutex_;
  std::size_t count_ = 0;          // guarded by mutex_
  std::vector<std::string> list_;  // guarded by mutex_
};

/// The state of a service, with the number of the change that led to it. Two equal phases mean that
/// the service was in that state all the time between.
class Phase {
 public:
  Phase() = default;
  explicit Phase(std::uint64_t number) : number_(number) {}

  bool stopped() const { return number_ % 4 == 0; }
  bool running() const { return number_ % 4 == 2; }
  bool operator==(const Phase&) const = default;

 private:
  std::uint64_t number_ = 0;
};

/// Stopped, starting, running, stopping, and so on. One thread moves it.
class PhaseOf {
 public:
  Phase Now() const { return Phase(number_); }
  void Next() { ++number_; }

 private:
  std::atomic<std::uint64_t> number_{0};
};

/// A round lasts until End. Thread-safe.
class Round {
 public:
  bool over() const { return over_; }
  void End() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ended_.notify_all();
  }
  /// Waits. False if the round is over.
  bool Pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !ended_.wait_for(lock, time, [&] { return over_.load(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::atomic<bool> over_{false};  // written with mutex_
};

/// The call that a thread is making, for the report if the call does not return.
using Making = std::atomic<const char*>;

/// How often a call had a result. Each client has its own, so that counting does not order the
/// threads under test.
using Tally = std::map<std::pair<std::string_view, std::uint32_t>, std::size_t>;

}  // namespace mbnrig::stress
