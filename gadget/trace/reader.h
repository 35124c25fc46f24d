#pragma once

/// Reads a trace: a pcapng file of USB transfers that mbnrig or another program, such as Wireshark,
/// has written. Checks every length before it allocates memory for it.

#include <cstdint>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "trace/pcapng.h"

namespace mbnrig::trace {

/// The file is not a trace, or it is damaged. The text is one line that says where and why.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Packet {
  std::uint64_t time = 0;  ///< nanoseconds since 1970
  Bytes data;              ///< as captured; begins with the header of its link type
  std::vector<std::string> comments;
};

class Reader {
 public:
  /// Reads the beginning of the file. `in` must outlive the reader. Throws TraceError.
  explicit Reader(std::istream& in);

  /// Reads the next packet. False at the end of the file. Throws TraceError if the file is damaged;
  /// the packets before the damage are valid.
  bool Next(Packet& packet);

  /// Whether the file ends in the middle of a block, for example because its writer was killed.
  bool truncated() const { return truncated_; }
  /// The number of dropped packets, if the file says so.
  std::optional<std::uint64_t> dropped() const { return dropped_; }
  /// The name of the program that wrote the file. Empty if the file does not say so.
  const std::string& application() const { return application_; }

 private:
  struct Interface {
    std::uint16_t link_type = 0;
    std::uint64_t unit = 1'000;  ///< of its timestamps, in nanoseconds
  };
  struct Option {
    std::uint16_t code = 0;
    ByteView value;
  };
  bool ReadBlock();
  [[noreturn]] void Refuse(const std::string& why) const;
  std::vector<Option> Options(ByteView bytes) const;
  void BeginSection();
  void AddInterface();
  void ReadPacket(Packet& packet) const;
  void ReadStatistics();

  std::istream& in_;
  std::uint64_t offset_ = 0, next_offset_ = 0;  ///< of the current block, of the next one
  std::uint32_t type_ = 0;
  Bytes body_;  ///< of the current block, without type and lengths
  std::vector<Interface> interfaces_;
  std::string application_;
  bool truncated_ = false;
  std::optional<std::uint64_t> dropped_;
};

}  // namespace mbnrig::trace
