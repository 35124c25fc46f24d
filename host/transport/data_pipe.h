#pragma once

/// The data pipe of an MBIM function (MBIM 1.0, section 7; CDC NCM 1.0): datagrams of sessions in
/// NTBs on the bulk endpoints. Several transfers are pending on each endpoint, so that the bus
/// never waits for the host.
///
/// A received datagram is not copied: the session's sink gets it from the transfer's memory. A
/// datagram that is sent is copied once, into its block. While all transfers are pending, one block
/// collects datagrams and some full blocks wait. Above that datagrams are dropped, as a full queue
/// of a network interface does it.

#include <memory>
#include <mutex>

#include "transport/data_config.h"
#include "transport/data_sinks.h"
#include "transport/data_types.h"
#include "transport/descriptors.h"
#include "transport/executor.h"
#include "transport/usb.h"

namespace mbnrig::transport {

struct SharedDataCounters;
class DataRun;

/// Thread-safe, but Start and Stop belong to the executor's thread.
class DataPipe {
 public:
  using Sink = DataSink;

  DataPipe(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
           const MbimFunctionInfo& function, const DataPipeConfig& config);
  ~DataPipe();
  DataPipe(const DataPipe&) = delete;
  DataPipe& operator=(const DataPipe&) = delete;

  /// Starts reading and writing. The function's data interface must be in its active setting, and
  /// the function must have been reset before: sequence numbers begin at 0.
  void Start(const NtbSettings& settings);
  /// Ends all transfers. Afterwards sinks get nothing. They are kept for the next Start.
  void Stop();

  /// Replaces a stream's sink; an empty one removes it. After it returns, the previous sink is not
  /// called any more.
  void set_sink(DataStream stream, Sink sink);

  /// Takes a datagram to send. With `more`, it may wait until Flush for others to fill its block.
  /// False if it was dropped: the pipe is not running, the queue is full, or it does not fit into a
  /// block.
  bool Send(DataStream stream, ByteView datagram, bool more = false);
  /// Sends the datagrams that wait for others.
  void Flush();

  DataCounters counters() const;

 private:
  std::shared_ptr<DataRun> CurrentRun() const;

  const std::shared_ptr<Executor> executor_;
  const std::shared_ptr<UsbDevice> device_;
  const MbimFunctionInfo function_;
  const DataPipeConfig config_;
  const std::shared_ptr<SharedDataCounters> counters_;
  const std::shared_ptr<DataSinks> sinks_;  ///< runs that outlive the pipe find them gone
  mutable std::mutex mutex_;
  std::shared_ptr<DataRun> run_;  ///< guarded by mutex_; null while stopped
};

}  // namespace mbnrig::transport
