#pragma once

/// A TUN interface: the kernel's end of a session whose datagrams this process carries.

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "fd.h"
#include "ip/tun_frames.h"
#include "l2/link.h"

namespace mbnrig::l2 {

class Tun {
 public:
  struct Handlers {
    /// A datagram that the kernel sends, valid during the call only. Called on the interface's own
    /// thread, as `idle`.
    std::function<void(mbim::ByteView)> datagram;
    /// No other datagram follows at once.
    std::function<void()> idle;
  };

  /// Makes an interface ("mbn%d": the first number that is free), applies `settings` and brings it
  /// up. The interface exists as long as this object. Throws L2Error.
  Tun(const std::string& name, const IpSettings& settings, Handlers handlers);
  /// Removes the interface; no handler is called afterwards. Not on the interface's own thread.
  ~Tun();
  Tun(const Tun&) = delete;
  Tun& operator=(const Tun&) = delete;

  const std::string& name() const { return name_; }
  /// Gives a datagram to the kernel without waiting. A datagram that is not an IP packet is lost,
  /// as is one that does not fit into the interface's queue. It may be held for the following ones,
  /// until Flush. Write and Flush are called on one thread at a time.
  void Write(mbim::ByteView datagram) { joiner_.Add(datagram); }
  void Flush() { joiner_.Flush(); }

 private:
  void Run();

  const Handlers handlers_;
  std::string name_;
  Fd tun_, wake_;
  ip::FrameJoiner joiner_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace mbnrig::l2
