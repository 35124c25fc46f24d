#pragma once

/// Puts the fragments of IP packets together (RFC 791, section 3.2; RFC 8200, section 4.5), in
/// bounded memory: a few packets at a time, the oldest goes when another begins. Time plays no
/// part.

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "data/packet.h"

namespace mbnrig::data {

class Defragmenter {
 public:
  /// A packet that is complete.
  struct Whole {
    Header header;
    Bytes payload;
  };

  /// How many packets may be incomplete at a time, each of at most 64 KiB.
  static constexpr std::size_t kMaxPackets = 4;

  /// Takes a fragment; the packet when it was the last that was missing. A fragment that
  /// contradicts earlier ones (overlaps them, another end) takes its packet along.
  std::optional<Whole> Add(const Packet& fragment);

 private:
  struct Partial {
    Header header;
    std::uint32_t id = 0;
    Bytes payload;                    ///< as far as is known
    std::optional<std::size_t> size;  ///< known once the last fragment has come
    std::vector<std::pair<std::size_t, std::size_t>> ranges;  ///< [from, to) in order, apart
  };

  std::deque<Partial>::iterator Find(const Packet& fragment);
  static bool Take(Partial& partial, const Packet& fragment);

  std::deque<Partial> partials_;
};

}  // namespace mbnrig::data
