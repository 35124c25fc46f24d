#include "transport/data_pipe.h"

#include <utility>

#include "transport/data_run.h"

namespace mbnrig::transport {

DataPipe::DataPipe(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
                   const MbimFunctionInfo& function, const DataPipeConfig& config)
    : executor_(std::move(executor)),
      device_(std::move(device)),
      function_(function),
      config_(config),
      counters_(std::make_shared<Counters>()) {}

DataPipe::~DataPipe() = default;

void DataPipe::Start(const NtbSettings& settings) {
  Stop();
  auto run = std::make_shared<Run>(shared_from_this(), settings);
  {
    const std::lock_guard lock(mutex_);
    run_ = run;
  }
  run->Begin();
}

void DataPipe::Stop() {
  std::shared_ptr<Run> run;
  {
    const std::lock_guard lock(mutex_);
    run.swap(run_);
  }
  if (run) {
    run->End();
  }
}

std::shared_ptr<DataPipe::Run> DataPipe::CurrentRun() const {
  const std::lock_guard lock(mutex_);
  return run_;
}

void DataPipe::set_sink(DataStream stream, Sink sink) {
  Place& place = places_[stream.session + (stream.ip ? 0u : 256u)];
  const std::lock_guard lock(place.mutex);
  place.sink = std::move(sink);
}

bool DataPipe::Send(DataStream stream, ByteView datagram, bool more) {
  const auto run = CurrentRun();
  return run && run->Send(stream, datagram, more);
}

void DataPipe::Flush() {
  if (const auto run = CurrentRun()) {
    run->Flush();
  }
}

bool DataPipe::Deliver(const mbim::Datagram& datagram, std::vector<Place*>& busy) {
  Place& place = places_[datagram.session + (datagram.ip ? 0u : 256u)];
  const std::lock_guard lock(place.mutex);
  if (!place.sink.datagram) {
    return false;
  }
  place.sink.datagram(datagram.bytes);
  if (place.sink.idle && !std::exchange(place.busy, true)) {
    busy.push_back(&place);
  }
  return true;
}

void DataPipe::Idle(std::vector<Place*>& busy) {
  for (Place* const place : busy) {
    const std::lock_guard lock(place->mutex);
    place->busy = false;
    if (place->sink.idle) {
      place->sink.idle();
    }
  }
  busy.clear();
}

DataCounters DataPipe::counters() const {
  const std::lock_guard lock(counters_->mutex);
  return counters_->values;
}

}  // namespace mbnrig::transport
