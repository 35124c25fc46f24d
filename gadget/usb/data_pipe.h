#pragma once

/// The function's bulk endpoints. NTBs from the host are split into the datagrams of their
/// sessions. Datagrams for the host wait here until a controller asks for an NTB (MBIM 1.0, section
/// 7; CDC NCM 1.0, section 3). The class has its own locks, so that bulk traffic and control
/// messages do not wait for each other.
///
/// Thread-safe. Lock order: first the function's lock, then the pipe's.

#include <bitset>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mbim/ntb.h"
#include "usb/block_pool.h"

namespace mbnrig::usb {

using mbim::Bytes;
using mbim::ByteView;

/// Counters since the function was attached. A datagram is dropped if its session is not active, if
/// it is longer than the host and the function have agreed on, or if the host fetches too slowly.
struct DataStatistics {
  std::uint64_t out_bytes = 0;  ///< of transfers from the host
  std::uint64_t out_ntbs = 0, in_ntbs = 0;
  std::uint64_t malformed_ntbs = 0;  ///< from the host, wholly or in part
  std::uint64_t uplink_datagrams = 0, uplink_bytes = 0, uplink_dropped = 0;
  std::uint64_t downlink_datagrams = 0, downlink_bytes = 0, downlink_dropped = 0;
  std::uint64_t dss_dropped = 0;  ///< datagrams of device service streams, which no service uses
  std::size_t queued = 0;         ///< datagrams that wait for the host
  std::string last_malformed;     ///< what was wrong with the last malformed NTB
};

class DataPipe {
 public:
  /// Receives the datagrams from the host, on the thread that brings them.
  struct Uplink {
    /// `datagram` is valid only during the call.
    std::function<void(std::uint8_t session, ByteView datagram)> datagram;
    /// The session's next datagram does not follow at once. May be empty.
    std::function<void(std::uint8_t session)> idle;
  };

  /// What the host has chosen, and what it may choose from.
  struct Settings {
    bool running = false;  ///< the data interface's alternate setting with endpoints is selected
    mbim::NtbFormat format = mbim::NtbFormat::kNtb16;
    std::uint32_t in_max_size = 0;       ///< bytes of an NTB to the host
    std::uint16_t in_max_datagrams = 0;  ///< in an NTB to the host; 0: no limit
    std::uint16_t max_datagram_size = 0;
    mbim::NtbParameters parameters{};  ///< what the function has told the host
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  /// Limits of what waits for the host. A datagram above a limit is dropped.
  static constexpr std::size_t kMaxQueued = 4096;
  static constexpr std::size_t kMaxQueuedBytes = 4u << 20;
  /// Number of blocks whose memory is kept: as many as a controller has pending.
  static constexpr std::size_t kMaxSpare = 8;

  // --- for the gadget ---------------------------------------------------------------------------

  /// When this returns, the uplink that was set before is not called any more.
  void set_uplink(Uplink uplink);
  /// Lets a session's datagrams pass or stops them. Stopping also drops the waiting ones.
  void SetSession(std::uint8_t session, bool active);
  /// A datagram for the host.
  void Downlink(std::uint8_t session, ByteView datagram);

  // --- for the function -------------------------------------------------------------------------

  /// While the pipe runs on, what waits is packed again within the new settings, and the sequence
  /// numbers rise on. Starting or stopping it drops what waits and restarts the sequence numbers.
  void Configure(const Settings& settings);
  /// Drops what waits and restarts the sequence numbers (RESET_FUNCTION, MBIM 1.0, section 8.1).
  void Reset();
  /// `ready` is called when Take may have something, `ended` when a session has ended whose
  /// datagrams may be in blocks that were taken. Both are called on any thread and under the pipe's
  /// lock. Null: nobody is called.
  void set_ready(std::function<void()> ready, std::function<void()> ended = nullptr);
  void ClearStatistics();

  bool running() const;
  DataStatistics statistics() const;

  /// A transfer from the host: one NTB, with any content. An empty transfer only ends the one
  /// before.
  void Receive(ByteView transfer);
  /// The next transfer does not follow at once.
  void ReceiveIdle();
  /// The next NTB for the host, with all waiting datagrams that fit. Nothing if nothing waits.
  std::optional<Bytes> Take();
  /// Takes back blocks that Take gave and that the host has not got, in any order: all of those
  /// that the caller had when a session ended. They wait again, in front of everything else and
  /// without the datagrams of sessions that have ended since the last call.
  void TakeBack(std::vector<Bytes> ntbs);
  /// Takes back the memory of a finished NTB, for the next one.
  void GiveBack(Bytes&& ntb);

 private:
  /// A full block for the host, and how much it holds.
  struct Block {
    Bytes ntb;
    std::size_t datagrams = 0, bytes = 0;
  };

  void PassUp(std::uint8_t session, ByteView datagram);
  void AddDatagram(std::uint8_t session, ByteView datagram);
  void EndBlock();
  void Repack(Settings settings);
  void Begin(std::uint16_t sequence);
  void Drop();

  /// Keeps NTBs from the host in order. Locked before `mutex_`. Guards the members up to `mutex_`.
  std::mutex receive_mutex_;
  mbim::NtbContents contents_;
  Uplink uplink_;
  std::bitset<256> busy_;  ///< sessions that must still be told that they are idle
  std::vector<std::uint8_t> busy_in_order_;  ///< the same sessions, in order

  mutable std::mutex mutex_;
  Settings settings_;
  std::bitset<256> sessions_;
  std::bitset<256> ended_sessions_;  ///< since the last TakeBack
  std::size_t taken_ = 0;            ///< blocks that Take gave since the sequence numbers restarted
  /// What waits for the host: full blocks, and the block that new datagrams are added to.
  std::deque<Block> full_;
  mbim::NtbWriter writer_;
  std::uint16_t sequence_ = 0;                 ///< of the block that new datagrams are added to
  std::size_t writer_bytes_ = 0;               ///< bytes of its datagrams
  std::size_t queued_ = 0, queued_bytes_ = 0;  ///< datagrams and their bytes, of all blocks
  BlockPool pool_{kMaxSpare};
  std::uint32_t longest_ = 0;  ///< bytes of the longest datagram for the host
  std::function<void()> ready_, ended_;
  DataStatistics statistics_;
};

}  // namespace mbnrig::usb
