#pragma once

/// The control pipe of an MBIM function, as the client uses it: over USB (mbim_pipe.h) or over the
/// kernel's driver (cdc_wdm.h). It treats fragments as bytes; client/ interprets them.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "transport/usb.h"

namespace mbnrig::transport {

/// The result of a message passed to Send.
enum class SendResult {
  kSent,       ///< the function took every fragment
  kRefused,    ///< the function stalled a fragment
  kUncertain,  ///< a transfer timed out or failed: the message may or may not have arrived
};

/// One opening of one function: made, opened, closed, destroyed. Use it only on the executor's
/// thread. This thread also calls all handlers, but never from within a method.
class ControlPipe {
 public:
  struct Handlers {
    std::function<void(ByteView)> fragment;  ///< a response, 1 to max_control_message bytes
    std::function<void()> gone;              ///< the device left, or I/O fails as if it had left
  };
  using SendId = std::uint64_t;
  using SendDone = std::function<void(SendResult)>;

  virtual ~ControlPipe() = default;

  /// Takes the function and listens to it. Call Close afterwards, also after a failure.
  virtual void Open(Handlers handlers, std::function<void(UsbStatus)> done) = 0;
  /// What a person can do about a failure of Open.
  virtual std::string Advice(UsbStatus failure) const = 0;

  /// The largest control transfer in bytes, in both directions. Valid once the pipe is open.
  virtual std::uint16_t max_control_message() const = 0;

  /// Sends the fragments of one message in order, without anything between them, after all earlier
  /// messages. `done` is not called after the device is gone or Close was called.
  virtual SendId Send(std::vector<Bytes> fragments, SendDone done) = 0;
  /// Drops the fragments of this message that are not on their way yet. Its `done` is not called.
  virtual void Discard(SendId id) = 0;
  /// Does the same for all messages.
  virtual void DiscardAll() = 0;

  /// Whether a response is due. The pipe does not trust a function to notify it.
  virtual void set_expecting(bool expecting) = 0;

  /// Ends everything and gives the function back. Afterwards nothing but `done` is called.
  virtual void Close(std::function<void()> done) = 0;
};

}  // namespace mbnrig::transport
