#pragma once

/// Text of the API: WCHAR strings (UTF-32 where wchar_t has 4 bytes, UTF-16 where it has 2) and
/// BSTRs. The code behind the API uses UTF-8.

#include <oleauto.h>
#include <winerror.h>

#include <string>
#include <string_view>
#include <utility>

namespace mbnrig::com {

/// Convert between UTF-8 and WCHAR. Lone surrogates, numbers above U+10FFFF and malformed UTF-8
/// become U+FFFD. Both throw std::bad_alloc.
std::string ToUtf8(std::wstring_view text);
std::wstring FromUtf8(std::string_view text);

/// The text of a BSTR, including any NULs; empty for NULL. Valid as long as the BSTR.
inline std::wstring_view View(BSTR text) {
  return text == nullptr ? std::wstring_view() : std::wstring_view(text, SysStringLen(text));
}

/// Copies `text` to a BSTR that the caller frees. Errors: E_POINTER, E_OUTOFMEMORY.
HRESULT GiveBstr(std::wstring_view text, BSTR* out) noexcept;
/// The same for a UTF-8 text.
HRESULT GiveBstr(std::string_view utf8, BSTR* out) noexcept;

/// Owns a BSTR.
class Bstr {
 public:
  Bstr() = default;
  /// A copy. Throws std::bad_alloc.
  explicit Bstr(std::wstring_view text);
  explicit Bstr(std::string_view utf8);
  /// Takes over a BSTR.
  static Bstr Own(BSTR text) {
    Bstr owner;
    owner.text_ = text;
    return owner;
  }
  Bstr(Bstr&& other) noexcept : text_(std::exchange(other.text_, nullptr)) {}
  Bstr& operator=(Bstr&& other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }
  ~Bstr() { SysFreeString(text_); }

  BSTR get() const { return text_; }
  /// Hands the BSTR to a new owner.
  BSTR release() { return std::exchange(text_, nullptr); }
  /// For a getter that writes a BSTR here. Frees the one that was held.
  BSTR* put() {
    SysFreeString(release());
    return &text_;
  }
  std::wstring_view view() const { return View(text_); }

 private:
  BSTR text_ = nullptr;
};

}  // namespace mbnrig::com
