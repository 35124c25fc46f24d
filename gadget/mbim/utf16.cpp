#include "mbim/utf16.h"

namespace mbnrig::mbim {
namespace {

constexpr bool IsHighSurrogate(std::uint32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
constexpr bool IsLowSurrogate(std::uint32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

void AppendUtf8(std::uint32_t code, std::string& out) {
  auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  auto continuation = [&put, code](unsigned shift) { put(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    continuation(0);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    continuation(6);
    continuation(0);
  } else {
    put(0xF0 | code >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

/// Removes one code point from the front of `utf8`. Nothing if it is malformed.
std::optional<std::uint32_t> TakeUtf8(std::string_view& utf8) {
  auto byte = [&utf8](std::size_t i) { return static_cast<std::uint8_t>(utf8[i]); };
  const std::uint8_t lead = byte(0);
  std::size_t length = 0;
  std::uint32_t code = 0;
  std::uint32_t least = 0;
  if (lead < 0x80) {
    length = 1, code = lead, least = 0;
  } else if ((lead & 0xE0) == 0xC0) {
    length = 2, code = lead & 0x1F, least = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    length = 3, code = lead & 0x0F, least = 0x800;
  } else if ((lead & 0xF8) == 0xF0) {
    length = 4, code = lead & 0x07, least = 0x10000;
  } else {
    return std::nullopt;
  }
  if (utf8.size() < length) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    code = code << 6 | (byte(i) & 0x3F);
  }
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
  utf8.remove_prefix(length);
  return code;
}

}  // namespace

std::optional<std::string> Utf16ToUtf8(ByteView utf16) {
  if (utf16.size() % 2 != 0) return std::nullopt;
  auto unit = [utf16](std::size_t at) {
    return static_cast<std::uint32_t>(utf16[at] | utf16[at + 1] << 8);
  };
  std::string out;
  for (std::size_t at = 0; at < utf16.size(); at += 2) {
    std::uint32_t code = unit(at);
    if (code == 0) break;
    if (IsLowSurrogate(code)) return std::nullopt;
    if (IsHighSurrogate(code)) {
      at += 2;
      if (at == utf16.size() || !IsLowSurrogate(unit(at))) return std::nullopt;
      code = 0x10000 + ((code - 0xD800) << 10) + (unit(at) - 0xDC00);
    }
    AppendUtf8(code, out);
  }
  return out;
}

std::optional<std::size_t> AppendUtf16(std::string_view utf8, Bytes& out) {
  const std::size_t start = out.size();
  auto put = [&out](std::uint32_t unit) {
    out.push_back(static_cast<std::uint8_t>(unit));
    out.push_back(static_cast<std::uint8_t>(unit >> 8));
  };
  while (!utf8.empty()) {
    const auto code = TakeUtf8(utf8);
    if (!code || *code == 0) {
      out.resize(start);
      return std::nullopt;
    }
    if (*code < 0x10000) {
      put(*code);
    } else {
      put(0xD800 + ((*code - 0x10000) >> 10));
      put(0xDC00 + ((*code - 0x10000) & 0x3FF));
    }
  }
  return out.size() - start;
}

}  // namespace mbnrig::mbim
