#include "data/defragmenter.h"

#include <algorithm>

namespace mbnrig::data {
namespace {

constexpr std::size_t kLongest = 65535;

}  // namespace

std::deque<Defragmenter::Partial>::iterator Defragmenter::Find(const Packet& fragment) {
  const Header& header = fragment.header;
  return std::ranges::find_if(partials_, [&](const Partial& partial) {
    const Header& other = partial.header;
    return partial.id == fragment.id && other.v6 == header.v6 && other.source == header.source &&
           other.destination == header.destination && other.protocol == header.protocol;
  });
}

/// False if the fragment contradicts earlier ones.
bool Defragmenter::Take(Partial& partial, const Packet& fragment) {
  const std::size_t from = fragment.offset;
  const std::size_t to = from + fragment.payload.size();
  if (partial.size && (to > *partial.size || (!fragment.more_fragments && to != *partial.size))) {
    return false;
  }
  auto& ranges = partial.ranges;
  const auto next = std::ranges::find_if(ranges, [&](const auto& r) { return r.second > from; });
  if (next != ranges.end() && next->first <= from && to <= next->second)
    return true;  // a repetition
  if (next != ranges.end() && next->first < to) return false;
  if (!fragment.more_fragments) {
    if (partial.payload.size() > to) return false;
    partial.size = to;
  }
  if (partial.payload.size() < to) partial.payload.resize(to);
  std::ranges::copy(fragment.payload, partial.payload.begin() + static_cast<std::ptrdiff_t>(from));
  auto here = ranges.insert(next, {from, to});
  if (const auto after = here + 1; after != ranges.end() && after->first == to) {
    here->second = after->second;
    ranges.erase(after);
  }
  if (here != ranges.begin() && (here - 1)->second == from) {
    (here - 1)->second = here->second;
    ranges.erase(here);
  }
  return true;
}

std::optional<Defragmenter::Whole> Defragmenter::Add(const Packet& fragment) {
  const std::size_t size = fragment.payload.size();
  if (size == 0 || fragment.offset + size > kLongest) return std::nullopt;
  if (fragment.more_fragments && size % 8 != 0) return std::nullopt;
  auto partial = Find(fragment);
  if (partial == partials_.end()) {
    if (partials_.size() == kMaxPackets) partials_.pop_front();
    partials_.push_back({fragment.header, fragment.id, {}, std::nullopt, {}});
    partial = partials_.end() - 1;
  }
  if (!Take(*partial, fragment)) {
    partials_.erase(partial);
    return std::nullopt;
  }
  if (partial->size != partial->ranges.front().second || partial->ranges.front().first != 0) {
    return std::nullopt;
  }
  Whole whole{partial->header, std::move(partial->payload)};
  partials_.erase(partial);
  return whole;
}

}  // namespace mbnrig::data
