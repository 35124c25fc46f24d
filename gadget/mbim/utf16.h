#pragma once

/// Converts strings between the wire (UTF-16LE) and the program (UTF-8).

#include <optional>
#include <string>
#include <string_view>

#include "mbim/bytes.h"

namespace mbnrig::mbim {

/// Reads UTF-16LE up to its end or its first NUL, as libmbim does: modems pad and terminate
/// strings. Nothing if the number of bytes is odd or a surrogate is unpaired.
std::optional<std::string> Utf16ToUtf8(ByteView utf16);

/// Appends `utf8` to `out` as UTF-16LE and returns the number of bytes appended. Returns nothing
/// and leaves `out` unchanged if `utf8` contains a NUL or is not valid UTF-8. Overlong forms and
/// surrogates are not valid.
std::optional<std::size_t> AppendUtf16(std::string_view utf8, Bytes& out);

}  // namespace mbnrig::mbim
