#include "usb/usbip_export.h"

#include <utility>

#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

using usbip::Status;

constexpr std::uint8_t kInEndpoint = 0x80;
constexpr char kSysfsFolder[] = "/sys/devices/platform/mbnrig/usb1/";

Status StatusOf(TransferStatus status) {
  switch (status) {
    case TransferStatus::kCompleted:
      return Status::kOk;
    case TransferStatus::kStall:
      return Status::kStall;
    case TransferStatus::kCancelled:
      return Status::kTakenBack;
    case TransferStatus::kNoDevice:
      return Status::kNoDevice;
    case TransferStatus::kTimedOut:
    case TransferStatus::kError:
      break;
  }
  return Status::kProtocol;
}

}  // namespace

UsbipExport::UsbipExport(std::uint32_t number, MbimFunction& function, const UsbipLimits& limits,
                         std::function<void()> ready)
    : number_(number), function_(function), limits_(limits), ready_(std::move(ready)) {}

usbip::ExportedDevice UsbipExport::Describe() const {
  const Speed speed = function_.identity().speed;
  const DeviceDescriptor device = function_.Device(speed);
  usbip::ExportedDevice exported;
  exported.bus_id = bus_id();
  exported.path = kSysfsFolder + exported.bus_id;
  exported.bus_number = kUsbipBus;
  exported.device_number = number_;
  exported.speed = speed;
  exported.vendor_id = device.vendor_id;
  exported.product_id = device.product_id;
  exported.device_release = device.device_release;
  exported.class_code = device.class_code;
  exported.subclass = device.subclass;
  exported.protocol = device.protocol;
  exported.configuration = function_.state().configuration;
  exported.configurations = device.configurations;
  for (const auto& interface : function_.Configuration(speed).interfaces) {
    if (interface.alternate != 0) continue;
    exported.interfaces.push_back({interface.class_code, interface.subclass, interface.protocol});
  }
  return exported;
}

void UsbipExport::Plug() {
  pipes_.Attach(function_);
  plugged_ = true;
}

void UsbipExport::Unplug() {
  if (!plugged_) return;
  plugged_ = false;
  {
    std::lock_guard lock(mutex_);
    pipes_.SetGone();
  }
  function_.Detach();
}

void UsbipExport::Enter(std::uint64_t client, const std::string& name, Bytes& output) {
  client_ = client;
  output_ = &output;
  function_.set_host(name);
}

void UsbipExport::Leave() {
  {
    std::lock_guard lock(mutex_);
    pipes_.WithdrawAll();
  }
  transfers_ = {};
  client_ = 0;
  output_ = nullptr;
  function_.BusReset();
  function_.set_host("");
}

std::optional<std::size_t> UsbipExport::Take(ByteView input, std::string& why) {
  std::size_t taken = 0;
  while (output_->size() <= limits_.output && input.size() - taken >= usbip::kCommandLength) {
    const ByteView rest = input.subspan(taken);
    const auto command = usbip::DecodeCommand(rest.first(usbip::kCommandLength));
    if (!command) {
      why = "bytes that are not a USB/IP command";
      return std::nullopt;
    }
    const auto device = std::visit([](const auto& c) { return c.device; }, *command);
    if (device != (kUsbipBus << 16 | number_)) {
      why = "a command for another device";
      return std::nullopt;
    }
    std::size_t length = usbip::kCommandLength;
    if (const auto* submit = std::get_if<usbip::SubmitCommand>(&*command)) {
      if (submit->length > limits_.transfer) {
        why = "a transfer of " + std::to_string(submit->length) + " bytes";
        return std::nullopt;
      }
      if (!submit->in) length += submit->length;
      if (rest.size() < length) break;
      if (!Submit(*submit, rest.subspan(usbip::kCommandLength, length - usbip::kCommandLength),
                  why)) {
        return std::nullopt;
      }
    } else {
      Unlink(std::get<usbip::UnlinkCommand>(*command));
    }
    taken += length;
  }
  return taken;
}

bool UsbipExport::Submit(const usbip::SubmitCommand& command, ByteView data, std::string& why) {
  if (command.packets != usbip::kNoPackets && command.packets != 0) {
    why = "an isochronous transfer";
    return false;
  }
  if (transfers_.size() >= limits_.transfers) {
    why = "more than " + std::to_string(limits_.transfers) + " transfers at once";
    return false;
  }
  const std::uint32_t sequence = command.sequence;
  const auto bytes = static_cast<std::uint32_t>(data.size());
  if (!transfers_.try_emplace(sequence, Transfer{command.in, bytes, command.packets}).second) {
    why = "a sequence number that is in use";
    return false;
  }
  auto done = [this, sequence](TransferStatus status, ByteView got) {
    Answer(sequence, status, got);
  };
  std::lock_guard lock(mutex_);
  if (command.endpoint == 0) {
    SetupPacket setup = command.setup;
    if (setup.length > 0 && command.in != IsIn(setup)) {
      Answer(sequence, TransferStatus::kError, {});
      return true;
    }
    // The function would stall such a request. It is answered here, so that a client cannot make
    // many of them wait in memory.
    if (!command.in && data.size() > DevicePipes::kControlLimit) {
      Answer(sequence, TransferStatus::kStall, {});
      return true;
    }
    // Not more than fits into the client's buffer.
    if (command.in && command.length < setup.length) {
      setup.length = static_cast<std::uint16_t>(command.length);
    }
    pipes_.SubmitControl(sequence, setup, {data.begin(), data.end()}, {}, done);
  } else if (command.in) {
    const auto endpoint = static_cast<std::uint8_t>(command.endpoint | kInEndpoint);
    pipes_.SubmitIn(sequence, endpoint, command.length, done);
  } else {
    pipes_.SubmitOut(sequence, command.endpoint, {data.begin(), data.end()}, command.zero_packet,
                     done);
  }
  return true;
}

void UsbipExport::Unlink(const usbip::UnlinkCommand& command) {
  bool withdrawn = false;
  if (transfers_.erase(command.submitted) != 0) {
    std::lock_guard lock(mutex_);
    withdrawn = pipes_.Withdraw(command.submitted);
  }
  usbip::AppendUnlinkReply(*output_, command.sequence,
                           withdrawn ? Status::kTakenBack : Status::kOk);
}

void UsbipExport::Answer(std::uint32_t sequence, TransferStatus status, ByteView data) {
  const auto found = transfers_.find(sequence);
  if (found == transfers_.end() || output_ == nullptr) return;
  const Transfer transfer = found->second;
  transfers_.erase(found);
  if (!transfer.in) data = {};
  const auto got = transfer.in ? static_cast<std::uint32_t>(data.size()) : transfer.length;
  const bool ok = status == TransferStatus::kCompleted;
  usbip::AppendSubmitReply(*output_, sequence, StatusOf(status), ok ? got : 0, transfer.packets,
                           data);
}

void UsbipExport::Work() {
  std::unique_lock lock(mutex_);
  while (output_ != nullptr && output_->size() <= limits_.output && pipes_.Step(lock)) {
  }
}

}  // namespace mbnrig::usb
