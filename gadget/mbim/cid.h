#pragma once

/// Cid declares a command of a device service once: its number, its name, its section of the
/// specification, and the structures that it carries. Tables, the modem's dispatch, the host's
/// calls, traces and docs/mbim.md are derived from these constants.
///
///     inline constexpr Cid<Empty, SetRadioState, RadioStateInfo, RadioStateInfo> kRadioState{
///         kServiceBasicConnect, 3, "RADIO_STATE", "10.5.3"};

#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "mbim/describe.h"
#include "mbim/uuid.h"

namespace mbnrig::mbim {

/// Identifies the command or the indication that a message carries.
struct CommandId {
  Uuid service;
  std::uint32_t number = 0;
  friend bool operator==(const CommandId&, const CommandId&) = default;
  friend auto operator<=>(const CommandId&, const CommandId&) = default;
};

/// The four kinds of information buffer that a CID may have.
enum class FormKind : std::uint8_t { kQuery, kSet, kResponse, kIndication };
inline constexpr FormKind kFormKinds[] = {FormKind::kQuery, FormKind::kSet, FormKind::kResponse,
                                          FormKind::kIndication};
/// "query", "set", "response", "indication".
std::string_view ToName(FormKind kind);

/// The versions of MBIM and of Microsoft's extensions (MBIMEx). Host and modem agree on one version
/// when they open the channel.
enum class MbimEx : std::uint8_t { k1_0, k2_0, k3_0, k4_0 };
inline constexpr std::size_t kMbimExVersions = 4;

/// Marks a form that a command does not have.
struct No {};

/// The information buffer of a command without payload.
struct Empty {
  static constexpr std::string_view kName = "-";
  static constexpr auto Fields() { return std::tuple{}; }
};

/// The forms of a CID if host and modem have agreed on version `kSince` of the extensions or on a
/// later one.
template <MbimEx kSince, class Q, class S, class R, class I>
struct From {
  static constexpr MbimEx kVersion = kSince;
  using Query = Q;
  using Set = S;
  using Response = R;
  using Indication = I;
};

/// A command of a service. Each of Q (query), S (set), R (response to both) and I (indication) is a
/// described structure (describe.h), Empty for an empty buffer, or No if the command does not have
/// this form. These are the forms of MBIM 1.0, or of the version that added the command. `Later`
/// lists From<...> for the versions that change a structure, oldest first.
template <class Q, class S, class R, class I, class... Later>
struct Cid : CommandId {
  using Query = Q;
  using Set = S;
  using Response = R;
  using Indication = I;
  using Changes = std::tuple<Later...>;

  std::string_view name;     ///< "RADIO_STATE"
  std::string_view section;  ///< section of the specification, "10.5.3"
  MbimEx since;              ///< the first version that has the command

  consteval Cid(const Uuid& of, std::uint32_t id, std::string_view called, std::string_view where,
                MbimEx first = MbimEx::k1_0)
      : CommandId{of, id}, name(called), section(where), since(first) {}
};

template <class T>
inline constexpr bool kIsCid = false;
template <class Q, class S, class R, class I, class... Later>
inline constexpr bool kIsCid<Cid<Q, S, R, I, Later...>> = true;
/// Any command, of any service.
template <class T>
concept AnyCid = kIsCid<std::remove_cvref_t<T>>;

template <class T>
inline constexpr bool kIsForm = !std::is_same_v<T, No>;

/// A device service with all its commands that the rig knows, in the order of their numbers.
template <AnyCid... Cids>
struct ServiceOf {
  Uuid id;
  std::string_view name;  ///< "BASIC_CONNECT"
  std::tuple<Cids...> cids;

  consteval ServiceOf(const Uuid& uuid, std::string_view called, const Cids&... all)
      : id(uuid), name(called), cids(all...) {}
};

}  // namespace mbnrig::mbim
