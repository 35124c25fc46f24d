#pragma once

/// The descriptors of a configuration one by one, unchanged. A test must see the place and the
/// faults of each descriptor, which a parser for valid descriptors does not show.

#include <cstdint>
#include <optional>
#include <vector>

#include "device/usb.h"

namespace mbnrig::device {

/// One descriptor and its place.
struct Descriptor {
  std::size_t index = 0;  ///< its place in the configuration, from 0
  Bytes bytes;            ///< bLength bytes, at least 2

  std::uint8_t type() const { return bytes[1]; }
  std::uint8_t U8(std::size_t at) const { return at < bytes.size() ? bytes[at] : 0; }
  std::uint16_t U16(std::size_t at) const {
    return static_cast<std::uint16_t>(U8(at) | U8(at + 1) << 8);
  }
};

/// bDescriptorType.
inline constexpr std::uint8_t kInterfaceDescriptor = 0x04;
inline constexpr std::uint8_t kEndpointDescriptor = 0x05;
inline constexpr std::uint8_t kAssociationDescriptor = 0x0b;
inline constexpr std::uint8_t kFunctionalDescriptor = 0x24;

/// bDescriptorSubtype of functional descriptors.
enum class Functional : std::uint8_t {
  kHeader = 0x00,
  kUnion = 0x06,
  kMbim = 0x1b,
  kExtended = 0x1c
};

/// A setting of an interface, with the descriptors after it up to the next interface.
struct Setting {
  Descriptor interface;
  std::vector<Descriptor> functional;
  std::vector<Descriptor> endpoints;

  std::uint8_t number() const { return interface.U8(2); }
  std::uint8_t alternate() const { return interface.U8(3); }
  /// Whether class, subclass and protocol have these values.
  bool Is(std::uint8_t class_code, std::uint8_t subclass, std::uint8_t protocol) const {
    return interface.U8(5) == class_code && interface.U8(6) == subclass &&
           interface.U8(7) == protocol;
  }
  std::vector<const Descriptor*> Of(Functional subtype) const;
  /// Whether there is exactly one bulk IN and one bulk OUT endpoint.
  bool HasBulkPair() const;
};

/// A parsed configuration.
struct Configuration {
  std::vector<Setting> settings;
  std::vector<Descriptor> associations;
  /// The bytes after the last valid descriptor. Empty if all descriptors are valid.
  Bytes rest;

  std::vector<const Setting*> Of(std::uint8_t class_code, std::uint8_t subclass,
                                 std::uint8_t protocol) const;
};

/// Parses a configuration descriptor with everything after it. Stops at an invalid length.
Configuration TakeApart(ByteView configuration);

/// GET_DESCRIPTOR of the selected configuration, complete. Throws std::runtime_error with the
/// reason of a failure.
Bytes ReadConfiguration(Usb& usb);

}  // namespace mbnrig::device
