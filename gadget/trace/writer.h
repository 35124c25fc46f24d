#pragma once

/// Writes a trace: a pcapng file of USB transfers that Wireshark and tshark read, with comments.
/// Cheap enough to leave on: to add a packet only copies its bytes under a short lock. A thread of
/// the writer writes them to the disk.
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
  /// What the file says it was written by.
  std::string application = "mbnrig";
  /// A crash loses what was added within this time.
  std::chrono::milliseconds flush_interval{200};
  /// Most bytes that wait for the disk. Packets beyond that are dropped and counted.
  std::size_t max_waiting = 8u << 20;
  /// How long a pipe that nobody reads may hold the writer's thread up before the trace ends.
  std::chrono::milliseconds write_timeout{5'000};
  /// Nanoseconds since 1970; empty: the system's clock.
  std::function<std::uint64_t()> clock;
};

/// Thread-safe. Only Flush and the destructor wait for the disk, at most `write_timeout` for each
/// write. If the file cannot be written any more, the trace ends: the log has one line about it,
/// and further packets are dropped and counted. The traced code does not notice.
class Writer {
 public:
  struct Statistics {
    std::uint64_t packets = 0;  ///< that were added, dropped ones included
    std::uint64_t dropped = 0;
  };

  /// Begins the file anew. It is readable by its owner only: control messages hold PINs and
  /// passwords. A named pipe needs a reader that is there already. Throws std::runtime_error with
  /// one line that names the file.
  explicit Writer(const std::filesystem::path& path, WriterOptions options = {});
  /// Writes the rest.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// One packet, of this moment.
  void Add(const Urb& urb, ByteView data = {});
  /// A comment on the packet that follows; where none follows within a millisecond, on a packet of
  /// its own: an interrupt endpoint's URB without data, as a host that listens submits it. Cut to
  /// pcapng::kMaxComment bytes; valid UTF-8.
  void Comment(std::string_view text);
  /// Returns when what was added before is with the kernel, or the trace has ended.
  void Flush();

  /// A number for a device that is plugged in now, 1 to 127, over and over.
  std::uint8_t NextDevice();
  /// A number for a transfer.
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
  std::condition_variable work_;  ///< for the thread
  std::condition_variable done_;  ///< for Flush
  Bytes waiting_;
  std::string comments_;              ///< that wait for a packet, each with '\0' behind it
  std::uint64_t comments_time_ = 0;   ///< of the first of them
  std::uint64_t dropped_before_ = 0;  ///< packets since the last that was not dropped
  Urb listening_;                     ///< carries comments that no packet follows
  Statistics statistics_;
  std::uint64_t flushes_wanted_ = 0, flushes_done_ = 0;
  std::uint8_t last_device_ = 0;
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
  bool ended_ = false;  ///< the file takes no more

  std::uint64_t written_ = 0;  ///< bytes; the thread's
  std::thread thread_;
};

}  // namespace mbnrig::trace
