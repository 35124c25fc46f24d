// BSTRs: [length in bytes, 4 bytes][text][terminator]. The block starts 8 bytes before the text, so
// that wide characters are aligned. The length is in the last 4 of these bytes, as on 64-bit
// Windows.
#include <oleauto.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <limits>

namespace {

constexpr std::size_t kTextPrefix = 8;
constexpr std::size_t kLengthField = sizeof(std::uint32_t);

char* BlockOf(BSTR text) {
  return reinterpret_cast<char*>(text) - kTextPrefix;
}

// A BSTR of `bytes` zeroed bytes and a terminator.
BSTR Allocate(std::size_t bytes) {
  if (bytes > std::numeric_limits<std::uint32_t>::max()) return nullptr;
  // Space for a terminator, also when `bytes` is not a multiple of the size of a character.
  char* block = static_cast<char*>(std::calloc(1, kTextPrefix + bytes + 2 * sizeof(OLECHAR) - 1));
  if (block == nullptr) return nullptr;
  const auto length = static_cast<std::uint32_t>(bytes);
  std::memcpy(block + kTextPrefix - kLengthField, &length, kLengthField);
  return reinterpret_cast<BSTR>(block + kTextPrefix);
}

}  // namespace

BSTR SysAllocStringLen(const OLECHAR* strIn, UINT ui) {
  BSTR text = Allocate(std::size_t{ui} * sizeof(OLECHAR));
  if (text != nullptr && strIn != nullptr && ui != 0) {
    std::memcpy(text, strIn, std::size_t{ui} * sizeof(OLECHAR));
  }
  return text;
}

BSTR SysAllocString(const OLECHAR* psz) {
  if (psz == nullptr) return nullptr;
  const std::size_t length = std::wcslen(psz);
  if (length > std::numeric_limits<UINT>::max()) return nullptr;
  return SysAllocStringLen(psz, static_cast<UINT>(length));
}

BSTR SysAllocStringByteLen(LPCSTR psz, UINT len) {
  BSTR text = Allocate(len);
  if (text != nullptr && psz != nullptr && len != 0) std::memcpy(text, psz, len);
  return text;
}

INT SysReAllocString(BSTR* pbstr, const OLECHAR* psz) {
  if (pbstr == nullptr) return FALSE;
  BSTR text = SysAllocString(psz);
  if (text == nullptr && psz != nullptr) return FALSE;
  SysFreeString(*pbstr);
  *pbstr = text;
  return TRUE;
}

INT SysReAllocStringLen(BSTR* pbstr, const OLECHAR* psz, UINT len) {
  if (pbstr == nullptr) return FALSE;
  // The new text is made first: `psz` may lie inside the old string.
  BSTR text = SysAllocStringLen(psz, len);
  if (text == nullptr) return FALSE;
  SysFreeString(*pbstr);
  *pbstr = text;
  return TRUE;
}

void SysFreeString(BSTR bstrString) {
  if (bstrString != nullptr) std::free(BlockOf(bstrString));
}

UINT SysStringByteLen(BSTR bstr) {
  if (bstr == nullptr) return 0;
  std::uint32_t length = 0;
  std::memcpy(&length, BlockOf(bstr) + kTextPrefix - kLengthField, kLengthField);
  return length;
}

UINT SysStringLen(BSTR pbstr) {
  return SysStringByteLen(pbstr) / UINT{sizeof(OLECHAR)};
}
