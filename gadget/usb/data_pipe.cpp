#include "usb/data_pipe.h"

#include <algorithm>
#include <utility>

namespace mbnrig::usb {
namespace {

// Smallest wMaxPacketSize of a bulk endpoint. All others are multiples of it, so they do not divide
// a length that this one does not divide.
constexpr std::uint32_t kLeastPacket = 64;

}  // namespace

void DataPipe::set_uplink(Uplink uplink) {
  std::lock_guard lock(receive_mutex_);
  uplink_ = std::move(uplink);
  busy_in_order_.clear();
  busy_.reset();
}

void DataPipe::SetSession(std::uint8_t session, bool active) {
  std::lock_guard lock(mutex_);
  sessions_.set(session, active);
  if (!active && queued_ > 0) TakeOut(session);
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
  if (2 * block.bytes > settings_.in_max_size) {
    block.ntb = writer_.Release(pool_.Take());
  } else {  // a little data must not hold the memory of a whole block
    const ByteView ntb = writer_.Finish();
    block.ntb.assign(ntb.begin(), ntb.end());
  }
  full_.push_back(std::move(block));
}

/// Drops the waiting datagrams of a session: rebuilds the blocks without them.
void DataPipe::TakeOut(std::uint8_t session) {
  if (!writer_.empty()) EndBlock();
  const std::deque<Block> before = std::exchange(full_, {});
  mbim::NtbContents contents;
  queued_ = queued_bytes_ = 0;
  for (const Block& block : before) {
    mbim::ParseNtb(block.ntb, settings_.format, contents);  // our own block: always valid
    if (&block == &before.front()) Begin(contents.sequence);
    for (const mbim::Datagram& datagram : contents.datagrams) {
      if (datagram.session == session) {
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
  settings_ = settings;
  Drop();
}

void DataPipe::Reset() {
  std::lock_guard lock(mutex_);
  Drop();
}

void DataPipe::set_ready(std::function<void()> ready) {
  std::lock_guard lock(mutex_);
  ready_ = std::move(ready);
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
  return std::move(block.ntb);
}

void DataPipe::GiveBack(Bytes&& ntb) {
  std::lock_guard lock(mutex_);
  if (settings_.running) pool_.GiveBack(std::move(ntb));
}

void DataPipe::Begin(std::uint16_t sequence) {
  writer_.Reset(settings_.parameters.InLimits(settings_.format, settings_.in_max_size,
                                              settings_.in_max_datagrams),
                settings_.format, sequence, kLeastPacket);
  writer_bytes_ = 0;
}

void DataPipe::Drop() {
  statistics_.downlink_dropped += queued_;
  full_.clear();
  queued_ = queued_bytes_ = 0;
  pool_.Clear();  // other settings may need other block sizes
  if (settings_.running) {
    Begin(0);
    longest_ = std::min<std::uint32_t>(settings_.max_datagram_size, writer_.MaxDatagram());
  }
}

}  // namespace mbnrig::usb
