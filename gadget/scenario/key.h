#pragma once

/// The keys of a scenario, each described once: its name, what it takes, the member it sets, its
/// default and its meaning. Reading, the suggestion of the nearest key and the table in
/// docs/scenarios.md come from that description. Internal to this room.

#include <limits>

#include "scenario/value.h"

namespace mbnrig::scenario {

/// A line of the key table.
struct KeyDoc {
  std::string path, kind, standard, text;
};

/// One key of a map that is read into an S.
template <class S>
struct Key {
  std::string name;
  std::string kind;  ///< what it takes, in words
  std::string text;  ///< what it means
  std::function<void(S&, const Value&)> read;
  std::function<std::string(const S&)> standard;       ///< the default; null for maps and lists
  std::function<std::vector<KeyDoc>(const S&)> inner;  ///< keys below this one; may be null
  bool repeated = false;                               ///< a list of maps: docs say name[]
};

template <class S>
using Keys = std::vector<Key<S>>;

/// The keys of S. One definition each, in keys_*.cpp.
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

/// "00101": mobile country code and mobile network code, 5 or 6 digits.
bool IsProviderId(std::string_view text);
/// One element of `faults`.
fault::Rule ReadRule(const Value& value);

/// Reads `map` into `into`; keys that `keys` does not have fail with the nearest that it has.
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

/// The key table of `keys`, defaults as in `standard`.
template <class S>
std::vector<KeyDoc> Describe(const Keys<S>& keys, const S& standard) {
  std::vector<KeyDoc> docs;
  for (const Key<S>& key : keys) {
    docs.push_back({key.name, key.kind, key.standard ? key.standard(standard) : "", key.text});
    if (!key.inner) continue;
    for (KeyDoc doc : key.inner(standard)) {
      doc.path = key.name + (key.repeated ? "[]." : ".") + doc.path;
      docs.push_back(std::move(doc));
    }
  }
  return docs;
}

/// "| `path` | kind | `default` | text |" for each, with a heading.
std::string MarkdownTable(const std::vector<KeyDoc>& docs);

// --- the kinds of keys --------------------------------------------------------------------------

template <class S>
Key<S> Text(std::string name, std::string S::*member, std::size_t max_units, std::string text) {
  return {std::move(name),
          "text" + (max_units != 0 ? ", at most " + std::to_string(max_units) + " characters" : ""),
          std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Text(max_units); },
          [=](const S& s) { return s.*member; },
          nullptr};
}

template <class S, class M>
Key<S> Number(std::string name, M S::*member, std::uint64_t min, std::uint64_t max,
              std::string text) {
  return {std::move(name),
          std::to_string(min) + " to " + std::to_string(max),
          std::move(text),
          [=](S& s, const Value& value) { s.*member = static_cast<M>(value.Number(min, max)); },
          [=](const S& s) { return std::to_string(s.*member); },
          nullptr};
}

/// A measure coded as in TS 27.007: 0 to `max`, 99 when it is not known.
template <class S>
Key<S> Measure(std::string name, std::uint32_t S::*member, std::uint32_t max, std::string text) {
  constexpr std::uint32_t kUnknown = 99;
  const std::string kind = "0 to " + std::to_string(max) + ", or 99 (not known)";
  auto read = [=](S& s, const Value& value) {
    const auto number = static_cast<std::uint32_t>(value.Number(0, kUnknown, kind));
    if (number > max && number != kUnknown) value.Expected(kind);
    s.*member = number;
  };
  return {std::move(name),
          kind,
          std::move(text),
          read,
          [=](const S& s) { return std::to_string(s.*member); },
          nullptr};
}

template <class S, class E>
Key<S> Choice(std::string name, E S::*member, std::string text, std::vector<E> except = {}) {
  std::vector<std::string> words;
  for (const Named<E>& named : Names<E>()) {
    if (std::ranges::find(except, named.value) == except.end()) words.emplace_back(named.name);
  }
  return {std::move(name),
          Joined(words),
          std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Choice(Names<E>(), except); },
          [=](const S& s) { return ToName(s.*member); },
          nullptr};
}

template <class S>
Key<S> Flags(std::string name, std::uint32_t S::*member,
             std::span<const Named<std::uint32_t>> names, std::string text) {
  return {std::move(name),
          "list of " + Joined(AllNames(names)),
          std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Flags(names); },
          [=](const S& s) { return "[" + Joined(ToNames(names, s.*member)) + "]"; },
          nullptr};
}

template <class S>
Key<S> Switch(std::string name, bool S::*member, std::string text) {
  return {std::move(name),
          "true or false",
          std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Boolean(); },
          [=](const S& s) { return s.*member ? "true" : "false"; },
          nullptr};
}

template <class S>
Key<S> Duration(std::string name, std::chrono::milliseconds S::*member, std::string text) {
  return {std::move(name),
          "time (250ms, 2s, 1m)",
          std::move(text),
          [=](S& s, const Value& value) { s.*member = value.Duration(); },
          [=](const S& s) { return std::to_string((s.*member).count()) + "ms"; },
          nullptr};
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
          std::move(text),
          read,
          [=](const S& s) { return "[" + Joined(s.*member) + "]"; },
          nullptr};
}

/// A map of keys read into a member of its own.
template <class S, class M>
Key<S> Section(std::string name, M S::*member, std::string text) {
  return {
      std::move(name), "map",
      std::move(text), [=](S& s, const Value& value) { ReadKeys(KeysOf<M>(), s.*member, value); },
      nullptr,         [=](const S& s) { return Describe(KeysOf<M>(), s.*member); }};
}

/// A map of keys that set members of S itself.
template <class S>
Key<S> Group(std::string name, Keys<S> keys, std::string text) {
  return {std::move(name), "map",
          std::move(text), [=](S& s, const Value& value) { ReadKeys(keys, s, value); },
          nullptr,         [=](const S& s) { return Describe(keys, s); }};
}

/// A list of maps; given, it replaces the default list.
template <class S, class M>
Key<S> List(std::string name, std::vector<M> S::*member, std::string text) {
  auto read = [=](S& s, const Value& value) {
    (s.*member).clear();
    for (const Value& element : value.Elements()) {
      ReadKeys(KeysOf<M>(), (s.*member).emplace_back(), element);
    }
  };
  return {std::move(name),
          "list",
          std::move(text),
          read,
          nullptr,
          [](const S&) { return Describe(KeysOf<M>(), M{}); },
          true};
}

}  // namespace mbnrig::scenario
