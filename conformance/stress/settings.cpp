#include "stress/settings.h"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

namespace mbnrig::stress {
namespace {

std::optional<std::uint64_t> NumberIn(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const std::string value = text;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size())
    throw std::invalid_argument(std::string(variable) + "=" + value + ": expected a number");
  return number;
}

}  // namespace

Settings ReadSettings() {
  Settings settings;
  if (const auto seconds = NumberIn("MBNRIG_STRESS_SECONDS"))
    settings.duration = std::chrono::seconds(*seconds);
  settings.seed = NumberIn("MBNRIG_STRESS_SEED").value_or(std::random_device()());
  return settings;
}

}  // namespace mbnrig::stress
