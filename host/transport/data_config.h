#pragma once

/// What a user of the data pipe may choose.

#include <chrono>
#include <cstdint>

namespace mbnrig::transport {

/// Which form of NTBs the host asks for where the function has both.
enum class NtbPreference {
  kAuto,  ///< NTB32 where blocks may be larger than an NTB16 can be, else NTB16
  kNtb16,
  kNtb32,
};

struct DataPipeConfig {
  unsigned transfers = 8;  ///< under way on each bulk endpoint
  unsigned waiting = 8;    ///< full blocks that wait for a transfer, before datagrams are dropped
  std::uint32_t largest_out = 65536;          ///< bytes of a block, at least mbim::kNtbMinMaxSize
  std::chrono::milliseconds first_pause{10};  ///< before an I/O error is followed by a new attempt
  std::chrono::milliseconds longest_pause{1'000};
};

}  // namespace mbnrig::transport
