#pragma once

/// The function's bulk endpoints: NTBs from the host are taken apart into the datagrams of their
/// sessions, datagrams for the host wait here until an NTB is asked for (MBIM 1.0, section 7; CDC
/// NCM 1.0, section 3). It has locks of its own, so that bulk traffic does not wait for control
/// messages, nor these for it.
///
/// Thread-safe. Lock order: the function's, then the pipe's.

#include <bitset>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mbim/ntb.h"
#include "mbim/types.h"
#include "usb/block_pool.h"

namespace mbnrig::usb {

using mbim::Bytes;
using mbim::ByteView;

/// What has passed since the function was attached. Dropped: of sessions that are not active,
/// longer than the host and the function have agreed on, or more than the host fetches.
struct DataStatistics {
  std::uint64_t out_bytes = 0;  ///< of transfers from the host
  std::uint64_t out_ntbs = 0, in_ntbs = 0;
  std::uint64_t malformed_ntbs = 0;  ///< from the host, wholly or in part
  std::uint64_t uplink_datagrams = 0, uplink_bytes = 0, uplink_dropped = 0;
  std::uint64_t downlink_datagrams = 0, downlink_bytes = 0, downlink_dropped = 0;
  std::uint64_t dss_dropped = 0;  ///< of device service streams, which no service takes
  std::size_t queued = 0;         ///< datagrams that wait for the host
  std::string last_malformed;     ///< what was wrong with the last malformed NTB
};

class DataPipe {
 public:
  /// Where datagrams from the host go, on the thread that brings them.
  struct Uplink {
    /// Valid during the call.
    std::function<void(std::uint8_t session, ByteView datagram)> datagram;
    /// No other one of the session follows at once; may be empty.
    std::function<void(std::uint8_t session)> idle;
  };

  /// What the host has chosen, and may choose from.
  struct Settings {
    bool running = false;  ///< the data interface's alternate setting with endpoints is selected
    mbim::NtbFormat format = mbim::NtbFormat::kNtb16;
    std::uint32_t in_max_size = 0;       ///< bytes of an NTB to the host
    std::uint16_t in_max_datagrams = 0;  ///< in an NTB to the host; 0: no limit
    std::uint16_t max_datagram_size = 0;
    mbim::NtbParameters parameters{};  ///< what the function has told it
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  /// What waits for the host at most; the datagram that comes then is dropped.
  static constexpr std::size_t kMaxQueued = 4096;
  static constexpr std::size_t kMaxQueuedBytes = 4u << 20;
  /// Blocks whose memory is kept: as many as are under way in a controller.
  static constexpr std::size_t kMaxSpare = 8;

  // --- for the gadget ---------------------------------------------------------------------------

  /// Set before there is a host.
  void set_uplink(Uplink uplink);
  /// Lets a session's datagrams pass, or no longer: those that wait go too.
  void SetSession(std::uint8_t session, bool active);
  /// A datagram for the host.
  void Downlink(std::uint8_t session, ByteView datagram);

  // --- for the function -------------------------------------------------------------------------

  /// Other settings drop what waits, and sequence numbers begin anew.
  void Configure(const Settings& settings);
  /// Drops what waits; sequence numbers begin anew (RESET_FUNCTION, MBIM 1.0, section 8.1).
  void Reset();
  /// Called when Take may have something, on any thread and under the pipe's lock; null: nobody.
  void set_ready(std::function<void()> ready);
  void ClearStatistics();

  bool running() const;
  DataStatistics statistics() const;

  /// A transfer from the host: one NTB, of any content. Empty ones only end another.
  void Receive(ByteView transfer);
  /// No other transfer follows at once.
  void ReceiveIdle();
  /// The next NTB for the host, of all that waits and fits. Nothing when nothing waits.
  std::optional<Bytes> Take();
  /// The memory of one that is done with, for another one.
  void GiveBack(Bytes&& ntb);

 private:
  /// A full block for the host, and what is in it.
  struct Block {
    Bytes ntb;
    std::size_t datagrams = 0, bytes = 0;
  };

  void PassUp(std::uint8_t session, ByteView datagram);
  void AddDatagram(std::uint8_t session, ByteView datagram);
  void EndBlock();
  void TakeOut(std::uint8_t session);
  void Begin(std::uint16_t sequence);
  void Drop();

  /// Keeps NTBs from the host in their order; taken before `mutex_`. Guards what is below it.
  std::mutex receive_mutex_;
  mbim::NtbContents contents_;
  Uplink uplink_;
  std::bitset<256> busy_;                    ///< sessions that are to be told of idleness
  std::vector<std::uint8_t> busy_in_order_;  ///< the same

  mutable std::mutex mutex_;
  Settings settings_;
  std::bitset<256> sessions_;
  /// What waits for the host: full blocks, and the one that datagrams are added to as they come.
  std::deque<Block> full_;
  mbim::NtbWriter writer_;
  std::size_t writer_bytes_ = 0;               ///< of its datagrams
  std::size_t queued_ = 0, queued_bytes_ = 0;  ///< datagrams, of all blocks
  BlockPool pool_{kMaxSpare};
  std::uint32_t longest_ = 0;  ///< bytes of a datagram for the host
  std::function<void()> ready_;
  DataStatistics statistics_;
};

}  // namespace mbnrig::usb
