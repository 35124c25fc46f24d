#pragma once

/// One modem as the USB/IP server exports it, and what goes on between it and the client that has
/// imported it: commands become transfers of its pipes, ended transfers become replies.

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

/// The number of the bus that exported devices are on.
inline constexpr std::uint32_t kUsbipBus = 1;

/// Methods are the server's thread's. The modem calls back on any thread and only causes `ready`.
class UsbipExport : DevicePipes::Bus {
 public:
  /// `ready` is told, on any thread, that Work has something to do; it may only take note. Both
  /// must outlive the export.
  UsbipExport(std::uint32_t number, MbimFunction& function, const UsbipLimits& limits,
              std::function<void()> ready);

  std::string bus_id() const { return UsbipServer::BusId(number_); }
  usbip::ExportedDevice Describe() const;
  std::uint32_t number() const { return number_; }

  bool plugged() const { return plugged_; }
  /// Throws std::logic_error when the function is attached elsewhere.
  void Plug();
  void Unplug();

  /// The client, a number of the server's, that has imported the device; 0: none.
  std::uint64_t client() const { return client_; }
  /// A client, `name` to people, imports it; the replies to its commands are appended to `output`,
  /// which must stay until Leave.
  void Enter(std::uint64_t client, const std::string& name, Bytes& output);
  /// It goes: its transfers are dropped, the function is reset.
  void Leave();

  /// Takes the commands that are complete, as far as `input` has them; returns how many bytes were
  /// taken. Nothing, and why, when the client does not speak the protocol or asks too much.
  std::optional<std::size_t> Take(ByteView input, std::string& why);
  /// Carries the transfers on as far as they go or output is within its limit.
  void Work();

 private:
  /// A transfer under way.
  struct Transfer {
    bool in;
    std::uint32_t length;  ///< OUT: the bytes it has
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
  std::mutex mutex_;                                       ///< the pipes'
  DevicePipes pipes_{*this};
};

}  // namespace mbnrig::usb
