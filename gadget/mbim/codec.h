#pragma once

/// Decode and encode of information buffers, driven by the structures' descriptions (describe.h).
///
///     auto info = Decode<RadioStateInfo>(buffer);
///     if (!info) log(info.error().ToString());   // "HwRadioState: needs 4 bytes at 0, 2 remain"
///     Bytes wire = Encode(RadioStateInfo{RadioSwitch::kOn, RadioSwitch::kOff});
///
/// The templates are instantiated in the source file of each service (service_impl.h), for every
/// structure of its commands; all others include this header and link.

#include <string>
#include <variant>

#include "mbim/bytes.h"

namespace mbnrig::mbim {

/// Why a buffer was refused: the field, and what was expected of it.
struct DecodeError {
  std::string field;
  std::string reason;
  std::string ToString() const { return field + ": " + reason; }
};

/// A decoded structure, or the reason why there is not one.
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
  /// Only where the decode failed.
  const DecodeError& error() const { return std::get<DecodeError>(state_); }

 private:
  std::variant<T, DecodeError> state_;
};

/// Reads `buffer` as a T. Every offset, size and count is checked against the buffer before use;
/// nothing is allocated from a number that the buffer could not hold. docs/mbim.md lists what it
/// refuses, and what it accepts beyond the specification.
template <class T>
Decoded<T> Decode(ByteView buffer);

/// Writes `value` as an information buffer. Throws std::invalid_argument with the field's name if a
/// string is not valid UTF-8 or exceeds its limit: that is a mistake of the caller.
template <class T>
Bytes Encode(const T& value);

/// Whether a text shows PINs, passwords and keys, or "***" in their place.
enum class Secrets { kMasked, kShown };

/// "MBIM_RADIO_STATE_INFO { HwRadioState = 1, SwRadioState = 0 }"
template <class T>
std::string ToText(const T& value, Secrets secrets = Secrets::kMasked);

}  // namespace mbnrig::mbim
