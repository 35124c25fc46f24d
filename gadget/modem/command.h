#pragma once

/// A command that a service carries out: its identity, from the command's constant, and the member
/// functions of the service that answer it.
///
///     On<&Radio::Current, &Radio::Set>(mbim::kRadioState)

#include <cstdint>
#include <stdexcept>
#include <type_traits>

#include "mbim/cid.h"
#include "modem/answer.h"
#include "modem/service.h"
#include "scenario/scenario.h"

namespace mbnrig::modem {

using Handler = void (*)(Service& service, mbim::ByteView information, const SendAnswer& send);
/// The information buffer of a set that is refused with `nw_error`: by a fault rule, or because it
/// breaks the encoding rules.
using FailureInformation = mbim::Bytes (*)(Service& service, mbim::ByteView information,
                                           std::uint32_t nw_error);

/// One command of a service. On<> makes it.
struct Command {
  mbim::CommandId id;
  Handler query = nullptr;               ///< null: the command has no query
  Handler set = nullptr;                 ///< null: the command has no set
  FailureInformation failure = nullptr;  ///< null: a refused set has an empty buffer
  bool indicates = false;                ///< whether the modem may send it as an indication
};

/// Whether a number from the wire is a value of its enumeration. `last` is the greatest value.
template <class E>
bool IsOneOf(E value, E last) {
  return static_cast<std::uint32_t>(value) <= static_cast<std::uint32_t>(last);
}

namespace command {

template <class M>
struct MemberOf;
template <class S, class F>
struct MemberOf<F S::*> {
  using Class = S;
};

/// Whether every string of `value` observes the limits of the specification.
template <class T>
bool KeepsLimits(const T& value) {
  try {
    mbim::Encode(value);
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

/// Calls the service's kMember, which is `R Member(std::uint32_t nw_error) const` or
/// `R Member(mbim::ByteView information, std::uint32_t nw_error) const`. The latter gets the set as
/// it came, which may break the encoding rules.
template <auto kMember, class R>
mbim::Bytes Failure(Service& service, mbim::ByteView information, std::uint32_t nw_error) {
  using S = typename MemberOf<decltype(kMember)>::Class;
  const S& self = static_cast<const S&>(service);
  if constexpr (std::is_invocable_r_v<R, decltype(kMember), const S&, std::uint32_t>) {
    return mbim::Encode<R>((self.*kMember)(nw_error));
  } else {
    return mbim::Encode<R>((self.*kMember)(information, nw_error));
  }
}

template <auto kMember>
inline constexpr bool kGiven = !std::is_same_v<decltype(kMember), std::nullptr_t>;

/// Whether refusals, too, carry the response R: it has an NwError (MBIM 1.0, section 9.4.5).
template <class R>
inline constexpr bool kCarriedByRefusals = requires(R response) {
  response.nw_error;
};

/// Reads the information buffer as a T and calls the service's kMember, which is one of
///     R Member() const
///     void Member(const Answer<R>& answer)
///     void Member(const T& request, const Answer<R>& answer)
/// Answers INVALID_PARAMETERS if the buffer is not a T; with the structure of kFailure, if MBIM has
/// one for refusals and the scenario does not want otherwise.
template <auto kMember, class T, class R, auto kFailure = nullptr>
void CarryOut(Service& service, mbim::ByteView information, const SendAnswer& send) {
  using S = typename MemberOf<decltype(kMember)>::Class;
  S& self = static_cast<S&>(service);
  const Answer<R> answer(send);
  const auto request = mbim::Decode<T>(information);
  if (!request || !KeepsLimits(*request)) {
    if constexpr (kGiven<kFailure> && kCarriedByRefusals<R>) {
      if (service.readings().malformed_set == scenario::MalformedSet::kStructure) {
        return send(mbim::Status::kInvalidParameters,
                    Failure<kFailure, R>(service, information, 0));
      }
    }
    return answer(mbim::Status::kInvalidParameters);
  }
  if constexpr (std::is_invocable_r_v<R, decltype(kMember), S&>) {
    answer((self.*kMember)());
  } else if constexpr (std::is_invocable_v<decltype(kMember), S&, const Answer<R>&>) {
    (self.*kMember)(answer);
  } else {
    (self.*kMember)(*request, answer);
  }
}

}  // namespace command

/// The command `cid`, answered by members of a service (see command::CarryOut). nullptr stands for
/// a form that the command does not have. kFailure makes the information buffer of a set that is
/// refused (see command::Failure).
template <auto kQuery, auto kSet = nullptr, auto kFailure = nullptr, mbim::AnyCid C>
constexpr Command On(const C& cid) {
  static_assert(command::kGiven<kQuery> == mbim::kIsForm<typename C::Query>);
  static_assert(command::kGiven<kSet> == mbim::kIsForm<typename C::Set>);
  using Response = typename C::Response;
  Command row{cid};
  row.indicates = mbim::kIsForm<typename C::Indication>;
  if constexpr (command::kGiven<kQuery>) {
    row.query = &command::CarryOut<kQuery, typename C::Query, Response>;
  }
  if constexpr (command::kGiven<kSet>) {
    row.set = &command::CarryOut<kSet, typename C::Set, Response, kFailure>;
  }
  if constexpr (command::kGiven<kFailure>) {
    row.failure = &command::Failure<kFailure, Response>;
  }
  return row;
}

}  // namespace mbnrig::modem
