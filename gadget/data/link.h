#pragma once

/// One direction of a link with a rate, latency, jitter and loss. Datagrams go in, and come out in
/// order when they are due. The caller passes the time. Not thread-safe.

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
    std::chrono::nanoseconds jitter{0};  ///< upper limit of the random time added to the latency
    std::uint32_t loss = 0;              ///< lost datagrams of a million
    std::uint64_t seed = 1;
  };
  struct Item {
    std::uint8_t session = 0;
    Bytes datagram;
  };

  /// Limits: the time for which the line may be booked ahead, and the bytes on the link. A datagram
  /// beyond a limit is dropped.
  static constexpr std::chrono::seconds kLongestQueue{1};
  static constexpr std::size_t kMostBytes = 16u << 20;

  explicit Link(const Settings& settings) : settings_(settings), random_(settings.seed) {}

  /// False if the datagram is lost or dropped.
  bool Put(TimePoint now, std::uint8_t session, Bytes datagram);
  /// The next datagram that is due at `now`.
  std::optional<Item> Take(TimePoint now);
  /// When Take will have the next datagram. Nothing if the link is empty.
  std::optional<TimePoint> Due() const;
  /// Drops a session's datagrams.
  void Purge(std::uint8_t session);

  std::uint64_t lost() const { return lost_; }            ///< datagrams lost by chance
  std::uint64_t overflown() const { return overflown_; }  ///< datagrams dropped beyond a limit

 private:
  struct Timed {
    TimePoint due;
    Item item;
  };

  const Settings settings_;
  std::mt19937_64 random_;
  std::deque<Timed> under_way_;
  std::size_t bytes_ = 0;  ///< of under_way_
  TimePoint free_at_{};    ///< when the line has sent everything it was given
  std::uint64_t lost_ = 0, overflown_ = 0;
};

}  // namespace mbnrig::data
