#include "usb/descriptors.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "mbim/utf16.h"

namespace mbnrig::usb {
namespace {

constexpr std::size_t kDeviceLength = 18;
constexpr std::size_t kConfigurationLength = 9;
constexpr std::size_t kInterfaceLength = 9;
constexpr std::size_t kEndpointLength = 7;
constexpr std::size_t kAssociationLength = 8;
constexpr std::size_t kCompanionLength = 6;
constexpr std::size_t kBosLength = 5;
constexpr std::size_t kTotalLengthOffset = 2;

// Device capabilities (USB 3.2, tables 9-13 to 9-16).
constexpr std::uint8_t kCapabilityUsb20Extension = 2;
constexpr std::uint8_t kCapabilitySuperSpeed = 3;
constexpr std::uint16_t kLinkPowerManagement = 1u << 1;
constexpr std::uint16_t kFullHighAndSuperSpeed = 0x000e;
constexpr std::uint8_t kWorksFromFullSpeed = 1;

// bDescriptorSubtype of class descriptors (CDC 1.2, table 13; MBIM 1.0, table 6-2).
constexpr std::uint8_t kSubtypeHeader = 0x00;
constexpr std::uint8_t kSubtypeUnion = 0x06;
constexpr std::uint8_t kSubtypeMbim = 0x1b;
constexpr std::uint8_t kSubtypeMbimExtended = 0x1c;

// MBIM 1.0, tables 6-1, 6-5 and 6-6.
constexpr std::uint8_t kClassCommunications = 0x02;
constexpr std::uint8_t kSubclassMbim = 0x0e;
constexpr std::uint8_t kClassData = 0x0a;
constexpr std::uint8_t kProtocolNtb = 0x02;

constexpr std::uint16_t kNotificationPacket = 16;
constexpr std::uint8_t kSuperSpeedPower = 62;  // in units of 8 mA
constexpr std::size_t kStringLimit = 252;      // bytes after the head: 126 UTF-16 units

/// One descriptor under construction: its head, then its fields. Finish adds it to a list.
class Builder {
 public:
  explicit Builder(DescriptorType type) : bytes_{0, static_cast<std::uint8_t>(type)} {}
  Builder& U8(unsigned value) {
    bytes_.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  Builder& U16(unsigned value) { return U8(value & 0xff).U8(value >> 8); }
  Builder& Raw(ByteView raw) {
    bytes_.insert(bytes_.end(), raw.begin(), raw.end());
    return *this;
  }
  void Finish(DescriptorList& to) {
    bytes_[0] = static_cast<std::uint8_t>(bytes_.size());
    to.bytes.insert(to.bytes.end(), bytes_.begin(), bytes_.end());
    ++to.count;
  }

 private:
  Bytes bytes_;
};

void Append(const FunctionalDescriptor& functional, DescriptorList& to) {
  Builder builder(DescriptorType::kClassInterface);
  std::visit(
      [&builder](const auto& d) {
        using D = std::decay_t<decltype(d)>;
        if constexpr (std::is_same_v<D, CdcHeader>) {
          builder.U8(kSubtypeHeader).U16(d.cdc_release);
        } else if constexpr (std::is_same_v<D, CdcUnion>) {
          builder.U8(kSubtypeUnion).U8(d.control_interface).U8(d.subordinate_interface);
        } else if constexpr (std::is_same_v<D, MbimFunctional>) {
          builder.U8(kSubtypeMbim)
              .U16(d.mbim_version)
              .U16(d.max_control_message)
              .U8(d.number_filters)
              .U8(d.max_filter_size)
              .U16(d.max_segment_size)
              .U8(d.network_capabilities);
        } else if constexpr (std::is_same_v<D, MbimExtendedFunctional>) {
          builder.U8(kSubtypeMbimExtended)
              .U16(d.extended_version)
              .U8(d.max_outstanding_command_messages)
              .U16(d.mtu);
        } else {
          builder.Raw(d.payload);
        }
      },
      functional);
  builder.Finish(to);
}

void Append(const EndpointDescriptor& endpoint, DescriptorList& to) {
  Builder(DescriptorType::kEndpoint)
      .U8(endpoint.address)
      .U8(static_cast<unsigned>(endpoint.type))
      .U16(endpoint.max_packet_size)
      .U8(endpoint.interval)
      .Finish(to);
  if (!endpoint.companion) return;
  Builder(DescriptorType::kSuperSpeedEndpointCompanion)
      .U8(endpoint.companion->max_burst)
      .U8(endpoint.companion->attributes)
      .U16(endpoint.companion->bytes_per_interval)
      .Finish(to);
}

void Append(const InterfaceDescriptor& interface, DescriptorList& to) {
  Builder(DescriptorType::kInterface)
      .U8(interface.number)
      .U8(interface.alternate)
      .U8(static_cast<unsigned>(interface.endpoints.size()))
      .U8(interface.class_code)
      .U8(interface.subclass)
      .U8(interface.protocol)
      .U8(interface.name)
      .Finish(to);
  for (const auto& functional : interface.functional)
    Append(functional, to);
  for (const auto& endpoint : interface.endpoints)
    Append(endpoint, to);
}

std::uint16_t Word(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

FunctionalDescriptor DecodeFunctional(ByteView d) {
  const std::uint8_t subtype = d.size() > 2 ? d[2] : 0xff;
  if (subtype == kSubtypeHeader && d.size() == 5) return CdcHeader{Word(d, 3)};
  if (subtype == kSubtypeUnion && d.size() == 5) return CdcUnion{d[3], d[4]};
  if (subtype == kSubtypeMbim && d.size() == 12) {
    return MbimFunctional{Word(d, 3), Word(d, 5), d[7], d[8], Word(d, 9), d[11]};
  }
  if (subtype == kSubtypeMbimExtended && d.size() == 8) {
    return MbimExtendedFunctional{Word(d, 3), d[5], Word(d, 6)};
  }
  return UnknownFunctional{Bytes(d.begin() + 2, d.end())};
}

/// Adds one descriptor of a configuration to the values read so far. False if it is misplaced.
bool Take(ByteView d, ConfigurationDescriptor& configuration, std::size_t& endpoints_due) {
  auto& interfaces = configuration.interfaces;
  switch (static_cast<DescriptorType>(d[1])) {
    case DescriptorType::kInterfaceAssociation:
      if (d.size() != kAssociationLength || configuration.association || !interfaces.empty()) {
        return false;
      }
      configuration.association = InterfaceAssociation{d[2], d[3], d[4], d[5], d[6], d[7]};
      return true;
    case DescriptorType::kInterface:
      if (d.size() != kInterfaceLength || endpoints_due != 0) return false;
      endpoints_due = d[4];
      interfaces.push_back({d[2], d[3], d[5], d[6], d[7], d[8], {}, {}});
      return true;
    case DescriptorType::kClassInterface:
      if (interfaces.empty() || !interfaces.back().endpoints.empty()) return false;
      interfaces.back().functional.push_back(DecodeFunctional(d));
      return true;
    case DescriptorType::kEndpoint:
      if (d.size() != kEndpointLength || endpoints_due == 0 || (d[3] & ~3u) != 0) return false;
      --endpoints_due;
      interfaces.back().endpoints.push_back(
          {d[2], static_cast<TransferType>(d[3]), Word(d, 4), d[6], std::nullopt});
      return true;
    case DescriptorType::kSuperSpeedEndpointCompanion: {
      if (d.size() != kCompanionLength || interfaces.empty()) return false;
      auto& endpoints = interfaces.back().endpoints;
      if (endpoints.empty() || endpoints.back().companion) return false;
      endpoints.back().companion = EndpointCompanion{d[2], d[3], Word(d, 4)};
      return true;
    }
    default:
      return false;
  }
}

EndpointDescriptor NotificationEndpoint(Speed speed, std::uint8_t address) {
  EndpointDescriptor endpoint{address, TransferType::kInterrupt, kNotificationPacket, 0, {}};
  endpoint.interval = speed == Speed::kFull ? 1 : 4;  // once a millisecond
  if (speed == Speed::kSuper) endpoint.companion = EndpointCompanion{0, 0, kNotificationPacket};
  return endpoint;
}

EndpointDescriptor BulkEndpoint(Speed speed, std::uint8_t address) {
  EndpointDescriptor endpoint{address, TransferType::kBulk, 512, 0, {}};
  if (speed == Speed::kFull) endpoint.max_packet_size = 64;
  if (speed == Speed::kSuper) {
    endpoint.max_packet_size = 1024;
    endpoint.companion = EndpointCompanion{};
  }
  return endpoint;
}

}  // namespace

Bytes Encode(const DeviceDescriptor& device) {
  DescriptorList list;
  Builder(DescriptorType::kDevice)
      .U16(device.usb_release)
      .U8(device.class_code)
      .U8(device.subclass)
      .U8(device.protocol)
      .U8(device.max_packet_size0)
      .U16(device.vendor_id)
      .U16(device.product_id)
      .U16(device.device_release)
      .U8(device.manufacturer)
      .U8(device.product)
      .U8(device.serial)
      .U8(device.configurations)
      .Finish(list);
  return list.bytes;
}

Bytes EncodeQualifier(const DeviceDescriptor& other) {
  DescriptorList list;
  Builder(DescriptorType::kDeviceQualifier)
      .U16(other.usb_release)
      .U8(other.class_code)
      .U8(other.subclass)
      .U8(other.protocol)
      .U8(other.max_packet_size0)
      .U8(other.configurations)
      .U8(0)
      .Finish(list);
  return list.bytes;
}

Bytes EncodeBos() {
  DescriptorList capabilities;
  Builder(DescriptorType::kDeviceCapability)
      .U8(kCapabilityUsb20Extension)
      .U16(kLinkPowerManagement)
      .U16(0)
      .Finish(capabilities);
  Builder(DescriptorType::kDeviceCapability)
      .U8(kCapabilitySuperSpeed)
      .U8(0)  // no latency tolerance messages
      .U16(kFullHighAndSuperSpeed)
      .U8(kWorksFromFullSpeed)
      .U8(0)  // U1 and U2 exit latency: none
      .U16(0)
      .Finish(capabilities);
  DescriptorList list;
  Builder(DescriptorType::kBos)
      .U16(static_cast<unsigned>(kBosLength + capabilities.bytes.size()))
      .U8(capabilities.count)
      .Finish(list);
  list.bytes.insert(list.bytes.end(), capabilities.bytes.begin(), capabilities.bytes.end());
  return std::move(list.bytes);
}

Bytes Encode(const EndpointDescriptor& endpoint) {
  DescriptorList list;
  Append(endpoint, list);
  return list.bytes;
}

DescriptorList EncodeInterfaces(const ConfigurationDescriptor& configuration) {
  DescriptorList list;
  if (const auto& association = configuration.association) {
    Builder(DescriptorType::kInterfaceAssociation)
        .U8(association->first_interface)
        .U8(association->interface_count)
        .U8(association->class_code)
        .U8(association->subclass)
        .U8(association->protocol)
        .U8(association->name)
        .Finish(list);
  }
  for (const auto& interface : configuration.interfaces)
    Append(interface, list);
  return list;
}

Bytes Encode(const ConfigurationDescriptor& configuration) {
  const DescriptorList rest = EncodeInterfaces(configuration);
  std::set<std::uint8_t> numbers;
  for (const auto& interface : configuration.interfaces)
    numbers.insert(interface.number);
  DescriptorList list;
  Builder(DescriptorType::kConfiguration)
      .U16(static_cast<unsigned>(kConfigurationLength + rest.bytes.size()))
      .U8(static_cast<unsigned>(numbers.size()))
      .U8(configuration.value)
      .U8(configuration.name)
      .U8(configuration.attributes)
      .U8(configuration.max_power)
      .Finish(list);
  list.bytes.insert(list.bytes.end(), rest.bytes.begin(), rest.bytes.end());
  return std::move(list.bytes);
}

std::optional<DeviceDescriptor> DecodeDevice(ByteView d) {
  if (d.size() != kDeviceLength || d[0] != kDeviceLength ||
      d[1] != static_cast<std::uint8_t>(DescriptorType::kDevice)) {
    return std::nullopt;
  }
  return DeviceDescriptor{Word(d, 2),  d[4],        d[5],  d[6],  d[7],  Word(d, 8),
                          Word(d, 10), Word(d, 12), d[14], d[15], d[16], d[17]};
}

std::optional<ConfigurationDescriptor> DecodeConfiguration(ByteView bytes) {
  if (bytes.size() < kConfigurationLength || bytes[0] != kConfigurationLength ||
      bytes[1] != static_cast<std::uint8_t>(DescriptorType::kConfiguration) ||
      Word(bytes, kTotalLengthOffset) != bytes.size()) {
    return std::nullopt;
  }
  ConfigurationDescriptor configuration{bytes[5], bytes[6], bytes[7], bytes[8], {}, {}};
  std::size_t endpoints_due = 0;
  for (ByteView rest = bytes.subspan(kConfigurationLength); !rest.empty();
       rest = rest.subspan(rest[0])) {
    if (rest.size() < 2 || rest[0] < 2 || rest[0] > rest.size()) return std::nullopt;
    if (!Take(rest.first(rest[0]), configuration, endpoints_due)) return std::nullopt;
  }
  std::set<std::uint8_t> numbers;
  for (const auto& interface : configuration.interfaces)
    numbers.insert(interface.number);
  if (endpoints_due != 0 || numbers.size() != bytes[4]) return std::nullopt;
  return configuration;
}

Bytes EncodeString(const std::string& utf8) {
  Bytes text;
  mbim::AppendUtf16(utf8, text);
  text.resize(std::min(text.size(), kStringLimit));
  DescriptorList list;
  Builder(DescriptorType::kString).Raw(text).Finish(list);
  return list.bytes;
}

std::optional<std::string> StringOf(const scenario::UsbIdentity& identity, std::uint8_t index) {
  switch (static_cast<StringIndex>(index)) {
    case StringIndex::kManufacturer:
      return identity.manufacturer;
    case StringIndex::kProduct:
      return identity.product;
    case StringIndex::kSerial:
      return identity.serial;
    case StringIndex::kFunction:
      return "MBIM";
    case StringIndex::kLanguages:
      break;
  }
  return std::nullopt;
}

DeviceDescriptor MbimDevice(const scenario::UsbIdentity& identity, Speed speed) {
  DeviceDescriptor device;
  device.usb_release = speed == Speed::kSuper ? 0x0300 : 0x0200;
  device.max_packet_size0 =
      speed == Speed::kSuper ? 9 : 64;  // SuperSpeed gives the exponent of two
  device.vendor_id = identity.vendor_id;
  device.product_id = identity.product_id;
  device.device_release = identity.device_release;
  device.manufacturer = static_cast<std::uint8_t>(StringIndex::kManufacturer);
  device.product = static_cast<std::uint8_t>(StringIndex::kProduct);
  device.serial = static_cast<std::uint8_t>(StringIndex::kSerial);
  return device;
}

ConfigurationDescriptor MbimConfiguration(const scenario::UsbIdentity& identity, Speed speed,
                                          const Layout& layout, bool full) {
  const auto name = static_cast<std::uint8_t>(StringIndex::kFunction);
  InterfaceDescriptor control{
      layout.control_interface, 0, kClassCommunications, kSubclassMbim, 0, name, {}, {}};
  control.endpoints = {NotificationEndpoint(speed, layout.notification_endpoint)};
  InterfaceDescriptor data{layout.data_interface, 0, kClassData, 0, kProtocolNtb, name, {}, {}};
  InterfaceDescriptor active = data;
  active.endpoints = {BulkEndpoint(speed, layout.bulk_in_endpoint),
                      BulkEndpoint(speed, layout.bulk_out_endpoint)};

  ConfigurationDescriptor configuration;
  if (speed == Speed::kSuper) configuration.max_power = kSuperSpeedPower;
  configuration.association = InterfaceAssociation{
      layout.control_interface, 2, kClassCommunications, kSubclassMbim, 0, name};
  if (!full) {
    configuration.interfaces = {control, active};
    return configuration;
  }
  MbimFunctional mbim;
  mbim.max_control_message = identity.max_control_message;
  mbim.number_filters = identity.number_filters;
  mbim.max_segment_size = identity.max_segment_size;
  MbimExtendedFunctional extended;
  extended.max_outstanding_command_messages = identity.max_outstanding_commands;
  mbim.network_capabilities =
      network_capabilities::kMaxDatagramSize | network_capabilities::kNtbInputSize8;
  control.functional = {CdcHeader{}, CdcUnion{layout.control_interface, layout.data_interface},
                        mbim, extended};
  active.alternate = 1;
  configuration.interfaces = {control, data, active};
  return configuration;
}

}  // namespace mbnrig::usb
