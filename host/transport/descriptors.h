#pragma once

/// A configuration, read from its descriptors, and the MBIM function in it.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mbim/bytes.h"

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
  /// Size of one packet, without the bits for several packets per microframe (USB 2.0, section
  /// 9.6.6).
  std::uint16_t packet_size() const { return max_packet_size & 0x7FF; }
};

/// One alternate setting of an interface.
struct InterfaceSetting {
  std::uint8_t number = 0, alternate = 0;
  std::uint8_t interface_class = 0, subclass = 0, protocol = 0;
  std::vector<EndpointDescriptor> endpoints;
  Bytes extra;  ///< the bytes between the interface's descriptor and that of its first endpoint
};

struct Configuration {
  std::uint8_t value = 0;
  std::vector<InterfaceSetting> settings;  ///< in descriptor order
};

/// Parses a configuration descriptor and everything after it. Nothing if the bytes are not a
/// configuration descriptor. Parsing stops at a descriptor that does not fit; what came before it
/// counts.
std::optional<Configuration> ParseConfiguration(ByteView descriptor);

/// What the control pipe must know about an MBIM function (MBIM 1.0, section 6).
struct MbimFunctionInfo {
  std::uint8_t control_interface = 0;
  std::uint8_t data_interface = 0;
  /// The settings to select; empty if the interface has only one.
  std::optional<std::uint8_t> control_alternate, data_idle_alternate, data_active_alternate;
  EndpointDescriptor notification;
  EndpointDescriptor bulk_in, bulk_out;
  /// wMaxControlMessage, limited to 64 to 4096. Empty without an MBIM functional descriptor.
  std::optional<std::uint16_t> max_control_message;
  /// wMaxSegmentSize and bmNetworkCapabilities (MBIM 1.0, table 6-4). 0 without the descriptor.
  std::uint16_t max_segment_size = 0;
  std::uint8_t network_capabilities = 0;
  /// bMaxOutstandingCommandMessages, at least 1, and wMTU (MBIM 1.0, section 6.5). Empty and 0
  /// without an MBIM extended functional descriptor.
  std::optional<std::uint8_t> max_outstanding_commands;
  std::uint16_t mtu = 0;

  /// Whether the function supports SET_MAX_DATAGRAM_SIZE.
  bool takes_max_datagram_size() const { return (network_capabilities & 0x08) != 0; }
  /// Whether SET_NTB_INPUT_SIZE has eight bytes.
  bool takes_eight_byte_input_size() const { return (network_capabilities & 0x20) != 0; }
};

/// Limits that a function announces in its descriptors and that its pipes do not keep to by
/// themselves.
struct FunctionLimits {
  /// Commands that the function takes at a time (bMaxOutstandingCommandMessages). Empty if it does
  /// not say.
  std::optional<std::uint8_t> outstanding_commands;
  std::uint16_t datagram = 0;  ///< bytes of the longest datagram (wMaxSegmentSize); 0: unknown
  std::uint16_t mtu = 0;       ///< of the operator's network (wMTU); 0: unknown
};
FunctionLimits LimitsOf(const MbimFunctionInfo& function);

/// Finds the first MBIM function: a communication interface 02/0E with an interrupt IN endpoint,
/// and its data interface 0A/00/02 with two bulk endpoints. The union descriptor names the data
/// interface. Without a union descriptor (FunctionFS refuses functional descriptors) the next
/// suitable interface is taken. A string says why no function can be used: "no MBIM interface" if
/// there is none.
std::variant<MbimFunctionInfo, std::string> FindMbimFunction(const Configuration& configuration);

}  // namespace mbnrig::transport
