#include "data/link.h"

#include <algorithm>

namespace mbnrig::data {
namespace {

constexpr std::uint32_t kMillion = 1'000'000;

/// How long a line of `rate` bits per second needs for `bytes`. `bytes` must be less than 2^30.
std::chrono::nanoseconds OnTheLine(std::size_t bytes, std::uint64_t rate) {
  constexpr std::uint64_t kNanoseconds = 1'000'000'000;
  const std::uint64_t bits = std::uint64_t{8} * bytes;
  return std::chrono::nanoseconds(bits * kNanoseconds / rate);
}

}  // namespace

bool Link::Put(TimePoint now, std::uint8_t session, Bytes datagram) {
  if (settings_.loss != 0 && random_() % kMillion < settings_.loss) {
    ++lost_;
    return false;
  }
  const TimePoint begin = std::max(now, free_at_);
  if (begin - now > kLongestQueue || bytes_ + datagram.size() > kMostBytes) {
    ++overflown_;
    return false;
  }
  if (settings_.rate != 0) free_at_ = begin + OnTheLine(datagram.size(), settings_.rate);
  TimePoint due = std::max(now, free_at_) + settings_.latency;
  if (const auto jitter = static_cast<std::uint64_t>(settings_.jitter.count()); jitter != 0) {
    due += std::chrono::nanoseconds(random_() % (jitter + 1));
  }
  if (!under_way_.empty()) due = std::max(due, under_way_.back().due);
  bytes_ += datagram.size();
  under_way_.push_back({due, {session, std::move(datagram)}});
  return true;
}

std::optional<Link::Item> Link::Take(TimePoint now) {
  if (under_way_.empty() || under_way_.front().due > now) return std::nullopt;
  Item item = std::move(under_way_.front().item);
  under_way_.pop_front();
  bytes_ -= item.datagram.size();
  return item;
}

std::optional<Link::TimePoint> Link::Due() const {
  if (under_way_.empty()) return std::nullopt;
  return under_way_.front().due;
}

void Link::Purge(std::uint8_t session) {
  std::erase_if(under_way_, [&](const Timed& timed) {
    if (timed.item.session != session) return false;
    bytes_ -= timed.item.datagram.size();
    return true;
  });
}

}  // namespace mbnrig::data
