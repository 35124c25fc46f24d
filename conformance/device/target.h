#pragma once

/// The place of the modem under test: on this machine's USB, through libusb, or in this process, on
/// a loopback bus. The suites see no difference.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "device/modem.h"
#include "device/session.h"

namespace mbnrig::device {

/// The options of the command line.
struct Options {
  std::optional<std::uint16_t> vendor_id, product_id;  ///< of the modem; empty: any
  /// The file of a scenario: the modem is one of this rig, in this process. Empty: it is on USB.
  std::string scenario;
  /// A control socket of the modem, which can unplug it (docs/control.md). Empty: there is none.
  std::string control;
  bool by_hand = false;  ///< a person will unplug the modem when asked
  Network network;
  Timeouts times;
};

/// Unplugs the modem and plugs it in. Throws bench::RigFault if that fails.
struct Hands {
  std::function<void()> unplug, plug;
};

/// The modem under test and its bus. Used on one thread.
class Target {
 public:
  /// Starts the bus. Throws bench::RigFault that says what to do if it cannot.
  static void Start(const Options& options);
  static void Stop();
  /// The running target. Throws bench::RigFault if there is none.
  static Target& Get();

  virtual ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  const Options& options() const { return options_; }
  /// The modem, with its interfaces claimed. Waits for it to arrive. Throws bench::RigFault if it
  /// does not arrive, or if there are several and none was named.
  Modem& modem();
  /// The modem that modem() returned last; null if it was released. It may be unplugged by now.
  const Modem* last_modem() const { return modem_.get(); }
  /// Whether such a modem is on the bus or arrives within this time. Throws like modem().
  bool Comes(milliseconds within) { return Find(within).has_value(); }
  /// "1d6b:0104 mbnrig MBIM modem, usb-1-1"; after modem().
  std::string Description() const;
  /// Unplugs the modem, together with what claimed it, and plugs it in again. Throws NotApplicable
  /// if nobody can do that.
  void Replug();

 protected:
  explicit Target(Options options);
  /// A derived class calls these: StartBus once the bus may start, StopBus before its own
  /// destruction.
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

/// The two implementations.
std::unique_ptr<Target> MakeUsbTarget(const Options& options);
std::unique_ptr<Target> MakeEmbeddedTarget(const Options& options);

}  // namespace mbnrig::device
