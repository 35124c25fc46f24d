// GUIDs: making them and their text form, "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}".
#include <objbase.h>

#include <cstring>
#include <cwchar>
#include <random>

#include "com/guard.h"

namespace {

constexpr wchar_t kForm[] = L"{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
constexpr std::size_t kLength = sizeof(kForm) / sizeof(wchar_t) - 1;
constexpr wchar_t kDigits[] = L"0123456789ABCDEF";

// The 16 bytes in the order of the text form: the first three fields are written high byte first.
struct TextOrder {
  std::uint8_t bytes[16];
};

TextOrder ToTextOrder(const GUID& guid) {
  TextOrder text{};
  for (int i = 0; i < 4; ++i)
    text.bytes[i] = static_cast<std::uint8_t>(guid.Data1 >> (24 - 8 * i));
  for (int i = 0; i < 2; ++i) {
    text.bytes[4 + i] = static_cast<std::uint8_t>(guid.Data2 >> (8 - 8 * i));
    text.bytes[6 + i] = static_cast<std::uint8_t>(guid.Data3 >> (8 - 8 * i));
  }
  std::memcpy(text.bytes + 8, guid.Data4, sizeof(guid.Data4));
  return text;
}

GUID FromTextOrder(const TextOrder& text) {
  GUID guid{};
  for (int i = 0; i < 4; ++i)
    guid.Data1 = guid.Data1 << 8 | text.bytes[i];
  guid.Data2 = static_cast<std::uint16_t>(text.bytes[4] << 8 | text.bytes[5]);
  guid.Data3 = static_cast<std::uint16_t>(text.bytes[6] << 8 | text.bytes[7]);
  std::memcpy(guid.Data4, text.bytes + 8, sizeof(guid.Data4));
  return guid;
}

int DigitValue(wchar_t digit) {
  if (digit >= L'0' && digit <= L'9') return digit - L'0';
  if (digit >= L'a' && digit <= L'f') return digit - L'a' + 10;
  if (digit >= L'A' && digit <= L'F') return digit - L'A' + 10;
  return -1;
}

bool Parse(LPCOLESTR string, GUID* guid) {
  TextOrder text{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < kLength; ++i) {
    if (kForm[i] != L'x') {
      if (string[i] != kForm[i]) return false;
      continue;
    }
    const int value = DigitValue(string[i]);
    if (value < 0) return false;
    std::uint8_t& byte = text.bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
  }
  if (string[kLength] != L'\0') return false;
  *guid = FromTextOrder(text);
  return true;
}

HRESULT FromString(LPCOLESTR string, GUID* guid, HRESULT malformed) {
  if (guid == nullptr) return E_INVALIDARG;
  *guid = {};
  return string == nullptr || Parse(string, guid) ? S_OK : malformed;
}

}  // namespace

HRESULT CoCreateGuid(GUID* pguid) {
  if (pguid == nullptr) return E_INVALIDARG;
  return mbnrig::com::Guard([&] {
    std::random_device random;
    std::uniform_int_distribution<unsigned> byte(0, 255);
    TextOrder text{};
    for (std::uint8_t& b : text.bytes)
      b = static_cast<std::uint8_t>(byte(random));
    text.bytes[6] = static_cast<std::uint8_t>((text.bytes[6] & 0x0F) | 0x40);  // version 4
    text.bytes[8] = static_cast<std::uint8_t>((text.bytes[8] & 0x3F) | 0x80);  // RFC 4122 variant
    *pguid = FromTextOrder(text);
    return S_OK;
  });
}

INT StringFromGUID2(REFGUID rguid, LPOLESTR lpsz, INT cchMax) {
  if (lpsz == nullptr || cchMax < static_cast<INT>(kLength + 1)) return 0;
  const TextOrder text = ToTextOrder(rguid);
  std::wmemcpy(lpsz, kForm, kLength + 1);
  std::size_t digits = 0;
  for (std::size_t i = 0; i < kLength; ++i) {
    if (kForm[i] != L'x') continue;
    const std::uint8_t byte = text.bytes[digits / 2];
    lpsz[i] = kDigits[digits % 2 == 0 ? byte >> 4 : byte & 0x0F];
    ++digits;
  }
  return static_cast<INT>(kLength + 1);
}

HRESULT CLSIDFromString(LPCOLESTR lpsz, LPCLSID pclsid) {
  return FromString(lpsz, pclsid, CO_E_CLASSSTRING);
}

HRESULT IIDFromString(LPCOLESTR lpsz, LPIID lpiid) {
  return FromString(lpsz, lpiid, CO_E_IIDSTRING);
}
