#pragma once

/// Strings at the edge of the wire: UTF-16LE there, UTF-8 here.

#include <optional>
#include <string>
#include <string_view>

#include "mbim/bytes.h"

namespace mbnrig::mbim {

/// Reads UTF-16LE up to its end or its first NUL (modems pad and terminate strings; libmbim stops
/// there too). Nothing for an odd number of bytes or an unpaired surrogate.
std::optional<std::string> Utf16ToUtf8(ByteView utf16);

/// Appends `utf8` to `out` as UTF-16LE and returns the number of bytes appended. Nothing, and `out`
/// as it was, when `utf8` is not valid UTF-8 (overlong forms and surrogates included) or contains a
/// NUL.
std::optional<std::size_t> AppendUtf16(std::string_view utf8, Bytes& out);

}  // namespace mbnrig::mbim
