#include "transport/data_run.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "transport/log.h"

namespace mbnrig::transport {
namespace {

/// A block must not end on a packet boundary: the function would wait for more data. Only a block
/// of the function's maximum size may.
mbim::NtbLimits OutLimits(const NtbSettings& settings, std::uint32_t largest,
                          std::uint32_t packet) {
  auto limits = settings.parameters.OutLimits(settings.format, largest);
  if (packet != 0 && limits.max_size % packet == 0 &&
      limits.max_size < settings.parameters.out_max_size) {
    limits.max_size -= 4;
  }
  return limits;
}

/// Rounds a read up to whole packets. A function that sends more than its block size would overflow
/// a shorter read (USB 2.0, section 5.8.3).
std::size_t WholePackets(std::size_t size, std::size_t packet) {
  return packet == 0 ? size : (size + packet - 1) / packet * packet;
}

}  // namespace

DataRun::DataRun(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
                 const MbimFunctionInfo& function, const DataPipeConfig& config,
                 std::shared_ptr<SharedDataCounters> counters, std::weak_ptr<DataSinks> sinks,
                 const NtbSettings& settings)
    : sinks_(std::move(sinks)),
      counters_(std::move(counters)),
      executor_(std::move(executor)),
      device_(std::move(device)),
      config_(config),
      transfers_(std::max(config.transfers, 1u)),
      format_(settings.format),
      out_limits_(OutLimits(settings, config.largest_out, function.bulk_out.packet_size())),
      out_packet_(function.bulk_out.packet_size()),
      longest_datagram_(function.max_segment_size != 0 ? function.max_segment_size : SIZE_MAX),
      mutex_(counters_->mutex),
      in_{.endpoint = function.bulk_in.address, .pause = config.first_pause},
      out_{.endpoint = function.bulk_out.address, .pause = config.first_pause} {
  const std::size_t size = WholePackets(settings.in_size, function.bulk_in.packet_size());
  for (unsigned i = 0; i < transfers_; ++i) {
    buffers_.push_back(std::make_unique<Bytes>(size));
    free_buffers_.push_back(buffers_.back().get());
  }
  for (unsigned i = 0; i < transfers_ + config_.waiting + 1; ++i) {
    slots_.push_back(std::make_unique<Slot>());
    free_slots_.push_back(slots_.back().get());
  }
}

void DataRun::Begin() {
  Read();
}

void DataRun::End() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  device_->Cancel(in_.endpoint);
  device_->Cancel(out_.endpoint);
  // Waits for a delivery in progress.
  const std::lock_guard lock(taking_);
  if (const auto sinks = sinks_.lock()) {
    sinks->Idle(busy_);
  }
}

// --- from the function --------------------------------------------------------------------------

void DataRun::Read() {
  Lock lock(mutex_);
  if (in_.submitting) {
    return;
  }
  in_.submitting = true;
  while (!ended_ && !in_.paused && !free_buffers_.empty()) {
    Bytes* const buffer = free_buffers_.back();
    free_buffers_.pop_back();
    ++in_.under_way;
    lock.unlock();
    device_->InTo(in_.endpoint, *buffer,
                  [self = shared_from_this(), buffer](UsbStatus status, ByteView transfer) {
                    self->OnRead(buffer, status, transfer);
                  });
    lock.lock();
  }
  in_.submitting = false;
}

void DataRun::OnRead(Bytes* buffer, UsbStatus status, ByteView transfer) {
  // A transfer that could not start ends on the thread that started it, so this may not be a
  // completion.
  if (status == UsbStatus::kOk) {
    Take(transfer);
    AskForIdle();
  }
  {
    const Lock lock(mutex_);
    --in_.under_way;
    free_buffers_.push_back(buffer);
    Judge(in_, status);
  }
  Read();
}

void DataRun::Take(ByteView transfer) {
  const auto sinks = sinks_.lock();
  const std::lock_guard taking(taking_);
  if (!sinks) {
    return;
  }
  {
    const Lock lock(mutex_);
    if (ended_) {
      return;
    }
  }
  // Most functions put one block into a transfer. A zero-length packet that ended the previous
  // transfer has none.
  while (!transfer.empty()) {
    TakeBlock(*sinks, transfer);
    // The length is 0 if the header is malformed.
    const std::size_t length = contents_.block_length;
    transfer = length == 0 ? ByteView{} : mbim::NextNtb(transfer.subspan(length), format_);
  }
}

void DataRun::TakeBlock(DataSinks& sinks, ByteView block) {
  const auto error = mbim::ParseNtb(block, format_, contents_);
  const bool readable = !error || !contents_.datagrams.empty();
  std::uint16_t lost = 0;
  if (readable) {
    if (expected_) {
      lost = static_cast<std::uint16_t>(contents_.sequence - *expected_);
    }
    expected_ = static_cast<std::uint16_t>(contents_.sequence + 1);
  }
  std::uint64_t bytes = 0, unclaimed = 0;
  for (const mbim::Datagram& datagram : contents_.datagrams) {
    bytes += datagram.bytes.size();
    unclaimed += sinks.Deliver(datagram, busy_) ? 0 : 1;
  }
  {
    const Lock lock(mutex_);
    auto& counters = counters_->values;
    ++counters.in_blocks;
    counters.in_malformed += error ? 1 : 0;
    // A function that counts backwards or not at all has lost nothing.
    counters.in_lost_blocks += lost < 0x8000 ? lost : 0;
    counters.in_datagrams += contents_.datagrams.size();
    counters.in_bytes += bytes;
    counters.in_unclaimed += unclaimed;
  }
  if (error) {
    Complain("malformed NTB: " + error->reason);
  }
}

/// Several blocks often arrive together. Sinks are told of idleness after the last one.
void DataRun::AskForIdle() {
  {
    const std::lock_guard taking(taking_);
    if (busy_.empty() || std::exchange(idle_asked_for_, true)) {
      return;
    }
  }
  device_->AfterCompletions([self = shared_from_this()] {
    const std::lock_guard taking(self->taking_);
    self->idle_asked_for_ = false;
    if (const auto sinks = self->sinks_.lock()) {
      sinks->Idle(self->busy_);
    }
  });
}

/// Warns once per run: a faulty function repeats its fault all the time.
void DataRun::Complain(const std::string& what) {
  if (!std::exchange(complained_, true)) {
    Log().warn("{}: {}; further warnings of this kind are not shown", device_->info().location,
               what);
  }
}

// --- to the function ----------------------------------------------------------------------------

bool DataRun::BeginBlock() {
  if (free_slots_.empty()) {
    return false;
  }
  gathering_ = free_slots_.back();
  free_slots_.pop_back();
  gathering_->writer.Reset(out_limits_, format_, next_sequence_++, out_packet_);
  return true;
}

void DataRun::EndBlock() {
  gathering_->block = gathering_->writer.Finish();
  ready_.push_back(gathering_);
  gathering_ = nullptr;
}

bool DataRun::Send(DataStream stream, ByteView datagram, bool more) {
  Lock lock(mutex_);
  if (ended_) {
    return false;
  }
  auto& counters = counters_->values;
  if (datagram.empty() || datagram.size() > longest_datagram_) {
    ++counters.out_refused;
    return false;
  }
  if (!gathering_ && !BeginBlock()) {
    ++counters.out_dropped;
    return false;
  }
  bool taken = gathering_->writer.Add(stream.session, stream.ip, datagram);
  if (!taken) {
    if (datagram.size() > gathering_->writer.MaxDatagram()) {
      ++counters.out_refused;
      return false;
    }
    EndBlock();
    taken = BeginBlock() && gathering_->writer.Add(stream.session, stream.ip, datagram);
  }
  if (taken) {
    ++counters.out_datagrams;
    counters.out_bytes += datagram.size();
  } else {
    ++counters.out_dropped;
  }
  if (!more) {
    EndBlockWhereATransferIsFree();
  }
  Write(lock);
  return taken;
}

void DataRun::Flush() {
  Lock lock(mutex_);
  EndBlockWhereATransferIsFree();
  Write(lock);
}

/// If no transfer is free, the block stays open and collects more datagrams.
void DataRun::EndBlockWhereATransferIsFree() {
  if (gathering_ && !gathering_->writer.empty() && ready_.empty() && !out_.paused &&
      out_.under_way < transfers_) {
    EndBlock();
  }
}

void DataRun::Write(Lock& lock) {
  if (out_.submitting) {
    return;
  }
  out_.submitting = true;
  while (!ended_ && !out_.paused && !ready_.empty() && out_.under_way < transfers_) {
    Slot* const slot = ready_.front();
    ready_.pop_front();
    ++out_.under_way;
    lock.unlock();
    device_->OutFrom(
        out_.endpoint, slot->block,
        [self = shared_from_this(), slot](UsbStatus status) { self->OnWritten(slot, status); });
    lock.lock();
  }
  out_.submitting = false;
}

void DataRun::OnWritten(Slot* slot, UsbStatus status) {
  Lock lock(mutex_);
  auto& counters = counters_->values;
  ++(status == UsbStatus::kOk ? counters.out_blocks : counters.out_errors);
  --out_.under_way;
  free_slots_.push_back(slot);
  Judge(out_, status);
  EndBlockWhereATransferIsFree();
  Write(lock);
}

// --- errors -------------------------------------------------------------------------------------

void DataRun::Judge(Direction& direction, UsbStatus status) {
  switch (status) {
    case UsbStatus::kOk:
      direction.pause = config_.first_pause;
      return;
    case UsbStatus::kNoDevice:
      ended_ = true;
      return;
    default:
      break;
  }
  if (ended_ || std::exchange(direction.paused, true)) {
    return;
  }
  if (&direction == &in_ && status != UsbStatus::kCancelled) {
    ++counters_->values.in_errors;
  }
  Log().debug("{}: bulk endpoint {:#04x}: {}", device_->info().location, direction.endpoint,
              UsbStatusName(status));
  executor_->Post([self = shared_from_this(), &direction, status] {
    status == UsbStatus::kStall ? self->ClearHalt(direction) : self->ResumeAfterPause(direction);
  });
}

void DataRun::ClearHalt(Direction& direction) {
  // The kernel does not clear a halt while transfers are pending on the endpoint.
  device_->Cancel(direction.endpoint);
  device_->ClearHalt(direction.endpoint, [self = shared_from_this(), &direction](UsbStatus) {
    self->executor_->Post([self, &direction] { self->ResumeAfterPause(direction); });
  });
}

void DataRun::ResumeAfterPause(Direction& direction) {
  std::chrono::milliseconds pause;
  {
    const Lock lock(mutex_);
    if (ended_) {
      return;
    }
    pause = direction.pause;
    direction.pause = std::min(2 * pause, config_.longest_pause);
  }
  executor_->After(pause, [weak = weak_from_this(), &direction] {
    if (const auto self = weak.lock()) {
      self->Resume(direction);
    }
  });
}

void DataRun::Resume(Direction& direction) {
  {
    const Lock lock(mutex_);
    direction.paused = false;
  }
  Read();
  Flush();
}

}  // namespace mbnrig::transport
