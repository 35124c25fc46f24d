#include "device/descriptors.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mbnrig::device {
namespace {

constexpr std::uint8_t kStandardIn = 0x80;
constexpr std::uint8_t kGetDescriptor = 0x06;
constexpr std::uint8_t kDeviceDescriptor = 0x01;
constexpr std::uint8_t kConfigurationDescriptor = 0x02;
constexpr std::uint16_t kDeviceLength = 18;
constexpr std::uint16_t kConfigurationLength = 9;

Bytes Get(Usb& usb, std::uint8_t type, std::uint8_t index, std::uint16_t length) {
  const auto value = static_cast<std::uint16_t>(type << 8 | index);
  Reply reply = usb.ControlIn({kStandardIn, kGetDescriptor, value, 0}, length);
  if (!reply.ok() || reply.data.size() < kConfigurationLength) {
    throw std::runtime_error("GET_DESCRIPTOR of type " + std::to_string(type) + ": " +
                             std::string(UsbStatusName(reply.status)) + ", " +
                             std::to_string(reply.data.size()) + " bytes");
  }
  return std::move(reply.data);
}

}  // namespace

std::vector<const Descriptor*> Setting::Of(Functional subtype) const {
  std::vector<const Descriptor*> found;
  for (const Descriptor& descriptor : functional) {
    if (descriptor.bytes.size() > 2 && descriptor.U8(2) == static_cast<std::uint8_t>(subtype)) {
      found.push_back(&descriptor);
    }
  }
  return found;
}

bool Setting::HasBulkPair() const {
  const auto count = [this](bool in) {
    return std::ranges::count_if(endpoints, [in](const Descriptor& endpoint) {
      return (endpoint.U8(3) & 3) == 2 && ((endpoint.U8(2) & 0x80) != 0) == in;
    });
  };
  return interface.U8(4) == 2 && endpoints.size() == 2 && count(true) == 1 && count(false) == 1;
}

std::vector<const Setting*> Configuration::Of(std::uint8_t class_code, std::uint8_t subclass,
                                              std::uint8_t protocol) const {
  std::vector<const Setting*> found;
  for (const Setting& setting : settings) {
    if (setting.Is(class_code, subclass, protocol)) found.push_back(&setting);
  }
  return found;
}

Configuration TakeApart(ByteView configuration) {
  Configuration parts;
  std::size_t index = 0;
  ByteView rest = configuration;
  for (; rest.size() >= 2 && rest[0] >= 2 && rest[0] <= rest.size(); rest = rest.subspan(rest[0])) {
    Descriptor descriptor{index++, Bytes(rest.begin(), rest.begin() + rest[0])};
    switch (descriptor.type()) {
      case kAssociationDescriptor:
        parts.associations.push_back(std::move(descriptor));
        break;
      case kInterfaceDescriptor:
        parts.settings.push_back({std::move(descriptor), {}, {}});
        break;
      case kFunctionalDescriptor:
        if (!parts.settings.empty()) {
          parts.settings.back().functional.push_back(std::move(descriptor));
        }
        break;
      case kEndpointDescriptor:
        if (!parts.settings.empty()) {
          parts.settings.back().endpoints.push_back(std::move(descriptor));
        }
        break;
      default:
        break;
    }
  }
  parts.rest = Bytes(rest.begin(), rest.end());
  return parts;
}

Bytes ReadConfiguration(Usb& usb) {
  const std::uint8_t value = usb.device().configuration().value;
  const Bytes device = Get(usb, kDeviceDescriptor, 0, kDeviceLength);
  const std::uint8_t configurations =
      device.size() == kDeviceLength ? device[kDeviceLength - 1] : 1;
  for (std::uint8_t index = 0; index < configurations; ++index) {
    const Bytes head = Get(usb, kConfigurationDescriptor, index, kConfigurationLength);
    if (head[5] != value) continue;
    return Get(usb, kConfigurationDescriptor, index,
               static_cast<std::uint16_t>(head[2] | head[3] << 8));
  }
  throw std::runtime_error("no configuration descriptor has the selected value " +
                           std::to_string(value));
}

}  // namespace mbnrig::device
