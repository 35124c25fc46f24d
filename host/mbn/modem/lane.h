#pragma once

#include <cstddef>
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

inline constexpr std::size_t kLanes = static_cast<std::size_t>(Lane::kSms) + 1;

}  // namespace mbnrig::mbn
