#pragma once

/// A configuration as its descriptors tell it, and the MBIM function in it.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mbim/types.h"

namespace mbnrig::transport {

using mbim::Bytes;
using mbim::ByteView;

struct EndpointDescriptor {
  std::uint8_t address = 0;
  std::uint8_t attributes = 0;
  std::uint16_t max_packet_size = 0;

  bool in() const { return (address & 0x80) != 0; }
  bool bulk() const { return (attributes & 3) == 2; }
  bool interrupt() const { return (attributes & 3) == 3; }
  /// Bytes of one packet, without the bits that tell of several a microframe (USB 2.0, 9.6.6).
  std::uint16_t packet_size() const { return max_packet_size & 0x7FF; }
};

/// One alternate setting of an interface.
struct InterfaceSetting {
  std::uint8_t number = 0, alternate = 0;
  std::uint8_t interface_class = 0, subclass = 0, protocol = 0;
  std::vector<EndpointDescriptor> endpoints;
  Bytes extra;  ///< whatever stands between the interface's and its first endpoint's descriptor
};

struct Configuration {
  std::uint8_t value = 0;
  std::vector<InterfaceSetting> settings;  ///< in descriptor order
};

/// Reads a configuration descriptor with everything behind it. Nothing when it is no configuration
/// descriptor; a descriptor that does not fit ends the reading, what stood before it counts.
std::optional<Configuration> ParseConfiguration(ByteView descriptor);

/// What the control pipe must know of an MBIM function (MBIM 1.0, section 6).
struct MbimFunctionInfo {
  std::uint8_t control_interface = 0;
  std::uint8_t data_interface = 0;
  /// Settings to choose; empty where the interface has only one.
  std::optional<std::uint8_t> control_alternate, data_idle_alternate, data_active_alternate;
  EndpointDescriptor notification;
  EndpointDescriptor bulk_in, bulk_out;
  /// wMaxControlMessage, within 64 to 4096; empty without an MBIM functional descriptor.
  std::optional<std::uint16_t> max_control_message;
  /// wMaxSegmentSize and bmNetworkCapabilities (MBIM 1.0, table 6-4); 0 without one.
  std::uint16_t max_segment_size = 0;
  std::uint8_t network_capabilities = 0;

  /// SET_MAX_DATAGRAM_SIZE is understood.
  bool takes_max_datagram_size() const { return (network_capabilities & 0x08) != 0; }
  /// SET_NTB_INPUT_SIZE has eight bytes.
  bool takes_eight_byte_input_size() const { return (network_capabilities & 0x20) != 0; }
};

/// Finds the (first) MBIM function: a communication interface 02/0E with an interrupt IN endpoint
/// and its data interface 0A/00/02 with a bulk pair. The data interface is the one that the union
/// descriptor names; without one (FunctionFS refuses functional descriptors) the next such
/// interface. A string says why there is none that could be used, "no MBIM interface" where none
/// claims to be.
std::variant<MbimFunctionInfo, std::string> FindMbimFunction(const Configuration& configuration);

}  // namespace mbnrig::transport
