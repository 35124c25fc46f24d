#pragma once

/// Values of the data pipe (data_pipe.h).

#include <cstdint>

#include "mbim/ntb.h"

namespace mbnrig::transport {

/// What the function and the host have agreed on while the pipe was opened.
struct NtbSettings {
  mbim::NtbParameters parameters;
  mbim::NtbFormat format = mbim::NtbFormat::kNtb16;
  std::uint32_t in_size = 0;  ///< bytes of the largest block that the function sends
};

/// A stream of datagrams in the pipe.
struct DataStream {
  std::uint8_t session = 0;
  bool ip = true;  ///< false: a device service stream
};

/// Counters since the pipe was made.
struct DataCounters {
  std::uint64_t in_blocks = 0, in_datagrams = 0, in_bytes = 0;  ///< bytes of the datagrams
  std::uint64_t in_lost_blocks = 0;  ///< counted by the gaps of their sequence numbers
  std::uint64_t in_malformed = 0;  ///< faulty blocks; their readable datagrams are counted as well
  std::uint64_t in_unclaimed = 0;  ///< datagrams of streams without a sink
  std::uint64_t in_errors = 0;     ///< failed transfers
  std::uint64_t out_blocks = 0, out_datagrams = 0, out_bytes = 0;
  std::uint64_t out_dropped = 0;  ///< datagrams dropped because the queue was full
  std::uint64_t out_refused = 0;  ///< datagrams that are empty or longer than a block
  std::uint64_t out_errors = 0;   ///< failed transfers, whose datagrams are lost
};

}  // namespace mbnrig::transport
