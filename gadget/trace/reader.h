#pragma once

/// Reads a trace: a pcapng file of USB transfers, written by mbnrig or another program such as
/// Wireshark. Strict: every length is checked before memory is allocated for it.

#include <cstdint>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "trace/pcapng.h"

namespace mbnrig::trace {

/// The file is not a trace, or is damaged; one line says where and why.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Packet {
  std::uint64_t time = 0;  ///< nanoseconds since 1970
  Bytes data;              ///< as captured, the header of its link type first
  std::vector<std::string> comments;
};

class Reader {
 public:
  /// Reads the file's head. `in` must outlive the reader. Throws TraceError.
  explicit Reader(std::istream& in);

  /// The next packet; false at the file's end. Throws TraceError where the file is damaged; the
  /// packets before are good.
  bool Next(Packet& packet);

  /// Whether the file ends in the middle of a block, as when its writer was killed.
  bool truncated() const { return truncated_; }
  /// How many packets were dropped, where the file says so.
  std::optional<std::uint64_t> dropped() const { return dropped_; }
  /// What wrote the file, where it says so.
  const std::string& application() const { return application_; }

 private:
  struct Interface {
    std::uint16_t link_type = 0;
    std::uint64_t unit = 1'000;  ///< nanoseconds of one tick of its timestamps
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
  std::uint64_t offset_ = 0, next_offset_ = 0;  ///< of the block at hand, of the next
  std::uint32_t type_ = 0;
  Bytes body_;  ///< of the block at hand, without type and lengths
  std::vector<Interface> interfaces_;
  std::string application_;
  bool truncated_ = false;
  std::optional<std::uint64_t> dropped_;
};

}  // namespace mbnrig::trace
