#pragma once

/// The narrow seam to the kernel: one USB device made of files, as FunctionFS and GadgetFS offer
/// it. UdcController runs the MBIM function over it; tests put a scripted one in its place.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "usb/mbim_function.h"

namespace mbnrig::usb {

/// The bus was reset, or the host is gone.
struct BusResetEvent {};
/// The kernel has answered SET_CONFIGURATION (or what undoes it) itself and has set up, or taken
/// away, the endpoints. Repeated when the host selects an interface's setting.
struct ConfiguredEvent {
  bool on = false;
};
/// The host has given up the control request under way.
struct SetupCancelledEvent {};
using DeviceEvent = std::variant<SetupPacket, BusResetEvent, ConfiguredEvent, SetupCancelledEvent>;

/// An endpoint transfer that has ended.
struct EndpointCompletion {
  enum class Kind { kNotification, kBulkIn, kBulkOut } kind{};
  bool ok = false;
  Bytes data;  ///< kBulkOut: what came; kBulkIn: what was to go
};

/// Bulk transfers that may be under way at a time, each way.
inline constexpr std::size_t kBulkTransfers = 8;

/// One device. Open, LeaveBus and Close are called by the gadget's thread; LeaveBus while the loop
/// thread may be in any other call. All other methods are the loop thread's.
class DeviceFiles {
 public:
  virtual ~DeviceFiles() = default;

  /// Sets the device up and lets it appear on the bus. Returns how the function is to be joined to
  /// it. Throws std::runtime_error with one line that says what to do; then nothing is left behind.
  virtual Attachment Open(const scenario::UsbIdentity& identity) = 0;
  /// Takes it off the bus; every call that waits for the host returns.
  virtual void LeaveBus() = 0;
  /// Takes everything down that Open set up.
  virtual void Close() = 0;

  /// Called first on the loop thread.
  virtual void BeginLoop() = 0;
  /// Readable (poll) when NextEvent may have something.
  virtual int event_fd() const = 0;
  virtual void ClearEventSignal() = 0;
  /// The next event, without waiting.
  virtual std::optional<DeviceEvent> NextEvent() = 0;

  /// The reply to the last SetupPacket. A request that the host has given up is ignored.
  virtual void StallControl(const SetupPacket& setup) = 0;
  virtual void AckControl(const SetupPacket& setup) = 0;
  virtual void SendControl(const SetupPacket& setup, ByteView data) = 0;
  /// The data of an OUT request. Pending: not here yet, ask again after an event signal. Cancelled:
  /// the host has given up.
  struct Pending {};
  struct Cancelled {};
  virtual std::variant<Bytes, Pending, Cancelled> ReceiveControl(const SetupPacket& setup) = 0;
  /// True where the kernel takes an OUT request's data before anybody is asked: such a request can
  /// neither be stalled nor kept waiting.
  virtual bool data_comes_first() const = 0;

  /// Sets the endpoints up or takes them away, where the kernel leaves that to its user; transfers
  /// under way end.
  virtual void SetEndpoints(bool on) = 0;
  /// The host has selected a setting of an interface: data toggles start afresh; transfers under
  /// way may end.
  virtual void ResetToggles() = 0;
  /// One transfer, under way until its completion is taken; those of an endpoint end in their
  /// order. False: it could not begin. There may be kBulkTransfers of either bulk kind, one
  /// notification.
  virtual bool StartNotification(ByteView notification) = 0;
  /// Move from their argument only when they begin. Bulk OUT takes as many bytes as `buffer` has.
  virtual bool StartBulkIn(Bytes&& ntb) = 0;
  virtual bool StartBulkOut(Bytes&& buffer) = 0;
  /// Ends what is under way on bulk IN: the host is not to see it any more.
  virtual void CancelBulkIn() = 0;
  /// Readable (poll) when TakeCompletions has something.
  virtual int completion_fd() const = 0;
  virtual std::vector<EndpointCompletion> TakeCompletions() = 0;
};

}  // namespace mbnrig::usb
