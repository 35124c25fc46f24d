#pragma once

/// The keys of a scenario. A key is described once: its name, the values it takes, its meaning, the
/// member it sets, and whether it may change while the modem runs. Four things come from that
/// description: reading (a scenario in YAML, a `set` request in JSON), the suggestion of the
/// nearest key, and the tables in docs/scenarios.md and docs/faults.md.
///
/// keys_*.cpp define the keys of a scenario. The modem's services add keys that exist only while
/// the modem runs, with the same Key (modem/world.h).

#include <iterator>
#include <limits>
#include <type_traits>

#include "mbim/signal.h"
#include "scenario/value.h"

namespace mbnrig::scenario {

/// One key of a map that is read into an S.
template <class S>
struct Key {
  using Read = std::function<void(S&, const Value&)>;
  using Show = std::function<std::string(const S&)>;

  // Not an aggregate: g++ 12 crashes on the default of a member if a template makes a Key.
  Key(std::string key_name, std::string values, std::string meaning, Read reads,
      Show shows = nullptr, std::vector<Key> keys_below = {}, bool is_live = false)
      : name(std::move(key_name)),
        kind(std::move(values)),
        text(std::move(meaning)),
        read(std::move(reads)),
        standard(std::move(shows)),
        below(std::move(keys_below)),
        live(is_live) {}

  std::string name;  ///< "signal"; in `below`, and for a key of another structure, the path to it
  std::string kind;  ///< the values that it takes, in words
  std::string text;  ///< its meaning
  Read read;
  Show standard;           ///< the default; null: has none
  std::vector<Key> below;  ///< the keys of the map, or of the list of maps, that it takes
  bool live;               ///< may change while the modem runs, see Live()
};

template <class S>
using Keys = std::vector<Key<S>>;

/// The keys of S. Each is defined once, in keys_*.cpp.
template <class S>
const Keys<S>& KeysOf();
template <>
const Keys<UsbIdentity>& KeysOf();
template <>
const Keys<mbim::NtbParameters>& KeysOf();
template <>
const Keys<mbim::DeviceCapsInfo>& KeysOf();
template <>
const Keys<mbim::Context>& KeysOf();
template <>
const Keys<mbim::Provider>& KeysOf();
template <>
const Keys<Pin>& KeysOf();
template <>
const Keys<Sim>& KeysOf();
template <>
const Keys<Apn>& KeysOf();
template <>
const Keys<LinkConditions>& KeysOf();
template <>
const Keys<Network>& KeysOf();
template <>
const Keys<Timing>& KeysOf();
template <>
const Keys<Scenario>& KeysOf();

/// The keys of a scenario that may change while the modem runs; `name` is the whole path.
Keys<Scenario> LiveKeys();

/// The kind of a provider id: mobile country code (3 digits) and mobile network code (2 or 3).
inline constexpr std::string_view kProviderIdKind = "5 or 6 digits (MCC, MNC)";
bool IsProviderId(std::string_view text);
/// Reads a provider id. Throws ScenarioError if `value` is not one.
std::string ReadProviderId(const Value& value);

/// One element of `faults`.
fault::Rule ReadRule(const Value& value);

/// Reads `map` into `into`. Fails on a name that is not in `keys`, and names the nearest one.
template <class S>
void ReadKeys(const Keys<S>& keys, S& into, const Value& map) {
  map.ForEachKey([&](const std::string& name, const Value& value) {
    for (const Key<S>& key : keys) {
      if (key.name == name) return key.read(into, value);
    }
    std::vector<std::string> names;
    for (const Key<S>& key : keys)
      names.push_back(key.name);
    value.Fail("unknown key" + Offer(name, names, "valid key"));
  });
}

/// One line of a key table.
struct KeyDoc {
  std::string path, kind, standard, text;
};

/// The key table of `keys`, with `standard` as the source of the defaults.
template <class S>
std::vector<KeyDoc> Describe(const Keys<S>& keys, const S& standard) {
  std::vector<KeyDoc> docs;
  for (const Key<S>& key : keys) {
    docs.push_back({key.name, key.kind, key.standard ? key.standard(standard) : "", key.text});
    std::ranges::move(Describe(key.below, standard), std::back_inserter(docs));
  }
  return docs;
}

/// A heading, then "| `path` | kind | `default` | text |" for each key. The column of defaults is
/// omitted if no key has a default.
std::string MarkdownTable(const std::vector<KeyDoc>& docs);

/// Marks a key that may change while the modem runs. `set` only reads the key again. After each
/// step, the modem's services compare the world with their own state (Service::Settle), so they
/// need no notification.
template <class S>
Key<S> Live(Key<S> key) {
  key.live = true;
  return key;
}

/// Makes a key of a T into a key of an S that holds the T. `part(s)` is that T, for S& and const
/// S&. If it is const for both, the outer key cannot be read and only serves the tables.
template <class S, class T, class Part>
Key<S> Within(const Key<T>& key, const std::string& prefix, Part part) {
  Key<S> outer{prefix + key.name, key.kind, key.text, nullptr, nullptr, {}, key.live};
  if constexpr (!std::is_const_v<std::remove_reference_t<std::invoke_result_t<Part, S&>>>) {
    outer.read = [part, read = key.read](S& s, const Value& value) { read(part(s), value); };
  }
  if (key.standard) {
    outer.standard = [part, standard = key.standard](const S& s) { return standard(part(s)); };
  }
  for (const Key<T>& inner : key.below)
    outer.below.push_back(Within<S>(inner, prefix, part));
  return outer;
}

// --- the kinds of keys --------------------------------------------------------------------------

template <class S>
Key<S> Text(std::string name, std::string S::*member, std::size_t max_units, std::string text) {
  return {std::move(name),
          "text" + (max_units != 0 ? ", at most " + std::to_string(max_units) + " characters" : ""),
          std::move(text), [=](S& s, const Value& value) { s.*member = value.Text(max_units); },
          [=](const S& s) { return s.*member; }};
}

template <class S, class M>
Key<S> Number(std::string name, M S::*member, std::uint64_t min, std::uint64_t max,
              std::string text) {
  return {std::move(name), std::to_string(min) + " to " + std::to_string(max), std::move(text),
          [=](S& s, const Value& value) { s.*member = static_cast<M>(value.Number(min, max)); },
          [=](const S& s) { return std::to_string(s.*member); }};
}

/// A measure coded as in TS 27.007: 0 to `max`, or mbim::kSignalUnknown.
template <class S>
Key<S> Measure(std::string name, std::uint32_t S::*member, std::uint32_t max, std::string text) {
  constexpr std::uint32_t kUnknown = mbim::kSignalUnknown;
  const std::string kind =
      "0 to " + std::to_string(max) + ", or " + std::to_string(kUnknown) + " (not known)";
  auto read = [=](S& s, const Value& value) {
    const auto number = static_cast<std::uint32_t>(value.Number(0, kUnknown, kind));
    if (number > max && number != kUnknown) value.Expected(kind);
    s.*member = number;
  };
  return {std::move(name), kind, std::move(text), read,
          [=](const S& s) { return std::to_string(s.*member); }};
}

/// One word of `names`.
template <class S, class E>
Key<S> Word(std::string name, E S::*member, const std::vector<Named<E>>& names, std::string text) {
  const std::span<const Named<E>> words(names);
  return {std::move(name), Joined(AllNames(words)), std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Choice(std::span(names)); },
          [=](const S& s) { return ToName(std::span<const Named<E>>(names), s.*member); }};
}

/// One word of enumeration E, except those in `except`.
template <class S, class E>
Key<S> Choice(std::string name, E S::*member, std::string text, std::vector<E> except = {}) {
  std::vector<Named<E>> names;
  std::ranges::copy_if(Names<E>(), std::back_inserter(names), [&](const Named<E>& named) {
    return std::ranges::find(except, named.value) == except.end();
  });
  return Word(std::move(name), member, names, std::move(text));
}

template <class S>
Key<S> Flags(std::string name, std::uint32_t S::*member,
             std::span<const Named<std::uint32_t>> names, std::string text) {
  return {std::move(name), "list of " + Joined(AllNames(names)), std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Flags(names); },
          [=](const S& s) { return "[" + Joined(ToNames(names, s.*member)) + "]"; }};
}

template <class S>
Key<S> Switch(std::string name, bool S::*member, std::string text) {
  return {std::move(name), "true or false", std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Boolean(); },
          [=](const S& s) { return s.*member ? "true" : "false"; }};
}

template <class S>
Key<S> Duration(std::string name, std::chrono::milliseconds S::*member, std::string text) {
  return {std::move(name), "time (250ms, 2s, 1m)", std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Duration(); },
          [=](const S& s) { return std::to_string((s.*member).count()) + "ms"; }};
}

template <class S>
Key<S> TextList(std::string name, std::vector<std::string> S::*member, std::size_t max_units,
                std::string text) {
  auto read = [=](S& s, const Value& value) {
    (s.*member).clear();
    for (const Value& element : value.Elements())
      (s.*member).push_back(element.Text(max_units));
  };
  return {std::move(name),
          "list of text, each at most " + std::to_string(max_units) + " characters",
          std::move(text), read, [=](const S& s) { return "[" + Joined(s.*member) + "]"; }};
}

/// A map of keys that is read into the part of S that `part` picks.
template <class S, class M, class Part>
Key<S> Section(std::string name, Part part, std::string text, const Keys<M>& keys) {
  Key<S> section{name, "map", std::move(text),
                 [part, keys](S& s, const Value& value) { ReadKeys(keys, part(s), value); }};
  for (const Key<M>& key : keys)
    section.below.push_back(Within<S>(key, name + ".", part));
  return section;
}

/// A map of keys that is read into a member of S.
template <class S, class M>
Key<S> Section(std::string name, M S::*member, std::string text,
               const Keys<M>& keys = KeysOf<M>()) {
  return Section<S, M>(
      std::move(name), [member](auto& s) -> auto& { return s.*member; }, std::move(text), keys);
}

/// A map of keys that set members of S itself.
template <class S>
Key<S> Group(std::string name, const Keys<S>& keys, std::string text) {
  return Section<S, S>(
      std::move(name), [](auto& s) -> auto& { return s; }, std::move(text), keys);
}

/// A list of maps. A given list replaces the default list.
template <class S, class M>
Key<S> List(std::string name, std::vector<M> S::*member, std::string text) {
  auto read = [=](S& s, const Value& value) {
    (s.*member).clear();
    for (const Value& element : value.Elements())
      ReadKeys(KeysOf<M>(), (s.*member).emplace_back(), element);
  };
  Key<S> list{name, "list", std::move(text), read};
  static const M kFresh{};
  for (const Key<M>& key : KeysOf<M>())
    list.below.push_back(Within<S>(key, name + "[].", [](auto&) -> const M& { return kFresh; }));
  return list;
}

}  // namespace mbnrig::scenario
