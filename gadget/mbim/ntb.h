#pragma once

/// NCM Transfer Blocks, which carry IP packets and device service streams on the bulk endpoints
/// (CDC NCM 1.0, section 3; MBIM 1.0, section 7). Values and views only: nothing here does I/O.
///
///     NtbContents contents;                                  // reused for every block
///     if (auto error = ParseNtb(transfer, NtbFormat::kNtb16, contents)) log(error->reason);
///     for (const Datagram& datagram : contents.datagrams) route(datagram);
///
///     NtbWriter writer;
///     writer.Reset(parameters.OutLimits(NtbFormat::kNtb16), NtbFormat::kNtb16, 0, 512);
///     while (queue has a datagram && writer.Add(session, true, datagram)) pop;
///     send(writer.Finish());                                 // the next Add begins the next block

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mbim/bytes.h"

namespace mbnrig::mbim {

/// The argument of SET_NTB_FORMAT (NCM 1.0, section 6.2.5).
enum class NtbFormat : std::uint16_t { kNtb16 = 0, kNtb32 = 1 };

/// The smallest value that either side may set as the maximum size of an NTB, in bytes (NCM 1.0,
/// table 6-4).
inline constexpr std::uint32_t kNtbMinMaxSize = 2048;
/// The largest such value that is accepted from a peer, in bytes. It bounds the memory we allocate.
inline constexpr std::uint32_t kNtbLargestMaxSize = 16u << 20;
/// Limit of NDPs that are read in one block: one for each session and kind.
inline constexpr std::size_t kNtbMaxNdps = 512;

/// Why an NTB, a part of it, or the parameters were refused. For logs: the field as the
/// specification names it, its value, and the expected value.
struct NtbError {
  std::string reason;
};

/// The limits that the receiver of NTBs sets for the sender.
struct NtbLimits {
  std::uint32_t max_size = 16384;   ///< of one NTB, in bytes
  std::uint16_t max_datagrams = 0;  ///< of one NTB; 0: no limit
  std::uint16_t divisor = 4;        ///< every datagram's index modulo `divisor` ...
  std::uint16_t remainder = 0;      ///< ... is `remainder`
  std::uint16_t ndp_alignment = 4;  ///< divides every NDP's index; a power of two, at least 4
  friend bool operator==(const NtbLimits&, const NtbLimits&) = default;
};

/// The NTB parameter structure that GET_NTB_PARAMETERS returns (NCM 1.0, table 6-3). IN is the
/// direction from the function to the host. Sizes in bytes.
struct NtbParameters {
  static constexpr std::size_t kSize = 28;  ///< bytes on the wire

  /// bmNtbFormatsSupported. NCM 1.0 asks for NTB16 of every function, yet some have only NTB32
  /// (Huawei E5785; Linux commit 0fa81b304a79).
  bool ntb16 = true;
  bool ntb32 = true;
  std::uint32_t in_max_size = 16384;
  std::uint16_t in_divisor = 4, in_remainder = 0, in_alignment = 4;
  std::uint32_t out_max_size = 16384;
  std::uint16_t out_divisor = 4, out_remainder = 0, out_alignment = 4;
  std::uint16_t out_max_datagrams = 0;  ///< 0: no limit
  friend bool operator==(const NtbParameters&, const NtbParameters&) = default;

  bool Has(NtbFormat format) const { return format == NtbFormat::kNtb16 ? ntb16 : ntb32; }
  /// The limits for a function that sends. `in_size` and `in_max_datagrams` are the values that the
  /// host set with SET_NTB_INPUT_SIZE. The limits fit `format`: an NTB16 is shorter than 64 KiB.
  /// NtbWriter accepts the limits of all parameters that DecodeNtbParameters accepts.
  NtbLimits InLimits(NtbFormat format, std::uint32_t in_size,
                     std::uint16_t in_max_datagrams = 0) const;
  /// The limits for a host that sends. `cap` is the largest block that the host wants to send, in
  /// bytes; at least kNtbMinMaxSize.
  NtbLimits OutLimits(NtbFormat format, std::uint32_t cap = kNtbLargestMaxSize) const;
};

/// The structure on the wire: 28 bytes.
Bytes Encode(const NtbParameters& parameters);

/// Refuses parameters that a sender cannot use:
/// - a length other than 28 (bytes beyond wLength are ignored)
/// - neither NTB16 nor NTB32
/// - a maximum size below 2048 or above kNtbLargestMaxSize
/// - a divisor of 0, or of 2048 or more; a remainder that is not less than its divisor
/// - an NDP alignment that is not a power of two, is below 4, or is 2048 or more
std::variant<NtbParameters, NtbError> DecodeNtbParameters(ByteView bytes);

/// One datagram of an NTB.
struct Datagram {
  std::uint8_t session = 0;  ///< IP or DSS session: the fourth byte of the NDP's signature
  bool ip = true;            ///< true: IP packet (IPS); false: device service stream (DSS)
  ByteView bytes;            ///< never empty; a view of the block it was read from
};

/// What ParseNtb found. If it is reused, it allocates memory only for a block that is larger than
/// all before.
struct NtbContents {
  std::uint16_t sequence = 0;              ///< wSequence
  std::uint32_t block_length = 0;          ///< bytes of the NTB, not more than the transfer has
  std::vector<Datagram> datagrams;         ///< in the order of the NDPs and of their entries
  std::uint32_t refused_ndps = 0;          ///< NDPs that were malformed
  std::uint32_t unknown_ndps = 0;          ///< NDPs skipped because MBIM has no such signature
  std::vector<std::uint32_t> ndp_indexes;  ///< of all NDPs that were read
};

/// Reads one NTB at the beginning of the transfer `ntb` without copying it. The views in `contents`
/// are valid as long as the bytes of `ntb`, and never lead outside them. Returns the first fault,
/// if there is one; `contents` is valid in any case. wBlockLength 0 means that the block reaches to
/// the end of the transfer. NextNtb finds a block that follows this one.
///
/// These faults drop the whole NTB, so there are no datagrams:
/// - the header is incomplete, or its dwSignature or wHeaderLength is not the format's
/// - wBlockLength is larger than the transfer or smaller than the header
/// - the first NDP's index is not a multiple of 4, within the header or beyond the block
///
/// These faults end the chain of NDPs. The datagrams of earlier NDPs are kept:
/// - wNextNdpIndex is not a multiple of 4, within the header, beyond the block, or the index of an
///   earlier NDP
/// - there are more than kNtbMaxNdps NDPs
/// - an NDP's wLength leaves no space for a datagram and the terminating entry, is not a multiple
///   of 4 (NTB32: 8), or exceeds the block. Its wNextNdpIndex is not trusted either.
///
/// These faults drop the NDP with all its datagrams. Reading continues with the next NDP:
/// - there is no terminating entry, whose index or length is 0 (entries after it are ignored)
/// - a datagram is not entirely between the NTB's header and the end of the block
/// - the datagrams together are longer than the block: they overlap, and a small block must not
///   expand to much data
///
/// Not refused are an NDP with an unknown signature, which is skipped (MBIM 1.0, section 7), and
/// datagrams that break the alignment or overlap an NDP, because they do no harm.
std::optional<NtbError> ParseNtb(ByteView ntb, NtbFormat format, NtbContents& contents);

/// Finds the next NTB of a transfer. `rest` is what follows a block. Returns the bytes from the
/// next NTB's header to the end, or nothing if no further block follows. Zero bytes in front of the
/// header are padding. Windows and some functions put several blocks into one transfer (Linux
/// commit 427694cfaafa).
ByteView NextNtb(ByteView rest, NtbFormat format);

/// Assembles NTBs in its own buffer: a header, the datagrams, then one NDP for each session and
/// kind in the order of their first datagrams. Copies each datagram once. Not thread-safe.
class NtbWriter {
 public:
  /// Begins a new block and drops the datagrams of the current one. `sequence` is its wSequence,
  /// which is 0 after RESET_FUNCTION.
  ///
  /// `max_packet` is the endpoint's wMaxPacketSize. If it is not 0, a block's length is never a
  /// multiple of it, so that a short packet ends every transfer. Only a block of max_size bytes may
  /// be such a multiple. If max_size is the receiver's own maximum, that block does not need a
  /// zero-length packet either.
  ///
  /// Throws std::invalid_argument if the limits contradict each other (see DecodeNtbParameters) or
  /// if max_size is less than 64 bytes.
  void Reset(const NtbLimits& limits, NtbFormat format, std::uint16_t sequence,
             std::uint32_t max_packet = 0);

  /// Copies `datagram` into the block. Returns false and changes nothing if it does not fit any
  /// more. A datagram that is empty or longer than MaxDatagram() does not fit into any block. Call
  /// Reset first.
  bool Add(std::uint8_t session, bool ip, ByteView datagram);

  /// Ends the block and returns its bytes, which are valid until the next Add, Reset or
  /// destruction. Returns nothing if no datagram was added. The next Add begins the next block,
  /// with the next wSequence.
  ByteView Finish();

  /// Like Finish, but the caller gets the block itself. `next` becomes the memory of the next
  /// block; its contents do not matter.
  Bytes Release(Bytes&& next);

  /// Number of datagrams in the current block.
  std::size_t datagrams() const { return finished_ ? 0 : entries_.size(); }
  bool empty() const { return datagrams() == 0; }
  std::uint16_t sequence() const { return sequence_; }  ///< of the next block that Finish ends
  /// Length of the longest datagram that fits into an empty block, in bytes.
  std::uint32_t MaxDatagram() const;

 private:
  struct Entry {
    std::uint16_t ndp;  ///< index into ndps_
    std::uint32_t index, length;
  };
  struct Ndp {
    std::uint8_t session;
    bool ip;
    std::uint32_t entries;  ///< number of entries, without the terminating one
    std::uint32_t index;    ///< where Finish has written it
    std::uint32_t written;  ///< number of entries that Finish has written
  };

  void Begin();
  std::size_t FindNdp(std::uint8_t session, bool ip) const;
  std::uint32_t AlignDatagram(std::uint32_t index) const;
  std::uint32_t AlignNdp(std::uint32_t index) const;
  std::uint32_t NdpSize(std::uint32_t entries) const;
  void Put(std::uint32_t at, std::uint32_t value, std::size_t size);
  void Zero(std::uint32_t from, std::uint32_t to);
  std::uint32_t PutNdps();

  NtbLimits limits_;
  NtbFormat format_ = NtbFormat::kNtb16;
  std::uint32_t max_packet_ = 0;
  std::uint16_t sequence_ = 0;
  bool finished_ = false;              ///< the buffer holds a block that Finish has returned
  Bytes buffer_;                       ///< max_size bytes
  std::uint32_t end_ = 0;              ///< end of the last datagram
  std::uint32_t other_ndps_size_ = 0;  ///< all NDPs except the last, with their padding
  std::uint32_t last_ndp_size_ = 0;
  std::vector<Entry> entries_;
  std::vector<Ndp> ndps_;
  std::size_t used_ndp_ = 0;  ///< NDP of the datagram that was added last
};

}  // namespace mbnrig::mbim
