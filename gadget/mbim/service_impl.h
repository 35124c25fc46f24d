#pragma once

/// Makes a service's table from its constants and instantiates the codec. The source file of a
/// service contains MBNRIG_MBIM_SERVICE(kBasicConnect), for example. This instantiates Decode,
/// Encode and ToText for every structure of the service's commands.

#include <algorithm>
#include <array>

#include "mbim/codec_impl.h"
#include "mbim/form.h"

namespace mbnrig::mbim {
namespace service {

template <class T>
constexpr const Form* FormOrNull() {
  if constexpr (kIsForm<T>) {
    return &kFormOf<T>;
  } else {
    return nullptr;
  }
}

template <class F>
constexpr FormSet FormsOf() {
  return {FormOrNull<typename F::Query>(), FormOrNull<typename F::Set>(),
          FormOrNull<typename F::Response>(), FormOrNull<typename F::Indication>()};
}

template <AnyCid C>
constexpr CidEntry EntryOf(const C& cid) {
  CidEntry entry{cid.number, cid.name, cid.section, cid.since, {}};
  const auto from = [&](MbimEx version, const FormSet& forms) {
    std::fill(entry.forms.begin() + static_cast<std::ptrdiff_t>(version), entry.forms.end(), forms);
  };
  from(cid.since, FormsOf<C>());
  [&]<class... Later>(std::type_identity<std::tuple<Later...>>) {
    (from(Later::kVersion, FormsOf<Later>()), ...);
  }(std::type_identity<typename C::Changes>{});
  return entry;
}

template <const auto& kService>
inline constexpr auto kEntries =
    std::apply([](const auto&... cid) { return std::array{EntryOf(cid)...}; }, kService.cids);

}  // namespace service

template <const auto& kService>
ServiceEntry TableOf() {
  return {kService.id, kService.name, service::kEntries<kService>};
}

}  // namespace mbnrig::mbim

#define MBNRIG_MBIM_SERVICE(kService) template ServiceEntry TableOf<kService>()
