#include "mbim/hex.h"

#include <algorithm>

namespace mbnrig::mbim {

std::string Hex(ByteView bytes, std::size_t limit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (bytes.empty()) return "(empty)";
  std::string out;
  for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), limit))) {
    if (!out.empty()) out += ' ';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0x0F];
  }
  if (bytes.size() > limit) out += " (and " + std::to_string(bytes.size() - limit) + " bytes)";
  return out;
}

}  // namespace mbnrig::mbim
