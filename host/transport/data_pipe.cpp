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
      counters_(std::make_shared<SharedDataCounters>()),
      sinks_(std::make_shared<DataSinks>()) {}

DataPipe::~DataPipe() = default;

void DataPipe::Start(const NtbSettings& settings) {
  Stop();
  auto run = std::make_shared<DataRun>(executor_, device_, function_, config_, counters_, sinks_,
                                       settings);
  {
    const std::lock_guard lock(mutex_);
    run_ = run;
  }
  run->Begin();
}

void DataPipe::Stop() {
  std::shared_ptr<DataRun> run;
  {
    const std::lock_guard lock(mutex_);
    run.swap(run_);
  }
  if (run) {
    run->End();
  }
}

std::shared_ptr<DataRun> DataPipe::CurrentRun() const {
  const std::lock_guard lock(mutex_);
  return run_;
}

void DataPipe::set_sink(DataStream stream, Sink sink) {
  sinks_->Set(stream, std::move(sink));
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

DataCounters DataPipe::counters() const {
  const std::lock_guard lock(counters_->mutex);
  return counters_->values;
}

}  // namespace mbnrig::transport
