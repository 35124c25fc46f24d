#pragma once

/// Annotated bytes for tests: a message written down as a person reads it.
///
///     const Bytes message = FromText(R"(
///         02 00 00 00      | CLOSE
///         0c 00 00 00      | MessageLength
///         01 00 00 00      | TransactionId
///     )");
///
/// Hexadecimal pairs; `|` begins a comment; u"abc" is UTF-16LE; BASIC_CONNECT, SMS, INTERNET and
/// MMS stand for their UUIDs.

#include <string_view>

#include "mbim/bytes.h"

namespace mbnrig::mbim::testing {

/// Throws std::invalid_argument, naming the word it cannot read.
Bytes FromText(std::string_view text);

}  // namespace mbnrig::mbim::testing
