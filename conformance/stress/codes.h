#pragma once

/// Which codes a call may return in the stress test: those of its page in the catalogue, and those
/// that docs/semantics.md chose because no code of the page is true.

#include <cstdint>
#include <string>
#include <string_view>

#include "catalogue/catalogue.h"

namespace mbnrig::stress {

/// Whether the call may return `code`. E_FAIL of the profiles and codes for a lack of memory are
/// not allowed: here neither the disk nor memory fails. Thread-safe.
bool MayReturn(std::string_view api, std::uint32_t code);

/// Whether the event may carry `status`. Thread-safe.
bool MayCarry(std::string_view event, std::uint32_t status);

/// "IMbnConnection::Connect: E_HANDLE (0x80070006)".
std::string Result(std::string_view api, std::uint32_t code);

}  // namespace mbnrig::stress
