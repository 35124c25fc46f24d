#pragma once

/// The data pipe of an MBIM function (MBIM 1.0, section 7; CDC NCM 1.0): datagrams of sessions in
/// NTBs on the bulk endpoints. Several transfers are under way on each of them, so that the bus
/// never waits for this side.
///
/// What arrives is read where the transfer has left it, and given to the session's sink from there.
/// A datagram that is sent is copied once, into the block in which it leaves. While all transfers
/// are under way, one block gathers datagrams and some wait; what comes then is dropped, as a full
/// queue of a network interface does.

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

/// What has happened since the pipe was made.
struct DataCounters {
  std::uint64_t in_blocks = 0, in_datagrams = 0, in_bytes = 0;  ///< bytes of datagrams
  std::uint64_t in_lost_blocks = 0;  ///< by the gaps of their sequence numbers
  std::uint64_t in_malformed = 0;    ///< blocks with a fault, of which the rest may have counted
  std::uint64_t in_unclaimed = 0;    ///< datagrams of streams without a sink
  std::uint64_t in_errors = 0;       ///< transfers
  std::uint64_t out_blocks = 0, out_datagrams = 0, out_bytes = 0;
  std::uint64_t out_dropped = 0;  ///< datagrams: the queue was full
  std::uint64_t out_refused = 0;  ///< datagrams: empty, or longer than a block
  std::uint64_t out_errors = 0;   ///< transfers, whose datagrams are lost
};

/// Made by std::make_shared. Thread-safe; Start and Stop belong to the executor's thread.
class DataPipe : public std::enable_shared_from_this<DataPipe> {
 public:
  /// Where a stream's datagrams go. Called on a thread of the bus, one call at a time; must not
  /// wait for anything, nor call set_sink, Start or Stop.
  struct Sink {
    /// A datagram, valid during the call only. Empty: the sink is none.
    std::function<void(ByteView)> datagram;
    /// No other one follows at once; may be empty.
    std::function<void()> idle = nullptr;
  };

  DataPipe(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
           const MbimFunctionInfo& function, const DataPipeConfig& config);
  ~DataPipe();

  /// Begins to read and write. The function's data interface is in its active setting, and the
  /// function was reset before: sequence numbers begin at 0.
  void Start(const NtbSettings& settings);
  /// Ends what is under way; nothing is given to sinks afterwards. Sinks stay for the next Start.
  void Stop();

  /// An empty one: nowhere. Once it returns the sink that was there is not called any more.
  void set_sink(DataStream stream, Sink sink);

  /// Takes a datagram to be sent. With `more` it may wait for others to fill its block, until
  /// Flush. False when it was dropped: the pipe is not running, the queue is full, no block takes
  /// it.
  bool Send(DataStream stream, ByteView datagram, bool more = false);
  /// Lets go what was gathered.
  void Flush();

  DataCounters counters() const;

 private:
  struct Counters;
  struct Place {
    std::mutex mutex;  ///< held while the sink is called
    Sink sink;
    bool busy = false;  ///< is to be told of idleness
  };
  class Run;

  /// False when the stream has no sink. To `busy` goes a place whose sink is to be told of
  /// idleness.
  bool Deliver(const mbim::Datagram& datagram, std::vector<Place*>& busy);
  /// Tells them.
  void Idle(std::vector<Place*>& busy);
  std::shared_ptr<Run> CurrentRun() const;

  const std::shared_ptr<Executor> executor_;
  const std::shared_ptr<UsbDevice> device_;
  const MbimFunctionInfo function_;
  const DataPipeConfig config_;
  const std::shared_ptr<Counters> counters_;
  std::array<Place, 512> places_;  ///< of IP sessions, then of device service streams
  mutable std::mutex mutex_;
  std::shared_ptr<Run> run_;  ///< guarded by mutex_; null while stopped
};

}  // namespace mbnrig::transport
