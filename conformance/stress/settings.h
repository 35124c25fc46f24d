#pragma once

/// The settings of the stress test, from the environment.

#include <chrono>
#include <cstdint>

namespace mbnrig::stress {

struct Settings {
  /// MBNRIG_STRESS_SECONDS: how long threads make calls. Every round is finished, so the test takes
  /// somewhat longer.
  std::chrono::milliseconds duration{3'000};
  /// MBNRIG_STRESS_SEED: decides which calls each thread makes and what happens around them. The
  /// scheduler decides how they meet. Without the variable each run has another seed.
  std::uint64_t seed = 0;
};

/// Throws std::invalid_argument with one line if a variable is not a number.
Settings ReadSettings();

}  // namespace mbnrig::stress
