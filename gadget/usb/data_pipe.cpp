#include "usb/data_pipe.h"

#include <algorithm>
#include <utility>

namespace mbnrig::usb {
namespace {

// The least wMaxPacketSize of a bulk endpoint: what is no multiple of it is none of the others.
constexpr std::uint32_t kLeastPacket = 64;
/// Datagrams whose memory is kept: those of some blocks, of the usual size.
constexpr std::size_t kMaxSpare = 64, kLargestSpare = 2048;

}  // namespace

void DataPipe::set_uplink(Uplink uplink) {
  std::lock_guard lock(receive_mutex_);
  uplink_ = std::move(uplink);
}

void DataPipe::SetSession(std::uint8_t session, bool active) {
  std::lock_guard lock(mutex_);
  sessions_.set(session, active);
  if (active) return;
  const std::size_t before = queue_.size();
  std::erase_if(queue_, [&](const Waiting& waiting) {
    if (waiting.session != session) return false;
    queued_bytes_ -= waiting.datagram.size();
    return true;
  });
  statistics_.downlink_dropped += before - queue_.size();
}

void DataPipe::Downlink(std::uint8_t session, ByteView datagram) {
  std::lock_guard lock(mutex_);
  if (!settings_.running || !sessions_.test(session) || datagram.empty() ||
      datagram.size() > longest_ || queue_.size() >= kMaxQueued ||
      queued_bytes_ + datagram.size() > kMaxQueuedBytes) {
    ++statistics_.downlink_dropped;
    return;
  }
  queued_bytes_ += datagram.size();
  Waiting& waiting = queue_.emplace_back(Waiting{session, {}});
  if (!spare_.empty()) {
    waiting.datagram = std::move(spare_.back());
    spare_.pop_back();
  }
  waiting.datagram.assign(datagram.begin(), datagram.end());
  if (queue_.size() == 1 && ready_) ready_();
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
  statistics.queued = queue_.size();
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

/// With the receive lock held.
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
  while (!queue_.empty() && writer_.Add(queue_.front().session, true, queue_.front().datagram)) {
    const std::size_t size = queue_.front().datagram.size();
    queued_bytes_ -= size;
    ++statistics_.downlink_datagrams;
    statistics_.downlink_bytes += size;
    Bytes& gone = queue_.front().datagram;
    if (spare_.size() < kMaxSpare && gone.capacity() <= kLargestSpare) {
      spare_.push_back(std::move(gone));
    }
    queue_.pop_front();
  }
  if (writer_.empty()) return std::nullopt;
  ++statistics_.in_ntbs;
  const ByteView ntb = writer_.Finish();
  return Bytes(ntb.begin(), ntb.end());
}

/// With the lock held.
void DataPipe::Drop() {
  statistics_.downlink_dropped += queue_.size();
  queue_.clear();
  queued_bytes_ = 0;
  if (settings_.running) {
    writer_.Reset(settings_.parameters.InLimits(settings_.format, settings_.in_max_size,
                                                settings_.in_max_datagrams),
                  settings_.format, 0, kLeastPacket);
    longest_ = std::min<std::uint32_t>(settings_.max_datagram_size, writer_.MaxDatagram());
  }
}

}  // namespace mbnrig::usb
