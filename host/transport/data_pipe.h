#pragma once

/// The data pipe of an MBIM function (MBIM 1.0, section 7; CDC NCM 1.0): datagrams of sessions in
/// NTBs on the bulk endpoints. Several transfers are pending on each endpoint, so that the bus
/// never waits for the host.
///
/// A received datagram is not copied: the session's sink gets it from the transfer's memory. A
/// datagram that is sent is copied once, into its block. While all transfers are pending, one block
/// collects datagrams and some full blocks wait. Above that datagrams are dropped, as a full queue
/// of a network interface does it.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "mbim/ntb.h"
#include "transport/data_config.h"
#include "transport/descriptors.h"
#include "transport/executor.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// What the function and the host have agreed on while the pipe was opened.
struct NtbSettings {
  mbim::NtbParameters parameters;
  mbim::NtbFormat format = mbim::NtbFormat::kNtb16;
  std::uint32_t in_size = 0;  ///< bytes of the largest block that the function sends
};

/// A stream of datagrams in the pipe.
struct DataStream {
  std::uint8_t session = 0;
  bool ip = true;  ///< false: a device service stream
};

/// Counters since the pipe was made.
struct DataCounters {
  std::uint64_t in_blocks = 0, in_datagrams = 0, in_bytes = 0;  ///< bytes of the datagrams
  std::uint64_t in_lost_blocks = 0;  ///< counted by the gaps of their sequence numbers
  std::uint64_t in_malformed = 0;  ///< faulty blocks; their readable datagrams are counted as well
  std::uint64_t in_unclaimed = 0;  ///< datagrams of streams without a sink
  std::uint64_t in_errors = 0;     ///< failed transfers
  std::uint64_t out_blocks = 0, out_datagrams = 0, out_bytes = 0;
  std::uint64_t out_dropped = 0;  ///< datagrams dropped because the queue was full
  std::uint64_t out_refused = 0;  ///< datagrams that are empty or longer than a block
  std::uint64_t out_errors = 0;   ///< failed transfers, whose datagrams are lost
};

/// Made by std::make_shared. Thread-safe, but Start and Stop belong to the executor's thread.
class DataPipe : public std::enable_shared_from_this<DataPipe> {
 public:
  /// Receives a stream's datagrams. Called on a thread of the bus, one call at a time. Must not
  /// wait for anything, nor call set_sink, Start or Stop.
  struct Sink {
    /// A datagram, valid only during the call. If this is empty, there is no sink.
    std::function<void(ByteView)> datagram;
    /// The next datagram does not follow at once. May be empty.
    std::function<void()> idle = nullptr;
  };

  DataPipe(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
           const MbimFunctionInfo& function, const DataPipeConfig& config);
  ~DataPipe();

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
  struct Counters;
  struct Place {
    std::mutex mutex;  ///< held while the sink is called
    Sink sink;
    bool busy = false;  ///< must be told when it is idle
  };
  class Run;

  /// False if the stream has no sink. Adds the slot to `busy` if its sink must be told of idleness.
  bool Deliver(const mbim::Datagram& datagram, std::vector<Place*>& busy);
  /// Tells the sinks in `busy` that they are idle, and clears the list.
  void Idle(std::vector<Place*>& busy);
  std::shared_ptr<Run> CurrentRun() const;

  const std::shared_ptr<Executor> executor_;
  const std::shared_ptr<UsbDevice> device_;
  const MbimFunctionInfo function_;
  const DataPipeConfig config_;
  const std::shared_ptr<Counters> counters_;
  std::array<Place, 512> places_;  ///< for IP sessions, then for device service streams
  mutable std::mutex mutex_;
  std::shared_ptr<Run> run_;  ///< guarded by mutex_; null while stopped
};

}  // namespace mbnrig::transport
