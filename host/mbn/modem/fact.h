#pragma once

/// The things that the service may know about a modem are a table of facts (facts.cpp). A row says
/// where the fact is in ModemState, how to ask the modem for it, what an answer means, and which
/// events report a change. A new fact is a member of ModemState and a row:
///
///     FactOf<&ModemState::radio>(mbim::kRadioState,
///                                Tells<EventId::kIMbnRadioEvents_OnRadioStateChange>{})

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mbim/cid.h"
#include "mbim/codec.h"
#include "mbn/api/event_id.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// The change that follows from a message of the modem. Empty: no change.
using StateChange = std::function<void(ModemState&)>;

/// What a new SUBSCRIBER_READY_STATUS says about the SIM.
struct SimChange {
  bool another = false;    ///< it is a different SIM
  bool is_ready = false;   ///< no SIM trouble now
  bool was_ready = false;  ///< no SIM trouble before
};

/// The COM object that an event is about.
enum class Subject { kInterface, kConnection };

/// One event that a fact may cause.
struct News {
  EventId which{};
  Subject subject = Subject::kInterface;
  /// Whether the event reports the change from `before` to `after`.
  bool (*differs)(const ModemState& before, const ModemState& after) = nullptr;
  /// Whether a delayed event still makes sense in the present state `now`.
  bool (*sayable)(const ModemState& now) = nullptr;
};

/// What follows from a refused query.
struct Refused {
  StateChange change = nullptr;
  /// The question is asked again after a while. False if the refusal answers it, or if the modem
  /// does not have the command.
  bool ask_again = true;
};

/// One row. After the modem has been opened, facts with `asked_first` are asked before the others.
struct Fact {
  static constexpr std::size_t kMostNews = 3;

  mbim::CommandId cid;
  std::string_view name;   ///< of the structure, "MBIM_RADIO_STATE_INFO"
  bool indicated = false;  ///< the modem sends indications of it
  bool asked_first = false;
  mbim::Bytes (*query)() = nullptr;  ///< the information buffer of the query
  mbim::Decoded<StateChange> (*read)(mbim::ByteView payload) = nullptr;
  Refused (*refused)(mbim::Status status) = nullptr;
  /// Whether a modem that refuses any command with `status` contradicts what `state` has. The fact
  /// is then in doubt: operations do not rely on it, and the modem is asked. Null: no status does.
  bool (*denied)(const ModemState& state, mbim::Status status) = nullptr;
  bool (*known)(const ModemState& state) = nullptr;
  /// Forgets answers that belong to another SIM, or to a modem without a SIM. Null: the fact does
  /// not depend on the SIM.
  void (*follow_sim)(ModemState& state, const SimChange& sim) = nullptr;
  std::array<News, kMostNews> news{};
  std::size_t news_count = 0;

  // Convert the fact to a value that leaves the process, and back (seam.h).
  std::optional<mbim::Bytes> (*write)(const ModemState& state) = nullptr;  ///< empty: no value
  std::optional<mbim::Status> (*refusal)(const ModemState& state) = nullptr;
  /// False if `payload` cannot be read.
  bool (*restore)(ModemState& state, mbim::ByteView payload) = nullptr;
  void (*restore_refusal)(ModemState& state, mbim::Status status) = nullptr;
};

/// Whether a modem that refuses a query with `status` does not have the command at all. A question
/// that was refused in any other way is asked again.
constexpr bool IsFinal(mbim::Status status) {
  return status == mbim::Status::kNoDeviceSupport ||
         status == mbim::Status::kInvalidDeviceServiceOperation;
}

// --- options of a row ----------------------------------------------------------------------------

/// The modem is asked for this fact before others.
struct AskedFirst {
  template <auto kMember>
  constexpr void Into(Fact& fact) const {
    fact.asked_first = true;
  }
};

/// Replaces the way in which answers and indications are read.
struct Reads {
  decltype(Fact::read) read;
  template <auto kMember>
  constexpr void Into(Fact& fact) const {
    fact.read = read;
  }
};

/// Replaces the way in which refusals are handled.
struct Refuses {
  decltype(Fact::refused) refused;
  template <auto kMember>
  constexpr void Into(Fact& fact) const {
    fact.refused = refused;
  }
};

/// The statuses that contradict the fact, see Fact::denied.
struct DeniedIf {
  decltype(Fact::denied) denied;
  template <auto kMember>
  constexpr void Into(Fact& fact) const {
    fact.denied = denied;
  }
};

/// Replaces the way in which the fact follows the SIM.
struct FollowsSim {
  decltype(Fact::follow_sim) follow_sim;
  template <auto kMember>
  constexpr void Into(Fact& fact) const {
    fact.follow_sim = follow_sim;
  }
};

namespace fact {

template <class T>
struct MemberValue;
template <class T>
struct MemberValue<std::optional<T> ModemState::*> {
  using Type = T;
  static constexpr bool kKeepsRefusals = false;
};
template <class T>
struct MemberValue<Answer<T> ModemState::*> {
  using Type = T;
  static constexpr bool kKeepsRefusals = true;
};

template <auto kMember>
bool Known(const ModemState& state) {
  if constexpr (MemberValue<decltype(kMember)>::kKeepsRefusals)
    return (state.*kMember).known();
  else
    return (state.*kMember).has_value();
}

template <auto kMember>
bool Differs(const ModemState& before, const ModemState& after) {
  return Known<kMember>(after) && before.*kMember != after.*kMember;
}

}  // namespace fact

/// Sends the event whenever the fact becomes known or changes.
template <EventId kWhich>
struct Tells {
  template <auto kMember>
  constexpr void Into(Fact& fact) const {
    fact.news[fact.news_count++] = {kWhich, Subject::kInterface, fact::Differs<kMember>,
                                    fact::Known<kMember>};
  }
};

/// Sends the event if `differs` returns true.
template <EventId kWhich>
struct TellsIf {
  bool (*differs)(const ModemState& before, const ModemState& after);
  template <auto kMember>
  constexpr void Into(Fact& fact) const {
    fact.news[fact.news_count++] = {kWhich, Subject::kInterface, differs, fact::Known<kMember>};
  }
};

/// The same for an event of the connection, which is sent only while the connection is listed.
template <EventId kWhich>
struct ConnectionTells {
  bool (*differs)(const ModemState& before, const ModemState& after);
  bool (*sayable)(const ModemState& now);
  template <auto kMember>
  constexpr void Into(Fact& fact) const {
    fact.news[fact.news_count++] = {kWhich, Subject::kConnection, differs, sayable};
  }
};

/// The row of a fact: `kMember` keeps the modem's answer to a query of `cid`. A member of type
/// Answer also keeps refusals, until the SIM changes.
template <auto kMember, mbim::AnyCid C, class... More>
constexpr Fact FactOf(const C& cid, const More&... more) {
  using Member = fact::MemberValue<decltype(kMember)>;
  using Value = typename Member::Type;
  static_assert(std::is_same_v<Value, typename C::Response>);
  Fact fact;
  fact.cid = cid;
  fact.name = Value::kName;
  fact.indicated = mbim::kIsForm<typename C::Indication>;
  fact.query = [] { return mbim::Encode(typename C::Query{}); };
  fact.read = [](mbim::ByteView payload) -> mbim::Decoded<StateChange> {
    auto value = mbim::Decode<Value>(payload);
    if (!value) return value.error();
    return StateChange([value = std::move(*value)](ModemState& state) {
      if constexpr (Member::kKeepsRefusals)
        state.*kMember = {value, std::nullopt};
      else
        state.*kMember = value;
    });
  };
  fact.known = fact::Known<kMember>;
  fact.write = [](const ModemState& state) -> std::optional<mbim::Bytes> {
    if constexpr (Member::kKeepsRefusals) {
      if ((state.*kMember).value) return mbim::Encode(*(state.*kMember).value);
    } else {
      if (state.*kMember) return mbim::Encode(*(state.*kMember));
    }
    return std::nullopt;
  };
  fact.restore = [](ModemState& state, mbim::ByteView payload) {
    auto value = mbim::Decode<Value>(payload);
    if (!value) return false;
    if constexpr (Member::kKeepsRefusals)
      state.*kMember = {std::move(*value), std::nullopt};
    else
      state.*kMember = std::move(*value);
    return true;
  };
  if constexpr (Member::kKeepsRefusals) {
    fact.refused = [](mbim::Status status) -> Refused {
      if (status == mbim::Status::kBusy || status == mbim::Status::kNotInitialized) return {};
      return {.change =
                  [status](ModemState& state) {
                    state.*kMember = {std::nullopt, status};
                  },
              .ask_again = !IsFinal(status)};
    };
    fact.follow_sim = [](ModemState& state, const SimChange& sim) {
      if (sim.another || ((state.*kMember).refusal && sim.is_ready)) state.*kMember = {};
    };
    fact.refusal = [](const ModemState& state) { return (state.*kMember).refusal; };
    fact.restore_refusal = [](ModemState& state, mbim::Status status) {
      state.*kMember = {std::nullopt, status};
    };
  } else {
    fact.refused = [](mbim::Status status) { return Refused{.ask_again = !IsFinal(status)}; };
  }
  (more.template Into<kMember>(fact), ...);
  return fact;
}

}  // namespace mbnrig::mbn
