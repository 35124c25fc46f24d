#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "mbim/ntb.h"
#include "mbim/ntb_layout.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using ntb::LayoutOf;

constexpr std::uint32_t kSmallestBlock = 64;  // bytes
/// Bytes that are added to a block whose length would be a multiple of the packet size.
constexpr std::uint32_t kPadding = 4;

}  // namespace

void NtbWriter::Reset(const NtbLimits& limits, NtbFormat format, std::uint16_t sequence,
                      std::uint32_t max_packet) {
  if (limits.max_size < kSmallestBlock || limits.max_size > kNtbLargestMaxSize) {
    throw std::invalid_argument(fmt::format("maximum NTB size {}, expected {} to {}",
                                            limits.max_size, kSmallestBlock, kNtbLargestMaxSize));
  }
  if (auto why = ntb::CheckAlignment(limits)) throw std::invalid_argument("wNdp" + *why);
  limits_ = limits;
  limits_.max_size = std::min(limits_.max_size, LayoutOf(format).largest);
  format_ = format;
  max_packet_ = max_packet;
  sequence_ = sequence;
  buffer_.resize(limits_.max_size);
  Begin();
}

void NtbWriter::Begin() {
  finished_ = false;
  end_ = LayoutOf(format_).header;
  other_ndps_size_ = last_ndp_size_ = 0;
  entries_.clear();
  ndps_.clear();
  used_ndp_ = 0;
}

std::size_t NtbWriter::FindNdp(std::uint8_t session, bool ip) const {
  auto is = [session, ip](const Ndp& ndp) { return ndp.session == session && ndp.ip == ip; };
  return static_cast<std::size_t>(std::find_if(ndps_.begin(), ndps_.end(), is) - ndps_.begin());
}

std::uint32_t NtbWriter::AlignDatagram(std::uint32_t index) const {
  // Nearly all divisors are powers of two. A division would take as long as the rest of Add.
  const std::uint32_t mask = limits_.divisor - 1u;
  const std::uint32_t over = (limits_.divisor & mask) == 0 ? index & mask : index % limits_.divisor;
  return index - over + limits_.remainder + (over > limits_.remainder ? limits_.divisor : 0);
}

std::uint32_t NtbWriter::AlignNdp(std::uint32_t index) const {
  const std::uint32_t mask = limits_.ndp_alignment - 1u;
  return (index + mask) & ~mask;
}

std::uint32_t NtbWriter::NdpSize(std::uint32_t entries) const {
  const auto& layout = LayoutOf(format_);
  return layout.ndp_header + (entries + 1) * layout.entry;
}

std::uint32_t NtbWriter::MaxDatagram() const {
  const std::uint32_t begin = AlignDatagram(LayoutOf(format_).header);
  const std::uint32_t ndp = NdpSize(1);
  if (limits_.max_size < ndp) return 0;
  const std::uint32_t end = (limits_.max_size - ndp) & ~(limits_.ndp_alignment - 1u);
  return end > begin ? end - begin : 0;
}

bool NtbWriter::Add(std::uint8_t session, bool ip, ByteView datagram) {
  if (finished_) Begin();
  if (datagram.empty() || datagram.size() > limits_.max_size) return false;
  if (limits_.max_datagrams != 0 && entries_.size() >= limits_.max_datagrams) return false;
  const auto& layout = LayoutOf(format_);
  // Nearly always the datagram belongs to the same NDP as the previous one.
  const bool same =
      !ndps_.empty() && ndps_[used_ndp_].session == session && ndps_[used_ndp_].ip == ip;
  const std::size_t at = same ? used_ndp_ : FindNdp(session, ip);
  const bool is_new = at == ndps_.size();
  if (is_new && ndps_.size() >= kNtbMaxNdps) return false;
  const std::uint32_t before = is_new ? 0 : ndps_[at].entries;
  if (before >= layout.max_entries) return false;

  // Each NDP except the last is padded to the alignment of the next one. The sums cannot overflow:
  // a block has at most 16 MiB, an NDP 64 KiB, and there are at most 512 NDPs.
  std::uint32_t others = other_ndps_size_, last = last_ndp_size_;
  if (is_new) {
    others += AlignNdp(last);
    last = NdpSize(1);
  } else if (at + 1 == ndps_.size()) {
    last += layout.entry;
  } else {
    others += AlignNdp(NdpSize(before + 1)) - AlignNdp(NdpSize(before));
  }
  const std::uint32_t index = AlignDatagram(end_);
  const std::uint32_t end = index + static_cast<std::uint32_t>(datagram.size());
  if (AlignNdp(end) + others + last > limits_.max_size) return false;

  if (index != end_) Zero(end_, index);
  std::memcpy(buffer_.data() + index, datagram.data(), datagram.size());
  if (is_new) ndps_.push_back({session, ip, 0, 0, 0});
  ++ndps_[at].entries;
  entries_.push_back(
      {static_cast<std::uint16_t>(at), index, static_cast<std::uint32_t>(datagram.size())});
  end_ = end;
  other_ndps_size_ = others;
  last_ndp_size_ = last;
  used_ndp_ = at;
  return true;
}

/// Clears a gap, so that it does not contain bytes of an earlier block.
void NtbWriter::Zero(std::uint32_t from, std::uint32_t to) {
  std::memset(buffer_.data() + from, 0, to - from);
}

void NtbWriter::Put(std::uint32_t at, std::uint32_t value, std::size_t size) {
  if (size == 2) {
    StoreU16(buffer_, at, static_cast<std::uint16_t>(value));
  } else {
    StoreU32(buffer_, at, value);
  }
}

/// Writes the NDPs after the last datagram. Returns the end of the last NDP.
std::uint32_t NtbWriter::PutNdps() {
  const auto& layout = LayoutOf(format_);
  std::uint32_t end = end_;
  for (Ndp& ndp : ndps_) {
    ndp.index = AlignNdp(end);
    const std::uint32_t size = NdpSize(ndp.entries);
    Zero(end, ndp.index + layout.ndp_header);
    StoreU32(buffer_, ndp.index,
             (ndp.ip ? layout.ips : layout.dss) | static_cast<std::uint32_t>(ndp.session) << 24);
    StoreU16(buffer_, ndp.index + 4, static_cast<std::uint16_t>(size));
    if (&ndp != ndps_.data()) Put((&ndp - 1)->index + layout.ndp_next, ndp.index, layout.word);
    end = ndp.index + size;
    Zero(end - layout.entry, end);
  }
  for (const Entry& entry : entries_) {
    Ndp& ndp = ndps_[entry.ndp];
    const std::uint32_t at = ndp.index + layout.ndp_header + ndp.written++ * layout.entry;
    Put(at, entry.index, layout.word);
    Put(at + layout.word, entry.length, layout.word);
  }
  return end;
}

ByteView NtbWriter::Finish() {
  if (empty()) return {};
  const auto& layout = LayoutOf(format_);
  std::uint32_t length = PutNdps();
  if (max_packet_ != 0 && length % max_packet_ == 0 && length < limits_.max_size) {
    const std::uint32_t padded = std::min(length + kPadding, limits_.max_size);
    Zero(length, padded);
    length = padded;
  }
  StoreU32(buffer_, 0, layout.signature);
  StoreU16(buffer_, 4, static_cast<std::uint16_t>(layout.header));
  StoreU16(buffer_, 6, sequence_);
  Put(8, length, layout.word);
  Put(8 + layout.word, ndps_.front().index, layout.word);
  ++sequence_;
  finished_ = true;
  return ByteView(buffer_).first(length);
}

Bytes NtbWriter::Release(Bytes&& next) {
  const std::size_t length = Finish().size();
  next.resize(buffer_.size());
  Bytes block = std::exchange(buffer_, std::move(next));
  block.resize(length);
  return block;
}

}  // namespace mbnrig::mbim
