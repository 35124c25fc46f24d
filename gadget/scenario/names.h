#pragma once

/// The words for MBIM's numbers, in scenarios and on the control socket. Each enumeration has one
/// table of words; reading, printing and error messages use it. Words are written with '-'; case,
/// and '_' instead of '-', make no difference.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "fault/rule.h"
#include "scenario/scenario.h"

namespace mbnrig::scenario {

/// One word for one value.
template <class E>
struct Named {
  std::string_view name;
  E value;
};

/// The words of enumeration E.
template <class E>
std::span<const Named<E>> Names() = delete;
template <>
std::span<const Named<UsbSpeed>> Names<UsbSpeed>();
template <>
std::span<const Named<mbim::NtbFormat>> Names<mbim::NtbFormat>();
template <>
std::span<const Named<mbim::ReadyState>> Names<mbim::ReadyState>();
template <>
std::span<const Named<mbim::RadioSwitch>> Names<mbim::RadioSwitch>();
template <>
std::span<const Named<mbim::DeviceType>> Names<mbim::DeviceType>();
template <>
std::span<const Named<mbim::CellularClass>> Names<mbim::CellularClass>();
template <>
std::span<const Named<mbim::VoiceClass>> Names<mbim::VoiceClass>();
template <>
std::span<const Named<mbim::SimClass>> Names<mbim::SimClass>();
template <>
std::span<const Named<mbim::PinType>> Names<mbim::PinType>();
template <>
std::span<const Named<mbim::PinMode>> Names<mbim::PinMode>();
template <>
std::span<const Named<mbim::PinFormat>> Names<mbim::PinFormat>();
template <>
std::span<const Named<mbim::PinOperation>> Names<mbim::PinOperation>();
template <>
std::span<const Named<mbim::PinState>> Names<mbim::PinState>();
template <>
std::span<const Named<mbim::VisibleProvidersAction>> Names<mbim::VisibleProvidersAction>();
template <>
std::span<const Named<mbim::RegisterState>> Names<mbim::RegisterState>();
template <>
std::span<const Named<mbim::RegisterMode>> Names<mbim::RegisterMode>();
template <>
std::span<const Named<mbim::RegisterAction>> Names<mbim::RegisterAction>();
template <>
std::span<const Named<mbim::PacketServiceState>> Names<mbim::PacketServiceState>();
template <>
std::span<const Named<mbim::PacketServiceAction>> Names<mbim::PacketServiceAction>();
template <>
std::span<const Named<mbim::ActivationCommand>> Names<mbim::ActivationCommand>();
template <>
std::span<const Named<mbim::ActivationState>> Names<mbim::ActivationState>();
template <>
std::span<const Named<mbim::VoiceCallState>> Names<mbim::VoiceCallState>();
template <>
std::span<const Named<mbim::Compression>> Names<mbim::Compression>();
template <>
std::span<const Named<mbim::AuthProtocol>> Names<mbim::AuthProtocol>();
template <>
std::span<const Named<mbim::IpType>> Names<mbim::IpType>();
template <>
std::span<const Named<mbim::EmergencyMode>> Names<mbim::EmergencyMode>();
template <>
std::span<const Named<mbim::CommandType>> Names<mbim::CommandType>();
template <>
std::span<const Named<mbim::ProtocolError>> Names<mbim::ProtocolError>();
template <>
std::span<const Named<mbim::Uuid>> Names<mbim::Uuid>();
template <>
std::span<const Named<DataNetwork>> Names<DataNetwork>();
template <>
std::span<const Named<InactiveContext>> Names<InactiveContext>();
template <>
std::span<const Named<MalformedSet>> Names<MalformedSet>();
template <>
std::span<const Named<fault::Seam>> Names<fault::Seam>();
template <>
std::span<const Named<fault::Action>> Names<fault::Action>();

/// Words for the bits of masks.
std::span<const Named<std::uint32_t>> DataClassNames();
std::span<const Named<std::uint32_t>> SmsCapsNames();
std::span<const Named<std::uint32_t>> ControlCapsNames();
std::span<const Named<std::uint32_t>> ProviderStateNames();

/// Words for bRequest of the class requests of an MBIM function (USB CDC 1.2, NCM 1.0).
std::span<const Named<std::uint8_t>> ClassRequestNames();

/// Whether two words are equal; case, and '_' instead of '-', make no difference.
bool SameWord(std::string_view a, std::string_view b);

/// A word as the name of a key: keys are written with '_'.
std::string KeyName(std::string word);

/// Whether enumeration E has words.
template <class E>
concept HasNames = requires {
  Names<E>();
};

/// The value that `word` stands for. Nothing if the table does not have the word.
template <class E>
std::optional<E> FromName(std::span<const Named<E>> names, std::string_view word) {
  for (const Named<E>& named : names) {
    if (SameWord(named.name, word)) return named.value;
  }
  return std::nullopt;
}

/// The word for `value`. If it has none, its number, or the text of a UUID.
template <class E>
std::string ToName(std::span<const Named<E>> names, E value) {
  for (const Named<E>& named : names) {
    if (named.value == value) return std::string(named.name);
  }
  if constexpr (std::is_same_v<E, mbim::Uuid>) {
    return mbim::ToString(value);
  } else {
    return std::to_string(static_cast<std::uint32_t>(value));
  }
}
template <class E>
std::string ToName(E value) {
  return ToName(Names<E>(), value);
}

/// The words for the bits that are set, lowest first; bits without a word as a number.
std::vector<std::string> ToNames(std::span<const Named<std::uint32_t>> names, std::uint32_t mask);

/// "a, b, c"
std::string Joined(const std::vector<std::string>& words);
template <class E>
std::vector<std::string> AllNames(std::span<const Named<E>> names) {
  std::vector<std::string> all;
  for (const Named<E>& named : names)
    all.emplace_back(named.name);
  return all;
}

/// The candidate that needs the fewest edits (insert, delete, replace, swap neighbours) to become
/// `word`; the first of equals. Empty if no candidate is near enough that `word` may stand for it.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

/// The end of an error message about a word that is not one of `candidates`. If `what` is "valid
/// key", for example: ", nearest valid key is 'x'". If no candidate is near, lists all of them.
std::string Offer(std::string_view word, const std::vector<std::string>& candidates,
                  std::string_view what = "");

}  // namespace mbnrig::scenario
