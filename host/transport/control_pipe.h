#pragma once

/// The control pipe of an MBIM function, as the client uses it: over a USB seam (mbim_pipe.h) or
/// the kernel's driver (cdc_wdm.h). Knows fragments as bytes only; client/ knows what they mean.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mbim/types.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// What became of a message handed to Send.
enum class SendResult {
  kSent,       ///< the function took every fragment
  kRefused,    ///< it stalled one
  kUncertain,  ///< a transfer timed out or failed: it may have arrived or not
};

/// One opening of one function: made, opened, closed, thrown away. To be used on the executor's
/// thread only, which also calls every handler, never from within a method.
class ControlPipe {
 public:
  struct Handlers {
    std::function<void(ByteView)> fragment;  ///< a response, 1 to max_control_message bytes
    std::function<void()> gone;              ///< the device left, or I/O fails as if it had
  };
  using SendId = std::uint64_t;
  using SendDone = std::function<void(SendResult)>;

  virtual ~ControlPipe() = default;

  /// Takes the function and listens for what it sends. After a failure, too, Close is due.
  virtual void Open(Handlers handlers, std::function<void(UsbStatus)> done) = 0;
  /// What a person can do about a failure of Open.
  virtual std::string Advice(UsbStatus failure) const = 0;

  /// Bytes of the largest control transfer, both ways. Once open.
  virtual std::uint16_t max_control_message() const = 0;

  /// Sends the fragments of one message, in order and with nothing between them, after the messages
  /// handed over before. `done` is not called once the device is gone or Close was called.
  virtual SendId Send(std::vector<Bytes> fragments, SendDone done) = 0;
  /// What is not yet on its way of that message stays unsent, and its `done` uncalled.
  virtual void Discard(SendId id) = 0;
  /// The same for every message.
  virtual void DiscardAll() = 0;

  /// Whether a response is due: a function is not trusted to notify.
  virtual void set_expecting(bool expecting) = 0;

  /// Ends everything and gives the function back. Afterwards only `done` is called.
  virtual void Close(std::function<void()> done) = 0;
};

}  // namespace mbnrig::transport
