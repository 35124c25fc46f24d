#pragma once

/// One modem that the USB/IP server exports, and the traffic with the client that has imported it.
/// Commands become transfers of the modem's pipes; finished transfers become replies.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "usb/device_pipes.h"
#include "usb/usbip_protocol.h"
#include "usb/usbip_server.h"

namespace mbnrig::usb {

/// The number of the bus of all exported devices.
inline constexpr std::uint32_t kUsbipBus = 1;

/// Used on the server's thread only. The modem calls back on any thread; this only calls `ready`.
class UsbipExport : DevicePipes::Bus {
 public:
  /// `ready` is called, on any thread, when Work has something to do. It may only set a flag or
  /// wake a thread. `function` and `limits` must outlive the export.
  UsbipExport(std::uint32_t number, MbimFunction& function, const UsbipLimits& limits,
              std::function<void()> ready);

  std::string bus_id() const { return UsbipServer::BusId(number_); }
  usbip::ExportedDevice Describe() const;
  std::uint32_t number() const { return number_; }

  bool plugged() const { return plugged_; }
  /// Throws std::logic_error if the function is attached elsewhere.
  void Plug();
  void Unplug();

  /// The server's number of the client that has imported the device. 0: none.
  std::uint64_t client() const { return client_; }
  /// A client imports the device. `name` is shown to people. The replies to the client's commands
  /// are appended to `output`, which must exist until Leave.
  void Enter(std::uint64_t client, const std::string& name, Bytes& output);
  /// The client leaves: its transfers are dropped, and the function is reset.
  void Leave();

  /// Takes the complete commands of `input`, and returns how many bytes were taken. Nothing, and
  /// the reason in `why`, if the client breaks the protocol or exceeds a limit.
  std::optional<std::size_t> Take(ByteView input, std::string& why);
  /// Continues the transfers, until none can go on or the output is full.
  void Work();

 private:
  /// A pending transfer.
  struct Transfer {
    bool in;
    std::uint32_t length;  ///< OUT: length of its data
    std::int32_t packets;
  };

  bool Submit(const usbip::SubmitCommand& command, ByteView data, std::string& why);
  void Unlink(const usbip::UnlinkCommand& command);
  void Answer(std::uint32_t sequence, TransferStatus status, ByteView data);

  // DevicePipes::Bus
  std::mutex& mutex() override { return mutex_; }
  void Wake() override { ready_(); }
  void Finish(DevicePipes::Completion done, TransferStatus status, Bytes data) override {
    done(status, data);
  }

  const std::uint32_t number_;
  MbimFunction& function_;
  const UsbipLimits& limits_;
  const std::function<void()> ready_;
  bool plugged_ = false;
  std::uint64_t client_ = 0;
  Bytes* output_ = nullptr;
  std::unordered_map<std::uint32_t, Transfer> transfers_;  ///< by sequence number
  std::mutex mutex_;                                       ///< the pipes' mutex
  DevicePipes pipes_{*this};
};

}  // namespace mbnrig::usb
