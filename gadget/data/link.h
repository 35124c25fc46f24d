#pragma once

/// One direction of a link with a rate, latency, jitter and loss: datagrams go in, and come out
/// when they are due, in order. The clock is the caller's. Not thread-safe.

#include <chrono>
#include <deque>
#include <optional>
#include <random>

#include "data/network.h"

namespace mbnrig::data {

class Link {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Settings {
    std::uint64_t rate = 0;  ///< bits per second; 0: no limit
    std::chrono::nanoseconds latency{0};
    std::chrono::nanoseconds jitter{0};  ///< at most so much more than the latency
    std::uint32_t loss = 0;              ///< of a million datagrams
    std::uint64_t seed = 1;
  };
  struct Item {
    std::uint8_t session = 0;
    Bytes datagram;
  };

  /// How far the line may be booked ahead, and what may be under way in all; what comes beyond
  /// either is dropped.
  static constexpr std::chrono::seconds kLongestQueue{1};
  static constexpr std::size_t kMostBytes = 16u << 20;

  explicit Link(const Settings& settings) : settings_(settings), random_(settings.seed) {}

  /// False: it is lost, or there is no room.
  bool Put(TimePoint now, std::uint8_t session, Bytes datagram);
  /// The next datagram that is due at `now`.
  std::optional<Item> Take(TimePoint now);
  /// When Take has the next one; nothing while the link is empty.
  std::optional<TimePoint> Due() const;
  /// Drops what is under way for a session.
  void Purge(std::uint8_t session);

  std::uint64_t lost() const { return lost_; }            ///< by chance
  std::uint64_t overflown() const { return overflown_; }  ///< for want of room

 private:
  struct Timed {
    TimePoint due;
    Item item;
  };

  const Settings settings_;
  std::mt19937_64 random_;
  std::deque<Timed> under_way_;
  std::size_t bytes_ = 0;  ///< of under_way_
  TimePoint free_at_{};    ///< when the line has sent all that it was given
  std::uint64_t lost_ = 0, overflown_ = 0;
};

}  // namespace mbnrig::data
