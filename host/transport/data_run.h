#pragma once

/// One run of a data pipe, from Start to Stop: its transfers in both directions. Transfers hold a
/// reference to it, so it lives until the last of them has ended.

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "transport/data_config.h"
#include "transport/data_sinks.h"
#include "transport/data_types.h"
#include "transport/descriptors.h"
#include "transport/executor.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// The counters of a pipe, which all its runs share.
struct SharedDataCounters {
  std::mutex mutex;  ///< also the mutex of the runs: they count while they hold it
  DataCounters values;
};

/// Made by std::make_shared. Thread-safe.
class DataRun : public std::enable_shared_from_this<DataRun> {
 public:
  /// `sinks` are the pipe's: when they are gone, nothing is delivered.
  DataRun(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
          const MbimFunctionInfo& function, const DataPipeConfig& config,
          std::shared_ptr<SharedDataCounters> counters, std::weak_ptr<DataSinks> sinks,
          const NtbSettings& settings);

  void Begin();
  void End();
  bool Send(DataStream stream, ByteView datagram, bool more);
  void Flush();

 private:
  using Lock = std::unique_lock<std::mutex>;
  /// One of the two bulk endpoints.
  struct Direction {
    const std::uint8_t endpoint;
    unsigned under_way = 0;
    bool submitting = false;  ///< a thread is starting transfers, and checks again before it stops
    bool paused = false;      ///< after an error, until Resume
    std::chrono::milliseconds pause;
  };
  struct Slot {
    mbim::NtbWriter writer;
    ByteView block;  ///< valid once finished
  };

  void Read();
  void OnRead(Bytes* buffer, UsbStatus status, ByteView transfer);
  void Take(ByteView transfer);
  void TakeBlock(DataSinks& sinks, ByteView block);
  void AskForIdle();
  void Complain(const std::string& what);

  bool BeginBlock();
  void EndBlock();
  void EndBlockWhereATransferIsFree();
  void Write(Lock& lock);
  void OnWritten(Slot* slot, UsbStatus status);

  /// Decides what follows from the end of a transfer. Called with the lock held.
  void Judge(Direction& direction, UsbStatus status);
  void ClearHalt(Direction& direction);
  void ResumeAfterPause(Direction& direction);
  void Resume(Direction& direction);

  const std::weak_ptr<DataSinks> sinks_;
  const std::shared_ptr<SharedDataCounters> counters_;
  const std::shared_ptr<Executor> executor_;
  const std::shared_ptr<UsbDevice> device_;
  const DataPipeConfig config_;
  const unsigned transfers_;  ///< limit of pending transfers in each direction
  const mbim::NtbFormat format_;
  const mbim::NtbLimits out_limits_;
  const std::uint16_t out_packet_;
  const std::size_t longest_datagram_;  ///< that the function takes, in bytes

  std::mutex
      taking_;  ///< held while a block is read and delivered; guards the members up to mutex_
  mbim::NtbContents contents_;
  std::vector<DataSinks::Slot*> busy_;     ///< must be told of idleness
  bool idle_asked_for_ = false;            ///< a call of Idle is scheduled
  std::optional<std::uint16_t> expected_;  ///< wSequence of the next block
  bool complained_ = false;

  std::mutex& mutex_;  ///< not held while anything outside is called; guards the members below
  bool ended_ = false;
  Direction in_, out_;
  std::vector<std::unique_ptr<Bytes>> buffers_;  ///< memory of reads
  std::vector<Bytes*> free_buffers_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> free_slots_;
  Slot* gathering_ = nullptr;
  std::deque<Slot*> ready_;
  std::uint16_t next_sequence_ = 0;
};

}  // namespace mbnrig::transport
