#pragma once

/// The descriptors of a configuration one by one, as they came: whoever judges them must see where
/// each stands and what is wrong with it, which a parser that only takes good ones does not tell.

#include <cstdint>
#include <optional>
#include <vector>

#include "device/usb.h"

namespace mbnrig::device {

/// One descriptor and where it stands.
struct Descriptor {
  std::size_t index = 0;  ///< the how manieth of the configuration
  Bytes bytes;            ///< bLength of them, 2 at least

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

/// An interface's setting with what stands behind it up to the next interface.
struct Setting {
  Descriptor interface;
  std::vector<Descriptor> functional;
  std::vector<Descriptor> endpoints;

  std::uint8_t number() const { return interface.U8(2); }
  std::uint8_t alternate() const { return interface.U8(3); }
  /// Whether class, subclass and protocol are these.
  bool Is(std::uint8_t class_code, std::uint8_t subclass, std::uint8_t protocol) const {
    return interface.U8(5) == class_code && interface.U8(6) == subclass &&
           interface.U8(7) == protocol;
  }
  std::vector<const Descriptor*> Of(Functional subtype) const;
  /// Exactly one bulk IN and one bulk OUT endpoint.
  bool HasBulkPair() const;
};

/// A configuration, taken apart.
struct Configuration {
  std::vector<Setting> settings;
  std::vector<Descriptor> associations;
  /// What follows the last descriptor that could be told; empty when all is well.
  Bytes rest;

  std::vector<const Setting*> Of(std::uint8_t class_code, std::uint8_t subclass,
                                 std::uint8_t protocol) const;
};

/// Takes a configuration descriptor with all behind it apart. Stops where a length cannot be.
Configuration TakeApart(ByteView configuration);

/// GET_DESCRIPTOR of the configuration in force, whole. Throws std::runtime_error with what went
/// wrong.
Bytes ReadConfiguration(Usb& usb);

}  // namespace mbnrig::device
