#pragma once

/// A TUN interface. It is the kernel's end of a session whose datagrams this process carries.

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
    /// A datagram from the kernel, valid only during the call. Called on the interface's own
    /// thread, like `idle`.
    std::function<void(mbim::ByteView)> datagram;
    /// The next datagram does not follow at once.
    std::function<void()> idle;
  };

  /// Makes an interface, applies `settings` and brings it up. In the name "mbn%d", "%d" becomes the
  /// first free number. The interface exists as long as this object. Throws L2Error.
  Tun(const std::string& name, const IpSettings& settings, Handlers handlers);
  /// Removes the interface. No handler is called afterwards. Must not run on the interface's own
  /// thread.
  ~Tun();
  Tun(const Tun&) = delete;
  Tun& operator=(const Tun&) = delete;

  const std::string& name() const { return name_; }
  /// Gives a datagram to the kernel without waiting. The datagram is lost if it is not an IP packet
  /// or does not fit into the interface's queue. It may be kept until Flush, to join the following
  /// ones. Call Write and Flush on one thread at a time.
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
