#include "mbim/ntb.h"

#include <fmt/format.h>

#include <algorithm>

#include "mbim/ntb_layout.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using ntb::Layout;
using ntb::LayoutOf;

/// Reads an index or a length. Its width depends on the format.
std::uint32_t Load(ByteView bytes, std::size_t at, std::size_t size) {
  return size == 2 ? LoadU16(bytes, at) : LoadU32(bytes, at);
}

/// Why no NDP can begin at `index`. Nothing if one can. `what` is the field that has the index.
std::optional<NtbError> CheckNdpIndex(std::string_view what, std::uint32_t index, ByteView block,
                                      const Layout& layout) {
  if (index % ntb::kNdpAlignment != 0) {
    return NtbError{fmt::format("{} {} is not a multiple of 4", what, index)};
  }
  if (index < layout.header) {
    return NtbError{fmt::format("{} {} is within the NTB's header", what, index)};
  }
  if (index > block.size() || block.size() - index < layout.ndp_header) {
    return NtbError{
        fmt::format("{} {}: no NDP fits before the block's end at {}", what, index, block.size())};
  }
  return std::nullopt;
}

/// Reads one NTB into its contents.
class Reader {
 public:
  Reader(NtbFormat format, NtbContents& contents) : layout_(LayoutOf(format)), out_(contents) {}

  std::optional<NtbError> Read(ByteView transfer) {
    if (auto error = ReadHeader(transfer)) return error;
    std::uint32_t index = Load(block_, layout_.header - layout_.word, layout_.word);
    if (auto error = CheckNdpIndex("wNdpIndex", index, block_, layout_)) return error;
    while (index != 0) {
      const std::uint32_t next = Load(block_, index + layout_.ndp_next, layout_.word);
      out_.ndp_indexes.push_back(index);
      const bool known = ReadSignature(index);
      if (!known) {
        ++out_.unknown_ndps;
      } else if (!ReadNdp(index)) {
        return std::move(fault_);
      }
      if (next == 0) break;
      if (auto error = CheckNext(next)) {
        Note(std::move(*error));
        break;
      }
      index = next;
    }
    return std::move(fault_);
  }

 private:
  std::optional<NtbError> ReadHeader(ByteView transfer) {
    if (transfer.size() < layout_.header) {
      return NtbError{fmt::format("the NTB's header needs {} bytes, but the transfer has {}",
                                  layout_.header, transfer.size())};
    }
    if (const std::uint32_t signature = LoadU32(transfer, 0); signature != layout_.signature) {
      return NtbError{fmt::format("dwSignature {:#010x}, expected {:#010x} ({})", signature,
                                  layout_.signature, layout_.name)};
    }
    if (const std::uint16_t length = LoadU16(transfer, 4); length != layout_.header) {
      return NtbError{fmt::format("wHeaderLength {}, expected {}", length, layout_.header)};
    }
    const std::uint32_t length = Load(transfer, 8, layout_.word);
    if (length > transfer.size()) {
      return NtbError{
          fmt::format("wBlockLength {}, but the transfer has {} bytes", length, transfer.size())};
    }
    if (length != 0 && length < layout_.header) {
      return NtbError{fmt::format("wBlockLength {} is less than the NTB's header", length)};
    }
    block_ = length == 0 ? transfer : transfer.first(length);
    out_.sequence = LoadU16(transfer, 6);
    out_.block_length = static_cast<std::uint32_t>(block_.size());
    return std::nullopt;
  }

  /// False if MBIM does not define an NDP with this signature.
  bool ReadSignature(std::uint32_t index) {
    const std::uint32_t signature = LoadU32(block_, index);
    const std::uint32_t kind = signature & 0x00FFFFFF;
    session_ = static_cast<std::uint8_t>(signature >> 24);
    ip_ = kind == layout_.ips;
    return ip_ || kind == layout_.dss;
  }

  /// False if the chain of NDPs ends here.
  bool ReadNdp(std::uint32_t index) {
    const std::uint16_t length = LoadU16(block_, index + 4);
    const std::size_t least = layout_.ndp_header + 2 * layout_.entry;
    if (length < least || length % layout_.entry != 0 || length > block_.size() - index) {
      Refuse(
          fmt::format("NDP at {}: wLength {}, expected a multiple of {} from {} to the {} bytes "
                      "that remain of the block",
                      index, length, layout_.entry, least, block_.size() - index));
      return false;
    }
    const std::size_t datagrams_before = out_.datagrams.size();
    const std::uint64_t bytes_before = bytes_;
    std::string why = ReadEntries(index, length);
    if (!why.empty()) {
      out_.datagrams.resize(datagrams_before);
      bytes_ = bytes_before;
      Refuse(fmt::format("NDP at {}: {}", index, why));
    }
    return true;
  }

  /// What is wrong with the entries. Empty if they are correct.
  std::string ReadEntries(std::uint32_t ndp, std::uint16_t length) {
    std::uint32_t entry = 0;
    for (std::size_t at = ndp + layout_.ndp_header; at < ndp + length; at += layout_.entry) {
      const std::uint32_t index = Load(block_, at, layout_.word);
      const std::uint32_t size = Load(block_, at + layout_.word, layout_.word);
      if (index == 0 || size == 0) return {};
      if (index < layout_.header || index > block_.size() || size > block_.size() - index) {
        return fmt::format(
            "datagram {} of {} bytes at {} is not between the header and the "
            "block's end at {}",
            entry, size, index, block_.size());
      }
      bytes_ += size;
      if (bytes_ > block_.size()) {
        return fmt::format("datagram {}: {} bytes of datagrams in a block of {}; they overlap",
                           entry, bytes_, block_.size());
      }
      out_.datagrams.push_back({session_, ip_, block_.subspan(index, size)});
      ++entry;
    }
    return fmt::format("no terminating entry in wLength {}", length);
  }

  std::optional<NtbError> CheckNext(std::uint32_t next) const {
    if (auto error = CheckNdpIndex("wNextNdpIndex", next, block_, layout_)) return error;
    const auto& seen = out_.ndp_indexes;
    if (std::find(seen.begin(), seen.end(), next) != seen.end()) {
      return NtbError{fmt::format("wNextNdpIndex {} points to an earlier NDP", next)};
    }
    if (seen.size() >= kNtbMaxNdps) {
      return NtbError{fmt::format("more than {} NDPs", kNtbMaxNdps)};
    }
    return std::nullopt;
  }

  void Refuse(std::string reason) {
    ++out_.refused_ndps;
    Note({std::move(reason)});
  }
  /// Keeps only the first fault, which is the one that is returned.
  void Note(NtbError error) {
    if (!fault_) fault_ = std::move(error);
  }

  const Layout& layout_;
  NtbContents& out_;
  ByteView block_;
  std::uint8_t session_ = 0;  ///< of the current NDP
  bool ip_ = true;
  std::uint64_t bytes_ = 0;  ///< length of all datagrams so far
  std::optional<NtbError> fault_;
};

/// Checks one direction of the parameters. `fields` is "In" or "Out".
std::optional<NtbError> CheckDirection(std::string_view fields, const NtbLimits& limits) {
  if (limits.max_size < kNtbMinMaxSize || limits.max_size > kNtbLargestMaxSize) {
    return NtbError{fmt::format("dwNtb{}MaxSize {}, expected {} to {}", fields, limits.max_size,
                                kNtbMinMaxSize, kNtbLargestMaxSize)};
  }
  // The alignment must also fit any smaller size that the two sides agree on.
  NtbLimits smallest = limits;
  smallest.max_size = kNtbMinMaxSize;
  if (auto why = ntb::CheckAlignment(smallest)) {
    return NtbError{fmt::format("wNdp{}{}", fields, *why)};
  }
  return std::nullopt;
}

/// The smallest of the maxima, but never less than the minimum that every function accepts.
std::uint32_t Size(std::initializer_list<std::uint32_t> maxima) {
  return std::max(std::min(maxima), kNtbMinMaxSize);
}

}  // namespace

std::optional<std::string> ntb::CheckAlignment(const NtbLimits& limits) {
  if (limits.divisor == 0 || limits.divisor >= limits.max_size) {
    return fmt::format("Divisor {}, expected at least 1 and less than the size {}", limits.divisor,
                       limits.max_size);
  }
  if (limits.remainder >= limits.divisor) {
    return fmt::format("PayloadRemainder {}, expected less than the divisor {}", limits.remainder,
                       limits.divisor);
  }
  const std::uint16_t alignment = limits.ndp_alignment;
  if (alignment < kNdpAlignment || (alignment & (alignment - 1)) != 0 ||
      alignment >= limits.max_size) {
    return fmt::format(
        "Alignment {}, expected a power of two, at least 4 and less than the size {}", alignment,
        limits.max_size);
  }
  return std::nullopt;
}

NtbLimits NtbParameters::InLimits(NtbFormat format, std::uint32_t in_size,
                                  std::uint16_t in_max_datagrams) const {
  return {Size({in_size, in_max_size, LayoutOf(format).largest}), in_max_datagrams, in_divisor,
          in_remainder, in_alignment};
}

NtbLimits NtbParameters::OutLimits(NtbFormat format, std::uint32_t cap) const {
  return {Size({cap, out_max_size, LayoutOf(format).largest}), out_max_datagrams, out_divisor,
          out_remainder, out_alignment};
}

Bytes Encode(const NtbParameters& parameters) {
  Bytes bytes(NtbParameters::kSize);
  StoreU16(bytes, 0, NtbParameters::kSize);
  StoreU16(bytes, 2,
           static_cast<std::uint16_t>((parameters.ntb16 ? 1 : 0) | (parameters.ntb32 ? 2 : 0)));
  StoreU32(bytes, 4, parameters.in_max_size);
  StoreU16(bytes, 8, parameters.in_divisor);
  StoreU16(bytes, 10, parameters.in_remainder);
  StoreU16(bytes, 12, parameters.in_alignment);
  StoreU32(bytes, 16, parameters.out_max_size);
  StoreU16(bytes, 20, parameters.out_divisor);
  StoreU16(bytes, 22, parameters.out_remainder);
  StoreU16(bytes, 24, parameters.out_alignment);
  StoreU16(bytes, 26, parameters.out_max_datagrams);
  return bytes;
}

std::variant<NtbParameters, NtbError> DecodeNtbParameters(ByteView bytes) {
  if (bytes.size() < NtbParameters::kSize) {
    return NtbError{fmt::format("the NTB parameters have {} bytes, expected {}", bytes.size(),
                                NtbParameters::kSize)};
  }
  if (const std::uint16_t length = LoadU16(bytes, 0); length != NtbParameters::kSize) {
    return NtbError{fmt::format("wLength {}, expected {}", length, NtbParameters::kSize)};
  }
  const std::uint16_t formats = LoadU16(bytes, 2);
  if ((formats & 3) == 0) {
    return NtbError{
        fmt::format("bmNtbFormatsSupported {:#06x} has neither NTB16 nor NTB32", formats)};
  }
  NtbParameters parameters;
  parameters.ntb16 = (formats & 1) != 0;
  parameters.ntb32 = (formats & 2) != 0;
  parameters.in_max_size = LoadU32(bytes, 4);
  parameters.in_divisor = LoadU16(bytes, 8);
  parameters.in_remainder = LoadU16(bytes, 10);
  parameters.in_alignment = LoadU16(bytes, 12);
  parameters.out_max_size = LoadU32(bytes, 16);
  parameters.out_divisor = LoadU16(bytes, 20);
  parameters.out_remainder = LoadU16(bytes, 22);
  parameters.out_alignment = LoadU16(bytes, 24);
  parameters.out_max_datagrams = LoadU16(bytes, 26);
  const NtbLimits in{parameters.in_max_size, 0, parameters.in_divisor, parameters.in_remainder,
                     parameters.in_alignment};
  const NtbLimits out{parameters.out_max_size, 0, parameters.out_divisor, parameters.out_remainder,
                      parameters.out_alignment};
  if (auto error = CheckDirection("In", in)) return *error;
  if (auto error = CheckDirection("Out", out)) return *error;
  return parameters;
}

std::optional<NtbError> ParseNtb(ByteView ntb, NtbFormat format, NtbContents& contents) {
  contents.sequence = 0;
  contents.block_length = 0;
  contents.datagrams.clear();
  contents.refused_ndps = 0;
  contents.unknown_ndps = 0;
  contents.ndp_indexes.clear();
  return Reader(format, contents).Read(ntb);
}

ByteView NextNtb(ByteView rest, NtbFormat format) {
  const auto header = std::find_if(rest.begin(), rest.end(), [](auto byte) { return byte != 0; });
  rest = rest.subspan(static_cast<std::size_t>(header - rest.begin()));
  const bool follows = rest.size() >= 4 && LoadU32(rest, 0) == LayoutOf(format).signature;
  return follows ? rest : ByteView{};
}

}  // namespace mbnrig::mbim
