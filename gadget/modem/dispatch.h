#pragma once

/// Which function carries out which command. DEVICE_SERVICES is answered from it.

#include <span>
#include <stdexcept>

#include "mbim/cid.h"
#include "mbim/codec.h"
#include "mbim/message.h"
#include "modem/state.h"

namespace mbnrig::modem {

using Handler = void (*)(Machine& machine, mbim::ByteView information, const Answer& answer);
/// The information buffer of a refused command, where its structure has a place for NwError.
using FailureInformation = mbim::Bytes (*)(Machine& machine, mbim::ByteView information,
                                           std::uint32_t nw_error);

/// One command of a service. On<> makes it from the command's constant.
struct Command {
  mbim::Uuid service;
  std::uint32_t cid = 0;
  Handler query = nullptr;  ///< null: the CID has no query
  Handler set = nullptr;    ///< null: the CID has no set
  FailureInformation failure = nullptr;
};

/// Whether every string of `value` keeps to the limits that the specification sets.
template <class T>
bool KeepsLimits(const T& value) {
  try {
    mbim::Encode(value);
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

/// A handler that reads the information buffer as a T before it calls kCarryOut. It answers
/// INVALID_PARAMETERS where the buffer is not a T.
template <class T, void (*kCarryOut)(Machine&, const T&, const Answer&)>
void Decoding(Machine& machine, mbim::ByteView information, const Answer& answer) {
  const auto request = mbim::Decode<T>(information);
  if (!request || !KeepsLimits(*request)) return answer(mbim::Status::kInvalidParameters);
  kCarryOut(machine, *request, answer);
}

/// The command `cid`, carried out by functions that take its structures:
///
///     On<QueryRadioState, SetRadioState>(mbim::kRadioState)
///
/// nullptr stands for a form that the command does not have.
template <auto kQuery, auto kSet = nullptr, mbim::AnyCid C>
constexpr Command On(const C& cid, FailureInformation failure = nullptr) {
  constexpr bool kHasQuery = !std::is_same_v<decltype(kQuery), std::nullptr_t>;
  constexpr bool kHasSet = !std::is_same_v<decltype(kSet), std::nullptr_t>;
  static_assert(kHasQuery == mbim::kIsForm<typename C::Query>);
  static_assert(kHasSet == mbim::kIsForm<typename C::Set>);
  Command command{cid.service, cid.number, nullptr, nullptr, failure};
  if constexpr (kHasQuery) command.query = &Decoding<typename C::Query, kQuery>;
  if constexpr (kHasSet) command.set = &Decoding<typename C::Set, kSet>;
  return command;
}

/// The commands of Basic Connect, by CID.
std::span<const Command> BasicConnectCommands();

/// Carries out a command. Unknown services, CIDs and types are answered with NO_DEVICE_SUPPORT,
/// information buffers that are not what the command takes with INVALID_PARAMETERS.
void Dispatch(Machine& machine, const mbim::CommandMessage& command, const Answer& answer);

/// What goes with a status that is not success for `command`; empty for most.
mbim::Bytes FailureInformationOf(Machine& machine, const mbim::CommandMessage& command,
                                 std::uint32_t nw_error);

}  // namespace mbnrig::modem
