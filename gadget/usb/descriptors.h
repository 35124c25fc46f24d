#pragma once

/// USB descriptors as plain values: device -> configuration -> interface -> endpoint, with the
/// class descriptors of MBIM between. Values become bytes with Encode and come back with Decode.
///
///     ConfigurationDescriptor configuration = MbimConfiguration({}, Speed::kHigh, Layout{});
///     Bytes wire = Encode(configuration);
///     assert(DecodeConfiguration(wire) == configuration);
///
/// Sources: USB 2.0 chapter 9, USB 3.2 section 9.6.7, CDC 1.2 section 5.2.3, MBIM 1.0 section 6.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "usb/function.h"

namespace mbnrig::usb {

/// bDescriptorType.
enum class DescriptorType : std::uint8_t {
  kDevice = 1,
  kConfiguration = 2,
  kString = 3,
  kInterface = 4,
  kEndpoint = 5,
  kDeviceQualifier = 6,
  kOtherSpeedConfiguration = 7,
  kInterfaceAssociation = 11,
  kBos = 15,
  kDeviceCapability = 16,
  kClassInterface = 0x24,
  kSuperSpeedEndpointCompanion = 48,
};

enum class TransferType : std::uint8_t { kControl, kIsochronous, kBulk, kInterrupt };

/// Only on SuperSpeed.
struct EndpointCompanion {
  std::uint8_t max_burst = 0;
  std::uint8_t attributes = 0;
  std::uint16_t bytes_per_interval = 0;
  friend bool operator==(const EndpointCompanion&, const EndpointCompanion&) = default;
};

struct EndpointDescriptor {
  std::uint8_t address = 0;  ///< bit 7: IN
  TransferType type = TransferType::kBulk;
  std::uint16_t max_packet_size = 512;
  std::uint8_t interval = 0;
  std::optional<EndpointCompanion> companion;
  friend bool operator==(const EndpointDescriptor&, const EndpointDescriptor&) = default;
};

/// CDC 1.2, table 15.
struct CdcHeader {
  std::uint16_t cdc_release = 0x0120;
  friend bool operator==(const CdcHeader&, const CdcHeader&) = default;
};
/// CDC 1.2, table 16.
struct CdcUnion {
  std::uint8_t control_interface = 0, subordinate_interface = 1;
  friend bool operator==(const CdcUnion&, const CdcUnion&) = default;
};
/// MBIM 1.0, table 6-3.
struct MbimFunctional {
  std::uint16_t mbim_version = 0x0100;
  std::uint16_t max_control_message = 4096;
  std::uint8_t number_filters = 16;
  std::uint8_t max_filter_size = 128;
  std::uint16_t max_segment_size = 2048;
  std::uint8_t network_capabilities = 0;
  friend bool operator==(const MbimFunctional&, const MbimFunctional&) = default;
};
/// MBIM 1.0 Errata-1, table 6-4.
struct MbimExtendedFunctional {
  std::uint16_t extended_version = 0x0100;
  std::uint8_t max_outstanding_command_messages = 64;
  std::uint16_t mtu = 1500;
  friend bool operator==(const MbimExtendedFunctional&, const MbimExtendedFunctional&) = default;
};
/// Any other class-specific descriptor: the bytes after bDescriptorType.
struct UnknownFunctional {
  Bytes payload;
  friend bool operator==(const UnknownFunctional&, const UnknownFunctional&) = default;
};
using FunctionalDescriptor =
    std::variant<CdcHeader, CdcUnion, MbimFunctional, MbimExtendedFunctional, UnknownFunctional>;

/// Bits of bmNetworkCapabilities (MBIM 1.0, table 6-3).
namespace network_capabilities {
inline constexpr std::uint8_t kMaxDatagramSize = 1u << 3;  ///< GET/SET_MAX_DATAGRAM_SIZE
inline constexpr std::uint8_t kNtbInputSize8 = 1u << 5;    ///< 8-byte GET/SET_NTB_INPUT_SIZE
}  // namespace network_capabilities

struct InterfaceDescriptor {
  std::uint8_t number = 0, alternate = 0;
  std::uint8_t class_code = 0, subclass = 0, protocol = 0;
  std::uint8_t name = 0;  ///< string index
  std::vector<FunctionalDescriptor> functional;
  std::vector<EndpointDescriptor> endpoints;
  friend bool operator==(const InterfaceDescriptor&, const InterfaceDescriptor&) = default;
};

struct InterfaceAssociation {
  std::uint8_t first_interface = 0, interface_count = 2;
  std::uint8_t class_code = 0, subclass = 0, protocol = 0;
  std::uint8_t name = 0;  ///< string index
  friend bool operator==(const InterfaceAssociation&, const InterfaceAssociation&) = default;
};

struct ConfigurationDescriptor {
  std::uint8_t value = 1;
  std::uint8_t name = 0;           ///< string index
  std::uint8_t attributes = 0x80;  ///< bus powered
  std::uint8_t max_power = 250;    ///< in units of 2 mA
  std::optional<InterfaceAssociation> association;
  std::vector<InterfaceDescriptor> interfaces;  ///< every alternate setting, in order
  friend bool operator==(const ConfigurationDescriptor&, const ConfigurationDescriptor&) = default;
};

struct DeviceDescriptor {
  std::uint16_t usb_release = 0x0200;
  std::uint8_t class_code = 0xef, subclass = 2, protocol = 1;  ///< uses interface associations
  std::uint8_t max_packet_size0 = 64;
  std::uint16_t vendor_id = 0, product_id = 0, device_release = 0;
  std::uint8_t manufacturer = 0, product = 0, serial = 0;  ///< string indices
  std::uint8_t configurations = 1;
  friend bool operator==(const DeviceDescriptor&, const DeviceDescriptor&) = default;
};

Bytes Encode(const DeviceDescriptor& device);
Bytes Encode(const EndpointDescriptor& endpoint);
/// What a device at high speed reports about itself at full speed, and the reverse (USB 2.0,
/// section 9.6.2).
Bytes EncodeQualifier(const DeviceDescriptor& other);
/// The BOS of a SuperSpeed device (USB 3.2, section 9.6.2) with the required capabilities.
Bytes EncodeBos();
/// wTotalLength, bNumInterfaces and bNumEndpoints are computed from the values.
Bytes Encode(const ConfigurationDescriptor& configuration);
/// The descriptors of a configuration without its nine-byte head, and their number: the form that
/// FunctionFS takes.
struct DescriptorList {
  std::uint32_t count = 0;
  Bytes bytes;
};
DescriptorList EncodeInterfaces(const ConfigurationDescriptor& configuration);

/// Nothing if the bytes are not such a descriptor: wrong length, wrong type, lengths that disagree,
/// a class descriptor or an endpoint outside an interface. Any bytes are safe to pass.
std::optional<DeviceDescriptor> DecodeDevice(ByteView bytes);
std::optional<ConfigurationDescriptor> DecodeConfiguration(ByteView bytes);

/// Indices of the strings an MBIM gadget has.
enum class StringIndex : std::uint8_t { kLanguages, kManufacturer, kProduct, kSerial, kFunction };
/// A string descriptor (USB 2.0, section 9.6.7) of valid UTF-8, cut after 126 UTF-16 units: its
/// length byte cannot say more.
Bytes EncodeString(const std::string& utf8);
/// The string with this index as text. Nothing if the gadget has no such string.
std::optional<std::string> StringOf(const scenario::UsbIdentity& identity, std::uint8_t index);

/// The descriptors of an MBIM gadget with this identity. With `full` false, the class descriptors
/// and the data interface's second alternate setting are left out, for a FunctionFS that refuses
/// them.
DeviceDescriptor MbimDevice(const scenario::UsbIdentity& identity, Speed speed);
ConfigurationDescriptor MbimConfiguration(const scenario::UsbIdentity& identity, Speed speed,
                                          const Layout& layout, bool full = true);

}  // namespace mbnrig::usb
