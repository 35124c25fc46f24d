#pragma once

/// The pages of the reference and the codes that each documents. Code that returns a code that is
/// not on the method's page does not compile:
///
///   using Code = PageCode<pages::kIMbnConnection_Disconnect>;
///   Code NothingToEnd() { return HRESULT_FROM_WIN32(ERROR_NOT_FOUND); }
///   Code Busy() { return E_MBN_DEVICE_BUSY; }  // error: the page does not have this code

#include <mbnapi.h>
#include <winerror.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "mbn/api/event_id.h"

namespace mbnrig::mbn {

/// One page: a method with the codes that it returns, or an event with the codes of its status.
class Page {
 public:
  constexpr Page(std::string_view name, bool others, std::span<const HRESULT> codes)
      : name_(name), others_(others), codes_(codes) {}

  /// "IMbnConnection::Connect".
  constexpr std::string_view name() const { return name_; }
  constexpr std::span<const HRESULT> codes() const { return codes_; }

  /// Whether the page documents `code`, by name or as "any other failure".
  constexpr bool Documents(HRESULT code) const {
    return std::find(codes_.begin(), codes_.end(), code) != codes_.end() || (others_ && code < 0);
  }
  /// Whether the call may return `code`: the page documents it, or departures.h lists it.
  constexpr bool Allows(HRESULT code) const;

  /// The code for a failure that the page does not document: the page's most general failure, or
  /// E_FAIL if it has none.
  constexpr HRESULT fallback() const {
    for (const HRESULT code : {E_MBN_FAILURE, HRESULT_FROM_WIN32(ERROR_READ_FAULT),
                               HRESULT_FROM_WIN32(ERROR_WRITE_FAULT)}) {
      if (Documents(code)) return code;
    }
    return E_FAIL;
  }
  /// `code` if the page documents it, otherwise fallback().
  constexpr HRESULT Nearest(HRESULT code) const { return Documents(code) ? code : fallback(); }

 private:
  std::string_view name_;
  bool others_;
  std::span<const HRESULT> codes_;
};

/// pages::kIMbnConnection_Connect, pages::kIMbnConnectionEvents_OnConnectComplete, ...
namespace pages {

template <HRESULT... codes>
inline constexpr std::array<HRESULT, sizeof...(codes)> kCodes{codes...};

#define MBN_CODES(...) __VA_ARGS__
#define MBN_PAGE(interface_name, name, others, codes)                                  \
  inline constexpr Page k##interface_name##_##name{#interface_name "::" #name, others, \
                                                   kCodes<MBN_CODES codes>};
#include "include/reference/mbnapi_returns.inc"
#undef MBN_PAGE
#undef MBN_CODES

}  // namespace pages

/// The page of an event. The page has no codes if the reference has no page for the event.
const Page& PageOf(EventId event);

}  // namespace mbnrig::mbn

#include "mbn/api/departures.h"

namespace mbnrig::mbn {

constexpr bool Page::Allows(HRESULT code) const {
  return Documents(code) || IsDeparture(name_, code);
}

/// Returns `code` if `page` allows it, or if it is one of COM's own codes, which every method may
/// return: E_POINTER, E_OUTOFMEMORY, E_UNEXPECTED, E_NOTIMPL. Otherwise logs a warning and returns
/// the page's fallback. Thread-safe.
HRESULT CheckedCode(const Page& page, HRESULT code);

/// A code that `kPage` allows. The compiler checks it.
template <const Page& kPage>
class PageCode {
 public:
  /// Does not compile for a code that the page does not allow.
  // NOLINTNEXTLINE(google-explicit-constructor): `return E_HANDLE;`
  consteval PageCode(HRESULT code) : code_(code) {
    if (!kPage.Allows(code)) ThePageDoesNotHaveThisCode();
  }
  /// For codes that are known only when the program runs: see CheckedCode.
  static PageCode Checked(HRESULT code) { return PageCode(CheckedCode(kPage, code), 0); }

  // NOLINTNEXTLINE(google-explicit-constructor): it is an HRESULT
  constexpr operator HRESULT() const { return code_; }

 private:
  PageCode(HRESULT code, int /*checked*/) : code_(code) {}
  // Not constexpr, so that the compiler refuses the code and prints this name.
  static void ThePageDoesNotHaveThisCode() {}

  HRESULT code_;
};

}  // namespace mbnrig::mbn
