#pragma once

/// Decodes and encodes information buffers as the structures' descriptions say (describe.h).
///
///     auto info = Decode<RadioStateInfo>(buffer);
///     if (!info) log(info.error().ToString());   // "HwRadioState: needs 4 bytes at 0, 2 remain"
///     Bytes wire = Encode(RadioStateInfo{RadioSwitch::kOn, RadioSwitch::kOff});
///
/// The source file of each service instantiates the templates for every structure of its commands
/// (service_impl.h). All other files only include this header.
///
/// All functions are thread-safe.

#include <string>
#include <variant>

#include "mbim/bytes.h"

namespace mbnrig::mbim {

/// Why a buffer was refused: the field, and what is wrong with it.
struct DecodeError {
  std::string field;
  std::string reason;
  std::string ToString() const { return field + ": " + reason; }
};

/// A decoded structure or the error.
template <class T>
class Decoded {
 public:
  Decoded(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Decoded(DecodeError error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  const T& operator*() const { return std::get<T>(state_); }
  T& operator*() { return std::get<T>(state_); }
  const T* operator->() const { return &std::get<T>(state_); }
  T* operator->() { return &std::get<T>(state_); }
  /// Call this only if the decode failed.
  const DecodeError& error() const { return std::get<DecodeError>(state_); }

 private:
  std::variant<T, DecodeError> state_;
};

/// Reads `buffer` as a T. Checks every offset, size and count against the buffer before use, and
/// allocates no memory for a count that the buffer cannot hold. docs/mbim.md lists what Decode
/// refuses, and what it accepts beyond the specification.
template <class T>
Decoded<T> Decode(ByteView buffer);

/// Writes `value` as an information buffer. Throws std::invalid_argument with the field's name if a
/// string is not valid UTF-8 or exceeds its limit, because that is a mistake of the caller.
template <class T>
Bytes Encode(const T& value);

/// Whether a text shows PINs, passwords and keys, or "***" instead of them.
enum class Secrets { kMasked, kShown };

/// The structure as one line: "MBIM_RADIO_STATE_INFO { HwRadioState = 1, SwRadioState = 0 }".
template <class T>
std::string ToText(const T& value, Secrets secrets = Secrets::kMasked);

}  // namespace mbnrig::mbim
