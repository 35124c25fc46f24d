#pragma once

/// Where the datagrams of a data pipe go (data_pipe.h).

#include <array>
#include <functional>
#include <mutex>
#include <vector>

#include "mbim/ntb.h"
#include "transport/data_types.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// Receives a stream's datagrams. Called on a thread of the bus, one call at a time. Must not wait
/// for anything, nor call set_sink, Start or Stop of the pipe.
struct DataSink {
  /// A datagram, valid only during the call. If this is empty, there is no sink.
  std::function<void(ByteView)> datagram;
  /// The next datagram does not follow at once. May be empty.
  std::function<void()> idle = nullptr;
};

/// One sink a stream. Thread-safe.
class DataSinks {
 public:
  /// A stream's sink.
  struct Slot {
    std::mutex mutex;  ///< held while the sink is called
    DataSink sink;
    bool busy = false;  ///< must be told when it is idle
  };

  /// Replaces a stream's sink. After it returns, the previous sink is not called any more.
  void Set(DataStream stream, DataSink sink);
  /// False if the stream has no sink. Adds the slot to `busy` if its sink must be told of idleness.
  bool Deliver(const mbim::Datagram& datagram, std::vector<Slot*>& busy);
  /// Tells the sinks in `busy` that they are idle, and clears the list.
  void Idle(std::vector<Slot*>& busy);

 private:
  Slot& SlotOf(std::uint8_t session, bool ip) { return slots_[session + (ip ? 0u : 256u)]; }

  std::array<Slot, 512> slots_;  ///< for IP sessions, then for device service streams
};

}  // namespace mbnrig::transport
