#pragma once

/// From what a trace has recorded to inputs of the fuzz targets: each target makes its inputs of
/// the transfers that mean something to it (SeedsOf, fuzz.h). Reading the file is for
/// fuzz_inputs_test.cpp.

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "mbim/ntb.h"
#include "mbim/testing/fuzz.h"

namespace mbnrig::fuzz {

/// A transfer on the USB that has ended well.
struct Transfer {
  enum class Pipe { kControl, kNotification, kBulk };
  Pipe pipe{};
  bool in = false;
  std::array<std::uint8_t, 8> setup{};  ///< kControl: the SETUP packet
  Bytes data;                           ///< what the host sent or got
  std::chrono::milliseconds pause{0};   ///< since the transfer before

  /// A class request to the MBIM function's control interface, by its bRequest.
  bool IsRequest(std::uint8_t request) const {
    return pipe == Pipe::kControl && (setup[0] & 0x7f) == 0x21 && setup[1] == request;
  }
  bool IsCommand() const { return IsRequest(0x00); }   ///< SEND_ENCAPSULATED_COMMAND
  bool IsResponse() const { return IsRequest(0x01); }  ///< GET_ENCAPSULATED_RESPONSE
  /// The answer to GET_NTB_PARAMETERS.
  bool IsNtbParameters() const { return IsRequest(0x80) && in; }
};

/// Form and datagrams of a block, of either direction; nothing where it is none.
inline std::optional<mbim::NtbFormat> FormatOf(ByteView block) {
  const std::string signature(block.begin(),
                              block.begin() + std::min<std::ptrdiff_t>(4, std::ssize(block)));
  if (signature == "NCMH") return mbim::NtbFormat::kNtb16;
  if (signature == "ncmh") return mbim::NtbFormat::kNtb32;
  return std::nullopt;
}
inline std::vector<mbim::Datagram> DatagramsOf(ByteView block) {
  mbim::NtbContents contents;
  const auto format = FormatOf(block);
  if (format) (void)mbim::ParseNtb(block, *format, contents);
  return contents.datagrams;
}

/// Cuts a long recording to inputs that mutate well: each begins with the same preamble and has
/// steps of about kSize bytes.
class SeedCutter {
 public:
  static constexpr std::size_t kSize = 700;
  /// No longer input is tried (scripts/fuzz).
  static constexpr std::size_t kMaxSize = 4096;

  explicit SeedCutter(Bytes preamble) : preamble_(std::move(preamble)), input_(preamble_) {}

  void Add(const Output& step) {
    const Bytes& bytes = step.bytes();
    if (preamble_.size() + bytes.size() > kMaxSize) return;
    if (input_.size() + bytes.size() > kMaxSize) Cut();
    input_.insert(input_.end(), bytes.begin(), bytes.end());
    if (input_.size() >= preamble_.size() + kSize) Cut();
  }
  std::vector<Bytes> Finish() {
    Cut();
    return std::move(inputs_);
  }

 private:
  void Cut() {
    if (input_.size() > preamble_.size()) inputs_.push_back(input_);
    input_ = preamble_;
  }

  const Bytes preamble_;
  Bytes input_;
  std::vector<Bytes> inputs_;
};

}  // namespace mbnrig::fuzz
