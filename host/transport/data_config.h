#pragma once

/// The configuration of the data pipe.

#include <chrono>
#include <cstdint>

namespace mbnrig::transport {

/// The NTB format that the host asks for if the function supports both.
enum class NtbPreference {
  kAuto,  ///< NTB32 if blocks may be larger than an NTB16 can be, otherwise NTB16
  kNtb16,
  kNtb32,
};

struct DataPipeConfig {
  unsigned transfers = 8;  ///< pending on each bulk endpoint
  unsigned waiting =
      8;  ///< full blocks that wait for a transfer; above this, datagrams are dropped
  std::uint32_t largest_out = 65536;  ///< bytes of one block, at least mbim::kNtbMinMaxSize
  std::chrono::milliseconds first_pause{
      10};  ///< pause after an I/O error; doubled up to longest_pause
  std::chrono::milliseconds longest_pause{1'000};
};

}  // namespace mbnrig::transport
