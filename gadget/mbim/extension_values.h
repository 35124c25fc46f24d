#pragma once

/// Values that Microsoft's extensions of MBIM add to the types of Basic Connect. Modems report them
/// in the messages of MBIM 1.0, too.

#include "mbim/basic_connect_types.h"

namespace mbnrig::mbim {

namespace data_class {
/// MBIMEx 2.0: 5G with a core network of LTE (non-standalone), and standalone 5G.
inline constexpr std::uint32_t k5gNsa = 1u << 6, k5gSa = 1u << 7;
}  // namespace data_class

/// MBIMEx 4.0: the SIM is an eSIM without a profile.
inline constexpr ReadyState kReadyStateNoEsimProfile{7};

}  // namespace mbnrig::mbim
