#include "usb/usbip_conversation.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace mbnrig::usb {
namespace {

/// An idle buffer that is larger than this is freed.
constexpr std::size_t kKeptCapacity = 16 * 1024;

}  // namespace

void GiveBack(Bytes& bytes) {
  if (bytes.empty() && bytes.capacity() > kKeptCapacity) Bytes().swap(bytes);
}

UsbipConversation::~UsbipConversation() {
  if (device_ == nullptr) return;
  spdlog::info("USB/IP: {} disconnected from {}", name_, device_->bus_id());
  device_->Leave();
}

bool UsbipConversation::Receive(ByteView fresh) {
  if (!input_.empty()) {
    input_.insert(input_.end(), fresh.begin(), fresh.end());
    return Continue();
  }
  const auto taken = Take(fresh);
  if (!taken) return false;
  input_.assign(fresh.begin() + static_cast<std::ptrdiff_t>(*taken), fresh.end());
  return true;
}

bool UsbipConversation::Continue() {
  const auto taken = Take(input_);
  if (!taken) return false;
  input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(*taken));
  GiveBack(input_);
  return true;
}

/// The number of bytes taken. Nothing if the client must be disconnected.
std::optional<std::size_t> UsbipConversation::Take(ByteView input) {
  std::size_t taken = 0;
  if (device_ == nullptr) {
    if (leaving_) return input.size();  // the client's only question is answered
    const auto operation = TakeOperation(input);
    if (!operation) return std::nullopt;
    taken = *operation;
    if (device_ == nullptr) return taken;
  }
  std::string why;
  const auto commands = device_->Take(input.subspan(taken), why);
  if (!commands) {
    spdlog::warn("USB/IP: closing {}: received {}", name_, why);
    return std::nullopt;
  }
  return taken + *commands;
}

std::optional<std::size_t> UsbipConversation::TakeOperation(ByteView input) {
  if (input.size() < usbip::kOperationLength) return 0;
  const auto request = usbip::DecodeOperation(input.first(usbip::kOperationLength));
  if (!request) {
    spdlog::warn("USB/IP: closing {}: received bytes that are not a USB/IP operation", name_);
    return std::nullopt;
  }
  std::size_t length = usbip::kOperationLength;
  if (request->operation == usbip::Operation::kImport) length += usbip::kBusIdLength;
  if (input.size() < length) return 0;
  if (request->version != usbip::kVersion) {
    Refuse(request->operation, usbip::OperationStatus::kError);
  } else if (request->operation == usbip::Operation::kDeviceList) {
    std::vector<usbip::ExportedDevice> devices;
    for (const auto& [number, device] : exports_) {
      if (device->plugged()) devices.push_back(device->Describe());
    }
    Say(usbip::EncodeDeviceList(devices));
    leaving_ = true;
  } else {
    Import(usbip::DecodeBusId(input.subspan(usbip::kOperationLength, usbip::kBusIdLength))
               .value_or(""));
  }
  return length;
}

void UsbipConversation::Import(const std::string& bus_id) {
  const auto found = std::find_if(exports_.begin(), exports_.end(), [&](const auto& entry) {
    return entry.second->plugged() && entry.second->bus_id() == bus_id;
  });
  if (found == exports_.end()) {
    spdlog::info("USB/IP: {} asks for a device that does not exist", name_);
    return Refuse(usbip::Operation::kImport, usbip::OperationStatus::kNoDevice);
  }
  UsbipExport& device = *found->second;
  if (device.client() != 0) {
    spdlog::info("USB/IP: {} asks for {}, which another client uses", name_, bus_id);
    return Refuse(usbip::Operation::kImport, usbip::OperationStatus::kBusy);
  }
  Say(usbip::EncodeImported(device.Describe()));
  device_ = &device;
  device.Enter(client_, name_, output_);
  spdlog::info("USB/IP: {} has imported {}", name_, bus_id);
}

void UsbipConversation::Refuse(usbip::Operation operation, usbip::OperationStatus status) {
  Say(usbip::EncodeRefusal(operation, status));
  leaving_ = true;
}

void UsbipConversation::Say(const Bytes& bytes) {
  output_.insert(output_.end(), bytes.begin(), bytes.end());
}

}  // namespace mbnrig::usb
