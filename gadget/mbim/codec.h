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

/// A decoded structure or the reason there is none.
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
/// nothing is allocated from a number that the buffer could not hold. What is refused and what is
/// taken although the specification would not: docs/mbim.md.
template <class T>
Decoded<T> Decode(ByteView buffer);

/// Writes `value` as an information buffer. Strings that are no valid UTF-8 or exceed their limit
/// throw std::invalid_argument with the field's name: that is the caller's mistake, not a peer's.
template <class T>
Bytes Encode(const T& value);

/// "MBIM_RADIO_STATE_INFO { HwRadioState = 1, SwRadioState = 0 }"
template <class T>
std::string ToText(const T& value);

}  // namespace mbnrig::mbim
