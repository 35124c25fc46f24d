#pragma once

#include <cstdint>

namespace mbnrig::mbn {

/// Operations of one lane run one after the other. Operations of different lanes do not wait for
/// each other.
enum class Lane : std::uint32_t {
  kConnection,
  kRadio,
  kPin,
  kProviders,
  kSms,
};

}  // namespace mbnrig::mbn
