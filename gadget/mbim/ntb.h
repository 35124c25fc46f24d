#pragma once

/// NCM Transfer Blocks, which carry IP packets and device service streams on the bulk endpoints
/// (CDC NCM 1.0, section 3; MBIM 1.0, section 7). Values and views only: nothing here does I/O.
///
///     NtbContents contents;                                  // reused from block to block
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

/// The value of SET_NTB_FORMAT (NCM 1.0, section 6.2.5).
enum class NtbFormat : std::uint16_t { kNtb16 = 0, kNtb32 = 1 };

/// Smallest maximum of an NTB's size that either side may ask for, in bytes (NCM 1.0, table 6-4).
inline constexpr std::uint32_t kNtbMinMaxSize = 2048;
/// Largest maximum that is accepted from a peer, in bytes: its maximum decides what we allocate.
inline constexpr std::uint32_t kNtbLargestMaxSize = 16u << 20;
/// Most NDPs that are read in one block: one for every session and kind.
inline constexpr std::size_t kNtbMaxNdps = 512;

/// Why an NTB, a part of it, or parameters were refused, for logs: the field as the specification
/// names it, its value, and the expected value.
struct NtbError {
  std::string reason;
};

/// The limits that a receiver sets to the sender of NTBs.
struct NtbLimits {
  std::uint32_t max_size = 16384;   ///< bytes of one NTB
  std::uint16_t max_datagrams = 0;  ///< in one NTB; 0: no limit
  std::uint16_t divisor = 4;        ///< a datagram's index modulo this ...
  std::uint16_t remainder = 0;      ///< ... is this
  std::uint16_t ndp_alignment = 4;  ///< an NDP's index is a multiple of this power of two, >= 4
  friend bool operator==(const NtbLimits&, const NtbLimits&) = default;
};

/// The NTB parameter structure (NCM 1.0, table 6-3): GET_NTB_PARAMETERS. IN is from the function to
/// the host.
struct NtbParameters {
  static constexpr std::size_t kSize = 28;  ///< bytes on the wire

  bool ntb32 = true;  ///< whether NTB32 is supported besides NTB16, which always is
  std::uint32_t in_max_size = 16384;
  std::uint16_t in_divisor = 4, in_remainder = 0, in_alignment = 4;
  std::uint32_t out_max_size = 16384;
  std::uint16_t out_divisor = 4, out_remainder = 0, out_alignment = 4;
  std::uint16_t out_max_datagrams = 0;  ///< 0: no limit
  friend bool operator==(const NtbParameters&, const NtbParameters&) = default;

  /// The limits of a function that sends; `in_size` and `in_max_datagrams` are what the host set
  /// with SET_NTB_INPUT_SIZE. Limits fit `format`: an NTB16 has less than 64 KiB. Of parameters
  /// that DecodeNtbParameters has taken, NtbWriter takes the limits.
  NtbLimits InLimits(NtbFormat format, std::uint32_t in_size,
                     std::uint16_t in_max_datagrams = 0) const;
  /// The limits of a host that sends. `cap` is the largest block that the host wants to send, at
  /// least kNtbMinMaxSize.
  NtbLimits OutLimits(NtbFormat format, std::uint32_t cap = kNtbLargestMaxSize) const;
};

/// 28 bytes.
Bytes Encode(const NtbParameters& parameters);

/// Refuses parameters that a sender cannot compute with: another length than 28 (more bytes than
/// wLength are ignored), no NTB16, sizes below 2048 or above kNtbLargestMaxSize, a divisor of 0, a
/// remainder not below its divisor, an NDP alignment that is not a power of two or is below 4, a
/// divisor or an alignment of 2048 or more.
std::variant<NtbParameters, NtbError> DecodeNtbParameters(ByteView bytes);

/// One datagram of an NTB.
struct Datagram {
  std::uint8_t session = 0;  ///< IP session or DSS session, the fourth byte of the NDP's signature
  bool ip = true;            ///< true: IP packet (IPS); false: device service stream (DSS)
  ByteView bytes;            ///< never empty; into the block it was read from
};

/// What ParseNtb found. Reused, it allocates nothing once it has seen its largest block.
struct NtbContents {
  std::uint16_t sequence = 0;              ///< wSequence
  std::uint32_t block_length = 0;          ///< bytes of the NTB, at most the transfer's
  std::vector<Datagram> datagrams;         ///< in the order of the NDPs and of their entries
  std::uint32_t refused_ndps = 0;          ///< NDPs that were malformed
  std::uint32_t unknown_ndps = 0;          ///< NDPs skipped because MBIM has no such signature
  std::vector<std::uint32_t> ndp_indexes;  ///< of the NDPs seen, each once
};

/// Reads one NTB, which begins the transfer `ntb`, without copying: the views in `contents` are as
/// valid as long as the bytes of `ntb`, and stay inside of them. Returns the first fault, if any;
/// `contents` can be used in any case.
///
/// Drops the whole NTB (no datagrams): a header that is cut short, has another signature than the
/// format's or another wHeaderLength, wBlockLength larger than the transfer or less than the
/// header, a first NDP index that is refused as below. wBlockLength 0 means: to the end of the
/// transfer. Bytes after the block are ignored.
///
/// Ends the chain, and keeps what came before: wNextNdpIndex that is not a multiple of 4, within
/// the header, beyond the block, or of an NDP that was seen already; more than kNtbMaxNdps NDPs; an
/// NDP whose wLength is too small for one datagram and the terminating entry, not a multiple of 4
/// (NTB32: 8), or exceeds the block (its wNextNdpIndex is not trusted either).
///
/// Drops that NDP with all its datagrams and goes on with the next: no terminating entry, a
/// datagram not wholly between the NTB's header and the end of the block, or more bytes of
/// datagrams in all than the block has (they overlap; a small block must not expand). Entries after
/// the terminating one, of which index or length is 0, are ignored.
///
/// Not refused: an unknown signature, which MBIM 1.0, section 7, has skipped; datagrams that do not
/// keep to the alignment, or that lie over an NDP, which harms nobody.
std::optional<NtbError> ParseNtb(ByteView ntb, NtbFormat format, NtbContents& contents);

/// Assembles NTBs in a buffer of its own: header, datagrams, then one NDP for each session and kind
/// in the order of their first datagrams. Copies each datagram once. Not thread-safe.
class NtbWriter {
 public:
  /// Begins anew, dropping what was gathered; after RESET_FUNCTION with `sequence` 0. `max_packet`
  /// is the endpoint's wMaxPacketSize: no block's length is a multiple of it, other than max_size
  /// itself, so that a short packet ends every transfer, and where max_size is the receiver's own
  /// maximum no zero-length packet is needed; 0: pads nothing. Throws std::invalid_argument where
  /// the limits contradict each other (see DecodeNtbParameters; sizes from 64 bytes are taken).
  void Reset(const NtbLimits& limits, NtbFormat format, std::uint16_t sequence,
             std::uint32_t max_packet = 0);

  /// Copies `datagram` into the block. False, and nothing changed, when it does not fit any more;
  /// one that is empty or longer than MaxDatagram() fits no block. Only after a Reset.
  bool Add(std::uint8_t session, bool ip, ByteView datagram);

  /// Ends the block: its bytes, valid until the next Add, Reset or destruction, or nothing when no
  /// datagram was added. The next Add begins the next block, with the next wSequence.
  ByteView Finish();

  /// As Finish, and gives the block away instead of keeping it; `next` is the memory of the next
  /// one, whatever it holds.
  Bytes Release(Bytes&& next);

  /// Of the current block.
  std::size_t datagrams() const { return finished_ ? 0 : entries_.size(); }
  bool empty() const { return datagrams() == 0; }
  std::uint16_t sequence() const { return sequence_; }  ///< of the block that Finish makes next
  /// The longest datagram that an empty block takes, in bytes.
  std::uint32_t MaxDatagram() const;

 private:
  struct Entry {
    std::uint16_t ndp;  ///< in ndps_
    std::uint32_t index, length;
  };
  struct Ndp {
    std::uint8_t session;
    bool ip;
    std::uint32_t entries;  ///< without the terminating one
    std::uint32_t index;    ///< where Finish has put it
    std::uint32_t written;  ///< entries that Finish has written
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
  bool finished_ = false;              ///< the buffer holds a block that Finish has given out
  Bytes buffer_;                       ///< max_size bytes
  std::uint32_t end_ = 0;              ///< of the last datagram
  std::uint32_t other_ndps_size_ = 0;  ///< of all NDPs but the last, each padded to the alignment
  std::uint32_t last_ndp_size_ = 0;
  std::vector<Entry> entries_;
  std::vector<Ndp> ndps_;
  std::size_t used_ndp_ = 0;  ///< of the datagram added last
};

}  // namespace mbnrig::mbim
