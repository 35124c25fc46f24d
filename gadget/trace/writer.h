#pragma once

/// Writes a trace: a pcapng file of USB transfers with comments, which Wireshark and tshark can
/// read. It costs little, so it can always be on: adding a packet only copies its bytes under a
/// short lock. The writer's own thread writes them to the disk.
///
///     auto writer = std::make_shared<trace::Writer>("modem.pcapng");
///     writer->Add(urb, data);
///     writer->Comment("context 0 is active");

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "fd.h"
#include "trace/urb.h"

namespace mbnrig::trace {

struct WriterOptions {
  /// The name of the writing program in the file.
  std::string application = "mbnrig";
  /// How long added packets may wait for the disk. A crash loses them.
  std::chrono::milliseconds flush_interval{200};
  /// Limit of the bytes that wait for the disk. Packets beyond it are dropped and counted.
  std::size_t max_waiting = 8u << 20;
  /// How long the writer's thread waits for a pipe that no process reads. Then the trace ends.
  std::chrono::milliseconds write_timeout{5'000};
  /// The current time in nanoseconds since 1970. Empty: the clock of the system.
  std::function<std::uint64_t()> clock;
};

/// Thread-safe. Only Flush and the destructor wait for the disk, at most `write_timeout` for each
/// write. If the file cannot be written any more, the trace ends: one line is logged, and further
/// packets are dropped and counted. The caller does not notice this.
class Writer {
 public:
  struct Statistics {
    std::uint64_t packets = 0;  ///< all added packets, including dropped ones
    std::uint64_t dropped = 0;
  };

  /// Creates the file or empties it. Only its owner may read it, because control messages contain
  /// PINs and passwords. A named pipe must already have a reader. Throws std::runtime_error with
  /// one line that names the file.
  explicit Writer(const std::filesystem::path& path, WriterOptions options = {});
  /// Writes everything that still waits.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Adds a packet with the current time.
  void Add(const Urb& urb, ByteView data = {});
  /// Adds a comment to the packet that follows. If none follows within a millisecond, the comment
  /// gets a packet of its own: a URB of an interrupt endpoint without data, as a listening host
  /// submits it. `text` is valid UTF-8 and is cut to pcapng::kMaxComment bytes.
  void Comment(std::string_view text);
  /// Returns when the kernel has everything that was added before, or when the trace has ended.
  void Flush();

  /// A number for a device that is plugged in now: 1 to 127, then 1 again.
  std::uint8_t NextDevice();
  /// A new number for a transfer.
  std::uint64_t NextId();

  Statistics statistics() const;

 private:
  void AddLocked(const Urb& urb, ByteView data, std::uint64_t time);
  void PlaceComments(std::uint64_t time);
  void Append(const Urb& urb, ByteView data, std::uint64_t time);
  void Run();
  bool Write(ByteView bytes);
  void End(const std::string& why);

  const std::filesystem::path path_;
  const WriterOptions options_;
  const Fd file_;

  mutable std::mutex mutex_;
  std::condition_variable work_;  ///< wakes the thread
  std::condition_variable done_;  ///< wakes Flush
  Bytes waiting_;
  std::string comments_;              ///< wait for a packet; each ends with '\0'
  std::uint64_t comments_time_ = 0;   ///< time of the first of them
  std::uint64_t dropped_before_ = 0;  ///< dropped packets since the last one that was kept
  Urb listening_;                     ///< the packet for comments that no packet follows
  Statistics statistics_;
  std::uint64_t flushes_wanted_ = 0, flushes_done_ = 0;
  std::uint8_t last_device_ = 0;
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
  bool ended_ = false;  ///< the file cannot be written any more

  std::uint64_t written_ = 0;  ///< bytes; used by the thread only
  std::thread thread_;
};

}  // namespace mbnrig::trace
