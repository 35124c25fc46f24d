#pragma once

/// UUIDs, which identify services and context types.

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace mbnrig::mbim {

/// A UUID in the byte order of the wire, which is that of its text (MBIM 1.0, section 10.1).
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const Uuid&, const Uuid&) = default;
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// Parses "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df" at compile time; malformed text does not compile.
consteval Uuid MakeUuid(std::string_view text) {
  auto digit = [](char c) -> std::uint8_t {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    throw "a UUID has lower-case hexadecimal digits only";
  };
  Uuid uuid;
  std::size_t at = 0;
  for (auto& byte : uuid.bytes) {
    if (text.at(at) == '-') ++at;
    byte = static_cast<std::uint8_t>(digit(text.at(at)) << 4 | digit(text.at(at + 1)));
    at += 2;
  }
  if (at != text.size()) throw "a UUID has 36 characters";
  return uuid;
}

/// Lower-case canonical form, "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df".
std::string ToString(const Uuid& uuid);

}  // namespace mbnrig::mbim
