#pragma once

/// Where the modem under test is: on this machine's USB, through libusb, or in this process, on a
/// loopback bus. The suites see no difference.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "device/modem.h"
#include "device/session.h"

namespace mbnrig::device {

/// What the command line asks for.
struct Options {
  std::optional<std::uint16_t> vendor_id, product_id;  ///< of the modem; any when empty
  /// A scenario's file: the modem is one of this rig's, in this process. Empty: on USB.
  std::string scenario;
  /// A control socket of the modem's, which can unplug it (docs/control.md); empty: it has none.
  std::string control;
  bool by_hand = false;  ///< somebody is there who unplugs it when asked
  Network network;
  Times times;
};

/// Unplugs the modem and plugs it in; throws bench::RigFault when that fails.
struct Hands {
  std::function<void()> unplug, plug;
};

/// The modem under test and the bus that it is on. One thread.
class Target {
 public:
  /// Brings the bus up; throws bench::RigFault with what to do when it cannot.
  static void Start(const Options& options);
  static void Stop();
  /// The one that is up; throws bench::RigFault when none is.
  static Target& Get();

  virtual ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  const Options& options() const { return options_; }
  /// The modem with its interfaces claimed. Waits for it when it is not there; throws
  /// bench::RigFault when it does not come, or several are there and none was named.
  Modem& modem();
  /// The one that modem() gave last, null when it has been let go; it may be unplugged by now.
  const Modem* last_modem() const { return modem_.get(); }
  /// Whether such a modem is on the bus, or comes within that time; throws as modem().
  bool Comes(milliseconds within) { return Find(within).has_value(); }
  /// "1d6b:0104 mbnrig MBIM modem, usb-1-1"; after modem().
  std::string Description() const;
  /// The modem is unplugged, with what claimed it, and is plugged in again. Throws NotApplicable
  /// where nobody can do that.
  void Replug();

 protected:
  explicit Target(Options options);
  /// To be called by a derived class once the bus may be started, and before it goes.
  void StartBus(std::unique_ptr<transport::UsbBus> bus);
  void StopBus();

 private:
  struct Device {
    std::shared_ptr<transport::UsbDevice> usb;
    transport::MbimFunctionInfo function;
  };
  class Plugged;

  virtual std::optional<Hands> hands() = 0;
  std::optional<Device> Find(milliseconds timeout);
  void AwaitRemoval(const transport::UsbDevice& device);
  void LetGo();

  const Options options_;
  std::unique_ptr<transport::UsbBus> bus_;
  std::unique_ptr<Plugged> plugged_;
  std::unique_ptr<Usb> usb_;
  std::unique_ptr<Modem> modem_;
};

/// The two there are.
std::unique_ptr<Target> MakeUsbTarget(const Options& options);
std::unique_ptr<Target> MakeEmbeddedTarget(const Options& options);

}  // namespace mbnrig::device
