#pragma once

/// Reads a trace back: a pcapng file of USB transfers, ours or another's (Wireshark saves such
/// files, too). Strict: every length is checked, nothing is allocated that a block may not have.

#include <cstdint>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "trace/pcapng.h"

namespace mbnrig::trace {

/// The file is no trace, or is damaged; one line that says where and why.
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

  /// The next packet; false at the file's end. Throws TraceError where the file is damaged; what
  /// was read before is good.
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
