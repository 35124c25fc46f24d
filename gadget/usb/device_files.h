#pragma once

/// The narrow interface to the kernel: one USB device made of files, as FunctionFS and GadgetFS
/// offer it. UdcController runs the MBIM function on it; tests replace it with a scripted one.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "usb/mbim_function.h"

namespace mbnrig::usb {

/// The bus was reset, or the host is gone.
struct BusResetEvent {};
/// The kernel itself has answered SET_CONFIGURATION (or the request that undoes it) and has enabled
/// or disabled the endpoints. FunctionFS repeats it when the host selects an interface's setting.
struct ConfiguredEvent {
  bool on = false;
  /// Whether the same configuration again resets the function. If not, only the endpoints restart.
  bool resets = true;
};
/// The host has given up the current control request.
struct SetupCancelledEvent {};
using DeviceEvent = std::variant<SetupPacket, BusResetEvent, ConfiguredEvent, SetupCancelledEvent>;

/// An endpoint transfer that has ended.
struct EndpointCompletion {
  enum class Kind { kNotification, kBulkIn, kBulkOut } kind{};
  bool ok = false;
  Bytes data;  ///< kBulkOut: the received bytes; kBulkIn: the bytes that were to be sent
};

/// Limit of pending bulk transfers in each direction.
inline constexpr std::size_t kBulkTransfers = 8;

/// One device. The gadget's thread calls Open, LeaveBus and Close. It may call LeaveBus while the
/// loop thread is inside any other method. The loop thread calls all other methods.
class DeviceFiles {
 public:
  virtual ~DeviceFiles() = default;

  /// Sets the device up and lets it appear on the bus. Returns how to join the function to it.
  /// Throws std::runtime_error with one line that says what to do; nothing is left behind in this
  /// case.
  virtual Attachment Open(const scenario::UsbIdentity& identity) = 0;
  /// Takes the device off the bus. Every call that waits for the host returns.
  virtual void LeaveBus() = 0;
  /// Removes everything that Open has set up.
  virtual void Close() = 0;

  /// Called on the loop thread before any other method.
  virtual void BeginLoop() = 0;
  /// Readable (poll) when NextEvent may have something.
  virtual int event_fd() const = 0;
  virtual void ClearEventSignal() = 0;
  /// The next event. Does not wait.
  virtual std::optional<DeviceEvent> NextEvent() = 0;

  /// The reply to the last SetupPacket. A reply to a request that the host has given up is ignored.
  virtual void StallControl(const SetupPacket& setup) = 0;
  virtual void AckControl(const SetupPacket& setup) = 0;
  virtual void SendControl(const SetupPacket& setup, ByteView data) = 0;
  /// The data of an OUT request. Pending: the data is not here yet, ask again after an event
  /// signal. Cancelled: the host has given up.
  struct Pending {};
  struct Cancelled {};
  virtual std::variant<Bytes, Pending, Cancelled> ReceiveControl(const SetupPacket& setup) = 0;
  /// True if the kernel takes an OUT request's data before the function is asked. Such a request
  /// can neither be stalled nor delayed.
  virtual bool data_comes_first() const = 0;

  /// Enables or disables the endpoints, if the kernel leaves this to its user. Pending transfers
  /// end.
  virtual void SetEndpoints(bool on) = 0;
  /// The host has selected a setting of an interface: the data toggles of its endpoints restart.
  /// Their pending transfers may end.
  enum class Interface { kControl, kData };
  virtual void ResetToggles(Interface interface) = 0;
  /// Starts one transfer. It is pending until its completion is taken; the transfers of an endpoint
  /// end in order. False: it could not start. At most kBulkTransfers of each bulk kind and one
  /// notification may be pending.
  virtual bool StartNotification(ByteView notification) = 0;
  /// These two move from their argument only if they start. Bulk OUT reads `buffer.size()` bytes.
  virtual bool StartBulkIn(Bytes&& ntb) = 0;
  virtual bool StartBulkOut(Bytes&& buffer) = 0;
  /// Cancel what is pending: the host must not see it any more. The completions say whether it has;
  /// those of bulk IN transfers that it has not seen bring their bytes back.
  virtual void CancelBulkIn() = 0;
  virtual void CancelNotification() = 0;
  /// Readable (poll) when there are completions to take.
  virtual int completion_fd() const = 0;
  virtual std::vector<EndpointCompletion> TakeCompletions() = 0;
};

}  // namespace mbnrig::usb
