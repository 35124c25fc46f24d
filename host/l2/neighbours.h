#pragma once

/// Answers a modem's neighbour solicitations (RFC 4861, section 4.3), as the kernel's driver
/// cdc_mbim does (do_neigh_solicit in drivers/net/usb/cdc_mbim.c). Some modems solicit the host's
/// address and send nothing before they have an advertisement. The kernel does not answer multicast
/// solicitations on an interface without link-layer addresses, such as a TUN interface.

#include <optional>

#include "l2/link.h"
#include "mbim/bytes.h"

namespace mbnrig::l2 {

/// The advertisement to send if `datagram` is a solicitation to a solicited-node multicast address
/// from a unicast address. Nothing for any other datagram, and if the interface has no IPv6
/// address. As the kernel's driver, it answers for every target. Its source is the target if that
/// is the interface's address, otherwise the interface's first IPv6 address.
std::optional<mbim::Bytes> AdvertisementFor(mbim::ByteView datagram, const IpSettings& settings);

}  // namespace mbnrig::l2
