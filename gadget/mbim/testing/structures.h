#pragma once

/// Every structure that crosses the wire by itself, for typed tests: those of the services' forms,
/// and samples that have each kind of field.

#include <gtest/gtest.h>

#include "mbim/services.h"
#include "mbim/testing/samples.h"

namespace mbnrig::mbim::testing {
namespace structures {

template <class List, class T>
struct Add;
template <class... Ts, class T>
struct Add<::testing::Types<Ts...>, T> {
  static constexpr bool kSkip = (std::is_same_v<Ts, T> || ...) || !kIsForm<T>;
  using Type = std::conditional_t<kSkip, ::testing::Types<Ts...>, ::testing::Types<Ts..., T>>;
};

template <class List, class... Ts>
struct AddAll {
  using Type = List;
};
template <class List, class T, class... Rest>
struct AddAll<List, T, Rest...> {
  using Type = typename AddAll<typename Add<List, T>::Type, Rest...>::Type;
};

/// The forms of 1.0, then those of each later version.
template <class List, class C>
struct AddForms;
template <class List, class Q, class S, class R, class I, class... Later>
struct AddForms<List, Cid<Q, S, R, I, Later...>> {
  template <class Before, class... L>
  struct AddLater {
    using Type = Before;
  };
  template <class Before, class L, class... Rest>
  struct AddLater<Before, L, Rest...> {
    using With = typename AddAll<Before, typename L::Query, typename L::Set, typename L::Response,
                                 typename L::Indication>::Type;
    using Type = typename AddLater<With, Rest...>::Type;
  };
  using Type = typename AddLater<typename AddAll<List, Q, S, R, I>::Type, Later...>::Type;
};

template <class List, class... Cids>
struct AddCids {
  using Type = List;
};
template <class List, class C, class... Rest>
struct AddCids<List, C, Rest...> {
  using Type = typename AddCids<typename AddForms<List, C>::Type, Rest...>::Type;
};
template <class... Cids>
auto OfCids(const std::tuple<Cids...>&) -> typename AddCids<::testing::Types<>, Cids...>::Type;

template <class... A, class... B>
auto Joined(::testing::Types<A...>, ::testing::Types<B...>) -> ::testing::Types<A..., B...>;

}  // namespace structures

/// Of the services.
using ServiceStructures = decltype(structures::OfCids(AllServices::kCids));
using Structures =
    decltype(structures::Joined(std::declval<ServiceStructures>(), std::declval<Samples>()));

/// Shows the structure's name where Google Test would show a number.
struct StructureName {
  template <class T>
  static std::string GetName(int) {
    return T::kName == "-" ? "EMPTY" : std::string(T::kName);
  }
};

}  // namespace mbnrig::mbim::testing
