#pragma once

/// The structures that a function has by level: given to a client, read from a client, enumerated.
///
/// For each structure that clients get there is a
///   void Fill(Structure& to, const View& view, Tail& tail);
/// and for each structure that clients pass there is a
///   void Read(const Structure& from, Request& request);
/// in the namespace of the view or request, where the templates find it.

#include <mprerror.h>
#include <windef.h>
#include <winerror.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "com/text.h"
#include "rras/admin/buffers.h"

namespace mbnrig::rras {

/// The structures of levels 0, 1, ...: Levels<RAS_PORT_0, RAS_PORT_1>.
template <class... Structures>
struct Levels {
  static constexpr bool Has(DWORD level) { return level < sizeof...(Structures); }
  static constexpr std::size_t SizeOf(DWORD level) {
    constexpr std::size_t kSizes[] = {sizeof(Structures)...};
    return kSizes[level];
  }
  /// Calls `visitor` with the std::type_identity of a level's structure. Does nothing for a level
  /// that there is not.
  template <class Visitor>
  static void Visit(DWORD level, Visitor&& visitor) {
    DWORD index = 0;
    ((index++ == level ? visitor(std::type_identity<Structures>()) : void()), ...);
  }
};

/// A buffer for the client with one structure of `level` for each view. Throws std::bad_alloc.
template <class L, class View>
LPBYTE Give(DWORD level, std::span<const View> views) {
  Buffer buffer(views.size(), L::SizeOf(level));
  L::Visit(level, [&]<class Structure>(std::type_identity<Structure>) {
    auto* to = reinterpret_cast<Structure*>(buffer.data());
    for (const View& view : views)
      Fill(*to++, view, buffer.tail());
  });
  return std::move(buffer).Release();
}

/// The request in a client's structure of `level`, which may stand at any address. Throws
/// std::bad_alloc.
template <class L, class Request>
Request Take(DWORD level, const BYTE* bytes) {
  Request request;
  L::Visit(level, [&]<class Structure>(std::type_identity<Structure>) {
    Structure from;
    std::memcpy(&from, bytes, sizeof from);
    Read(from, request);
  });
  return request;
}

/// The arguments that every enumeration has.
struct Enumeration {
  DWORD level;
  LPBYTE* buffer;
  DWORD preferred_length;  ///< in bytes; -1: no limit
  LPDWORD read, total;
  LPDWORD resume;  ///< may be NULL: enumerate from the first one
};

/// Gives the client as many views as the preferred length holds, but at least one if there is one,
/// so that a client that goes on while there is more reaches the end. NO_ERROR, or ERROR_MORE_DATA
/// if views remain. Views ascend by handle. A resume handle is the handle of the last view given,
/// so that views may come and go between two calls. It is 0 only when no view remains. Throws
/// std::bad_alloc.
template <class L, class View>
DWORD Enumerate(std::span<const View> views, const Enumeration& asked) {
  const DWORD after = asked.resume != nullptr ? *asked.resume : 0;
  const auto first = std::find_if(views.begin(), views.end(),
                                  [&](const View& view) { return view.handle > after; });
  const auto remaining = static_cast<std::size_t>(views.end() - first);
  const std::size_t capacity =
      std::max<std::size_t>(1, asked.preferred_length / L::SizeOf(asked.level));
  const auto given = views.last(remaining).first(std::min(remaining, capacity));
  *asked.buffer = Give<L>(asked.level, given);
  *asked.read = static_cast<DWORD>(given.size());
  *asked.total = static_cast<DWORD>(remaining);
  const bool all = given.size() == remaining;
  if (asked.resume != nullptr) *asked.resume = all ? 0 : static_cast<DWORD>(given.back().handle);
  return all ? NO_ERROR : ERROR_MORE_DATA;
}

/// Copies as much of a text as an array holds, and terminates it. Throws std::bad_alloc.
template <std::size_t N>
void CopyText(WCHAR (&to)[N], std::string_view utf8) {
  const std::wstring text = com::FromUtf8(utf8);
  const std::size_t length = std::min(text.size(), N - 1);
  std::copy_n(text.begin(), length, to);
  to[length] = L'\0';
}

/// The text in an array, which need not be terminated. Throws std::bad_alloc.
template <std::size_t N>
std::string Text(const WCHAR (&array)[N]) {
  return com::ToUtf8({array, static_cast<std::size_t>(std::find(array, array + N, L'\0') - array)});
}

}  // namespace mbnrig::rras
