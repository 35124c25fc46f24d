#include "com/text.h"

#include <cstdint>
#include <limits>
#include <new>

#include "com/guard.h"

namespace mbnrig::com {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool IsScalar(char32_t c) {
  return c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF);
}

void AppendUtf8(char32_t c, std::string* out) {
  const auto put = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

void AppendWide(char32_t c, std::wstring* out) {
  if constexpr (sizeof(wchar_t) == 2) {
    if (c >= 0x10000) {
      out->push_back(static_cast<wchar_t>(0xD800 + ((c - 0x10000) >> 10)));
      out->push_back(static_cast<wchar_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
      return;
    }
  }
  out->push_back(static_cast<wchar_t>(c));
}

// The character at `*i`, which moves past it.
char32_t NextWide(std::wstring_view text, std::size_t* i) {
  const auto c = static_cast<char32_t>(text[(*i)++]);
  if constexpr (sizeof(wchar_t) == 2) {
    if (c >= 0xD800 && c < 0xDC00 && *i < text.size()) {
      const auto low = static_cast<char32_t>(text[*i]);
      if (low >= 0xDC00 && low < 0xE000) {
        ++*i;
        return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      }
    }
  }
  return IsScalar(c) ? c : kReplacement;
}

// The character at `*i`. Moves `*i` past it, or past the part of a malformed sequence that could
// have been valid (Unicode's "maximal subpart").
char32_t NextUtf8(std::string_view text, std::size_t* i) {
  const auto byte_at = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t lead = byte_at((*i)++);
  if (lead < 0x80) return lead;
  int continuations = 0;
  char32_t c = 0;
  std::uint8_t low = 0x80;   // bounds of the first continuation byte, which keep out overlong
  std::uint8_t high = 0xBF;  // forms, surrogates and numbers above U+10FFFF
  if (lead >= 0xC2 && lead <= 0xDF) {
    continuations = 1;
    c = lead & 0x1Fu;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    continuations = 2;
    c = lead & 0x0Fu;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    continuations = 3;
    c = lead & 0x07u;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return kReplacement;
  }
  for (; continuations > 0; --continuations) {
    if (*i == text.size() || byte_at(*i) < low || byte_at(*i) > high) return kReplacement;
    c = c << 6 | (byte_at((*i)++) & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  return c;
}

}  // namespace

std::string ToUtf8(std::wstring_view text) {
  std::string utf8;
  utf8.reserve(text.size());
  for (std::size_t i = 0; i < text.size();)
    AppendUtf8(NextWide(text, &i), &utf8);
  return utf8;
}

std::wstring FromUtf8(std::string_view text) {
  std::wstring wide;
  wide.reserve(text.size());
  for (std::size_t i = 0; i < text.size();)
    AppendWide(NextUtf8(text, &i), &wide);
  return wide;
}

HRESULT GiveBstr(std::wstring_view text, BSTR* out) noexcept {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  if (text.size() > std::numeric_limits<UINT>::max()) return E_OUTOFMEMORY;
  *out = SysAllocStringLen(text.data(), static_cast<UINT>(text.size()));
  return *out == nullptr ? E_OUTOFMEMORY : S_OK;
}

HRESULT GiveBstr(std::string_view utf8, BSTR* out) noexcept {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  return Guard([&] { return GiveBstr(FromUtf8(utf8), out); });
}

Bstr::Bstr(std::wstring_view text) {
  if (FAILED(GiveBstr(text, &text_))) throw std::bad_alloc();
}

Bstr::Bstr(std::string_view utf8) : Bstr(FromUtf8(utf8)) {}

}  // namespace mbnrig::com
