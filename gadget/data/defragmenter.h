#pragma once

/// Reassembles the fragments of IP packets (RFC 791, section 3.2; RFC 8200, section 4.5) in bounded
/// memory: only a few packets at a time, and the oldest is dropped when another one begins. There
/// is no timeout.

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "data/packet.h"

namespace mbnrig::data {

class Defragmenter {
 public:
  /// A complete packet.
  struct Whole {
    Header header;
    Bytes payload;
  };

  /// Limit of incomplete packets. Each has at most 64 KiB.
  static constexpr std::size_t kMaxPackets = 4;

  /// Takes a fragment. Returns the packet if this was its last missing fragment. A fragment that
  /// contradicts earlier ones (an overlap, a different end) drops its whole packet.
  std::optional<Whole> Add(const Packet& fragment);

 private:
  struct Partial {
    Header header;
    std::uint32_t id = 0;
    Bytes payload;                    ///< the part that is known
    std::optional<std::size_t> size;  ///< known once the last fragment has arrived
    std::vector<std::pair<std::size_t, std::size_t>>
        ranges;  ///< [from, to) in order, with gaps between them
  };

  std::deque<Partial>::iterator Find(const Packet& fragment);
  static bool Take(Partial& partial, const Packet& fragment);

  std::deque<Partial> partials_;
};

}  // namespace mbnrig::data
