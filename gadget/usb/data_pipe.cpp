#include "usb/data_pipe.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "mbim/wire.h"

namespace mbnrig::usb {
namespace {

// Smallest wMaxPacketSize of a bulk endpoint. All others are multiples of it, so they do not divide
// a length that this one does not divide.
constexpr std::uint32_t kLeastPacket = 64;
// Of wSequence, in both formats.
constexpr std::size_t kSequenceOffset = 6;

}  // namespace

void DataPipe::set_uplink(Uplink uplink) {
  std::lock_guard lock(receive_mutex_);
  uplink_ = std::move(uplink);
  busy_in_order_.clear();
  busy_.reset();
}

void DataPipe::SetSession(std::uint8_t session, bool active) {
  std::lock_guard lock(mutex_);
  const bool ends = sessions_.test(session) && !active;
  sessions_.set(session, active);
  if (!ends) return;
  ended_sessions_.set(session);
  if (queued_ > 0) Repack(settings_);
  if (ended_) ended_();
}

void DataPipe::Downlink(std::uint8_t session, ByteView datagram) {
  std::lock_guard lock(mutex_);
  if (!settings_.running || !sessions_.test(session) || datagram.empty() ||
      datagram.size() > longest_ || queued_ >= kMaxQueued ||
      queued_bytes_ + datagram.size() > kMaxQueuedBytes) {
    ++statistics_.downlink_dropped;
    return;
  }
  AddDatagram(session, datagram);
  if (queued_ == 1 && ready_) ready_();
}

/// Called with the lock held, like all methods that follow.
void DataPipe::AddDatagram(std::uint8_t session, ByteView datagram) {
  if (!writer_.Add(session, true, datagram)) {
    EndBlock();
    writer_.Add(session, true, datagram);  // fits into an empty block: not longer than longest_
  }
  writer_bytes_ += datagram.size();
  queued_bytes_ += datagram.size();
  ++queued_;
}

void DataPipe::EndBlock() {
  Block block{{}, writer_.datagrams(), std::exchange(writer_bytes_, 0)};
  ++sequence_;
  if (2 * block.bytes > settings_.in_max_size) {
    block.ntb = writer_.Release(pool_.Take());
  } else {  // a little data must not hold the memory of a whole block
    const ByteView ntb = writer_.Finish();
    block.ntb.assign(ntb.begin(), ntb.end());
  }
  full_.push_back(std::move(block));
}

/// Builds the waiting blocks again within `settings`, without the datagrams of sessions that are
/// not active. The first one keeps its sequence number.
void DataPipe::Repack(Settings settings) {
  if (!writer_.empty()) EndBlock();
  const std::deque<Block> before = std::exchange(full_, {});
  const mbim::NtbFormat format = std::exchange(settings_, settings).format;
  queued_ = queued_bytes_ = 0;
  Begin(static_cast<std::uint16_t>(sequence_ - before.size()));
  mbim::NtbContents contents;
  for (const Block& block : before) {
    mbim::ParseNtb(block.ntb, format, contents);  // our own block: always valid
    for (const mbim::Datagram& datagram : contents.datagrams) {
      if (!sessions_.test(datagram.session) || datagram.bytes.size() > longest_) {
        ++statistics_.downlink_dropped;
      } else {
        AddDatagram(datagram.session, datagram.bytes);
      }
    }
  }
}

void DataPipe::Configure(const Settings& settings) {
  std::lock_guard lock(mutex_);
  if (settings == settings_) return;
  if (settings.running && settings_.running) {
    pool_.Clear();  // other settings may need other block sizes
    return Repack(settings);
  }
  settings_ = settings;
  Drop();
}

void DataPipe::Reset() {
  std::lock_guard lock(mutex_);
  Drop();
}

void DataPipe::set_ready(std::function<void()> ready, std::function<void()> ended) {
  std::lock_guard lock(mutex_);
  ready_ = std::move(ready);
  ended_ = std::move(ended);
}

void DataPipe::ClearStatistics() {
  std::lock_guard lock(mutex_);
  statistics_ = {};
}

bool DataPipe::running() const {
  std::lock_guard lock(mutex_);
  return settings_.running;
}

DataStatistics DataPipe::statistics() const {
  std::lock_guard lock(mutex_);
  DataStatistics statistics = statistics_;
  statistics.queued = queued_;
  return statistics;
}

void DataPipe::Receive(ByteView transfer) {
  std::lock_guard receive_lock(receive_mutex_);
  Settings settings;
  std::bitset<256> sessions;
  {
    std::lock_guard lock(mutex_);
    statistics_.out_bytes += transfer.size();
    settings = settings_;
    sessions = sessions_;
  }
  if (!settings.running || transfer.empty()) return;
  std::optional<mbim::NtbError> error;
  if (transfer.size() > settings.parameters.out_max_size) {
    error = mbim::NtbError{"longer than dwNtbOutMaxSize"};
    contents_.datagrams.clear();
  } else {
    error = mbim::ParseNtb(transfer, settings.format, contents_);
  }
  DataStatistics passed;
  for (const mbim::Datagram& datagram : contents_.datagrams) {
    if (!datagram.ip) {
      ++passed.dss_dropped;
    } else if (!sessions.test(datagram.session) ||
               datagram.bytes.size() > settings.max_datagram_size) {
      ++passed.uplink_dropped;
    } else {
      ++passed.uplink_datagrams;
      passed.uplink_bytes += datagram.bytes.size();
      PassUp(datagram.session, datagram.bytes);
    }
  }
  std::lock_guard lock(mutex_);
  ++statistics_.out_ntbs;
  statistics_.dss_dropped += passed.dss_dropped;
  statistics_.uplink_dropped += passed.uplink_dropped;
  statistics_.uplink_datagrams += passed.uplink_datagrams;
  statistics_.uplink_bytes += passed.uplink_bytes;
  if (error) {
    ++statistics_.malformed_ntbs;
    statistics_.last_malformed = std::move(error->reason);
  }
}

/// Called with the receive lock held.
void DataPipe::PassUp(std::uint8_t session, ByteView datagram) {
  if (!uplink_.datagram) return;
  uplink_.datagram(session, datagram);
  if (uplink_.idle && !busy_.test(session)) {
    busy_.set(session);
    busy_in_order_.push_back(session);
  }
}

void DataPipe::ReceiveIdle() {
  std::lock_guard receive_lock(receive_mutex_);
  for (const std::uint8_t session : busy_in_order_)
    uplink_.idle(session);
  busy_in_order_.clear();
  busy_.reset();
}

std::optional<Bytes> DataPipe::Take() {
  std::lock_guard lock(mutex_);
  if (queued_ == 0) return std::nullopt;
  if (full_.empty()) EndBlock();
  Block block = std::move(full_.front());
  full_.pop_front();
  queued_ -= block.datagrams;
  queued_bytes_ -= block.bytes;
  statistics_.downlink_datagrams += block.datagrams;
  statistics_.downlink_bytes += block.bytes;
  ++statistics_.in_ntbs;
  ++taken_;
  return std::move(block.ntb);
}

void DataPipe::TakeBack(std::vector<Bytes> ntbs) {
  std::lock_guard lock(mutex_);
  const std::bitset<256> ended = std::exchange(ended_sessions_, {});
  if (!settings_.running) return;
  if (!writer_.empty()) EndBlock();
  const std::deque<Block> behind = std::exchange(full_, {});
  const auto next = static_cast<std::uint16_t>(sequence_ - behind.size());
  const auto age = [next](const Bytes& ntb) -> std::size_t {
    return static_cast<std::uint16_t>(next - mbim::LoadU16(ntb, kSequenceOffset));
  };
  // Blocks from before a reset are void.
  std::erase_if(ntbs, [&](const Bytes& ntb) {
    return ntb.size() < kSequenceOffset + 2 || age(ntb) == 0 || age(ntb) > taken_;
  });
  std::ranges::sort(ntbs, std::greater(), age);  // the oldest first
  taken_ -= ntbs.size();
  Begin(static_cast<std::uint16_t>(next - ntbs.size()));
  const auto put = [&](const Bytes& ntb, auto passes) {
    mbim::NtbContents contents;
    mbim::ParseNtb(ntb, settings_.format, contents);
    for (const mbim::Datagram& datagram : contents.datagrams) {
      if (passes(datagram)) AddDatagram(datagram.session, datagram.bytes);
    }
  };
  queued_ = queued_bytes_ = 0;
  for (const Bytes& ntb : ntbs) {
    --statistics_.in_ntbs;
    put(ntb, [&](const mbim::Datagram& datagram) {
      --statistics_.downlink_datagrams;
      statistics_.downlink_bytes -= datagram.bytes.size();
      const bool passes = !ended.test(datagram.session) && datagram.bytes.size() <= longest_;
      if (!passes) ++statistics_.downlink_dropped;
      return passes;
    });
  }
  for (const Block& block : behind)
    put(block.ntb, [](const mbim::Datagram&) { return true; });
  if (queued_ > 0 && ready_) ready_();
}

void DataPipe::GiveBack(Bytes&& ntb) {
  std::lock_guard lock(mutex_);
  if (settings_.running) pool_.GiveBack(std::move(ntb));
}

void DataPipe::Begin(std::uint16_t sequence) {
  sequence_ = sequence;
  writer_.Reset(settings_.parameters.InLimits(settings_.format, settings_.in_max_size,
                                              settings_.in_max_datagrams),
                settings_.format, sequence, kLeastPacket);
  writer_bytes_ = 0;
  longest_ = std::min<std::uint32_t>(settings_.max_datagram_size, writer_.MaxDatagram());
}

void DataPipe::Drop() {
  statistics_.downlink_dropped += queued_;
  full_.clear();
  ended_sessions_.reset();  // nothing of an ended session is under way
  taken_ = 0;
  queued_ = queued_bytes_ = 0;
  pool_.Clear();  // other settings may need other block sizes
  if (settings_.running) Begin(0);
}

}  // namespace mbnrig::usb
