#pragma once

/// Every service of the rig. This is the only list of them: tables, traces and the tests of the
/// wire go through it.

#include "mbim/basic_connect.h"

namespace mbnrig::mbim {

/// Services by their constants (cid.h).
template <const auto&... kServices>
struct ServiceList {
  /// The constants of all their commands.
  static constexpr auto kCids = std::tuple_cat(kServices.cids...);

  /// Calls `each` with the constant of every command.
  template <class F>
  static constexpr void ForEachCid(F&& each) {
    std::apply([&](const auto&... cid) { (each(cid), ...); }, kCids);
  }

  /// Calls `each.template operator()<T>(cid, kind, version)` for every form, T being its structure
  /// and `version` the first that has it.
  template <class F>
  static constexpr void ForEachForm(F&& each) {
    ForEachCid([&]<AnyCid C>(const C& cid) {
      OfVersion<C>(cid, cid.since, each);
      [&]<class... Later>(std::type_identity<std::tuple<Later...>>) {
        (OfVersion<Later>(cid, Later::kVersion, each), ...);
      }(std::type_identity<typename C::Changes>{});
    });
  }

 private:
  template <class Forms, class F>
  static constexpr void OfVersion(const CommandId& cid, MbimEx version, F& each) {
    const auto call = [&]<class T>(std::type_identity<T>, FormKind kind) {
      if constexpr (kIsForm<T>) each.template operator()<T>(cid, kind, version);
    };
    call(std::type_identity<typename Forms::Query>{}, FormKind::kQuery);
    call(std::type_identity<typename Forms::Set>{}, FormKind::kSet);
    call(std::type_identity<typename Forms::Response>{}, FormKind::kResponse);
    call(std::type_identity<typename Forms::Indication>{}, FormKind::kIndication);
  }
};

using AllServices = ServiceList<kBasicConnect>;

}  // namespace mbnrig::mbim
