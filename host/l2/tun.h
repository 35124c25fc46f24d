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
    /// A datagram that the kernel sends, valid during the call only. On the interface's own thread.
    std::function<void(mbim::ByteView)> datagram;
    /// There are no more for now. Likewise.
    std::function<void()> idle;
  };

  /// Makes an interface ("mbn%d": the first number that is free), gives it what `settings` have
  /// and brings it up. It is there as long as this is. Throws L2Error.
  Tun(const std::string& name, const IpSettings& settings, Handlers handlers);
  /// The interface goes; no handler is called afterwards. Not on the interface's own thread.
  ~Tun();
  Tun(const Tun&) = delete;
  Tun& operator=(const Tun&) = delete;

  const std::string& name() const { return name_; }
  /// Gives a datagram to the kernel; does not wait. One that is no IP packet, or for which the
  /// interface has no room, is lost. It may wait for those that follow, until Flush. One thread at
  /// a time, as Flush.
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
