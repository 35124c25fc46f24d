#pragma once

#include <string>

#include "mbim/bytes.h"

namespace mbnrig::trace {

/// Describes an IP packet in one line: "IPv4 ICMP echo request 192.0.2.10 > 192.0.2.1" or "IPv6 UDP
/// 2001:db8::1 port 5353 > ff02::fb port 5353". Any bytes are safe to pass. If they are not an IP
/// packet, returns "not an IP packet".
std::string DescribeIp(mbim::ByteView packet);

}  // namespace mbnrig::trace
