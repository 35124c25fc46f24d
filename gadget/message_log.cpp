#include "message_log.h"

#include <algorithm>

namespace mbnrig {

void MessageLog::Add(Direction direction, mbim::ByteView fragment) {
  Entry entry{0, std::chrono::system_clock::now(), direction, {fragment.begin(), fragment.end()}};
  std::lock_guard lock(mutex_);
  entry.number = ++last_;
  if (entries_.size() == capacity_) entries_.pop_front();
  entries_.push_back(std::move(entry));
}

std::vector<MessageLog::Entry> MessageLog::After(std::uint64_t after, std::size_t limit) const {
  std::lock_guard lock(mutex_);
  auto first =
      std::upper_bound(entries_.begin(), entries_.end(), after,
                       [](std::uint64_t number, const Entry& e) { return number < e.number; });
  const auto count = static_cast<std::size_t>(entries_.end() - first);
  if (count > limit) first += static_cast<std::ptrdiff_t>(count - limit);
  return {first, entries_.end()};
}

void MessageLog::Clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
}

}  // namespace mbnrig
