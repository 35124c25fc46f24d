#pragma once

/// One value of a YAML document together with where it stands, so that every complaint about it
/// names file, line and key. Internal to this room.

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/names.h"
#include "scenario/scenario.h"

namespace mbnrig::scenario {

class Value {
 public:
  /// `file` is the name used in messages, `key` the path to the value, "" for the document itself.
  Value(const YAML::Node& node, std::string file, std::string key)
      : Value(node, std::move(file), std::move(key), node.Mark().line) {}

  Value(const Value&) = default;
  /// Assigning to a YAML::Node changes the document that it is part of.
  Value& operator=(const Value&) = delete;

  /// The document in `text`. Throws ScenarioError when it is no YAML.
  static Value Document(const std::string& text, const std::string& file);

  const YAML::Node& node() const { return node_; }
  const std::string& key() const { return key_; }

  /// Throws ScenarioError: "file:line: key: message".
  [[noreturn]] void Fail(const std::string& message) const;
  /// Throws ScenarioError: "file:line: key: expected ..., not ...".
  [[noreturn]] void Expected(const std::string& what) const;

  /// Calls `handle(name, value)` for each entry. Fails when this is no map, or has a key twice.
  void ForEachKey(const std::function<void(const std::string&, const Value&)>& handle) const;
  /// The elements of a list. Fails when this is none.
  std::vector<Value> Elements() const;

  std::string Text(std::size_t max_units) const;
  std::uint64_t Number(std::uint64_t min, std::uint64_t max) const;
  /// As Number; where the value is none or out of range, `expected` says what is wanted.
  std::uint64_t Number(std::uint64_t min, std::uint64_t max, const std::string& expected) const;
  bool Boolean() const;
  /// "250ms", "2s", "1m", or a plain number of milliseconds; at most an hour.
  std::chrono::milliseconds Duration() const;

  /// One of `names`.
  template <class E>
  E Choice(std::span<const Named<E>> names, const std::vector<E>& except = {}) const {
    std::vector<std::string> words;
    for (const Named<E>& named : names) {
      if (std::ranges::find(except, named.value) == except.end()) words.emplace_back(named.name);
    }
    const std::string word = Word(words);
    return *FromName(names, word);
  }
  /// A word of `names`, or a list of them, as a mask.
  std::uint32_t Flags(std::span<const Named<std::uint32_t>> names) const;

 private:
  Value(const YAML::Node& node, std::string file, std::string key, int line)
      : node_(std::move(node)), file_(std::move(file)), key_(std::move(key)), line_(line) {}

  std::string Scalar() const;
  /// The text of this value, which must be one of `words`.
  std::string Word(const std::vector<std::string>& words) const;

  YAML::Node node_;
  std::string file_;
  std::string key_;
  int line_;  ///< counted from 0; -1 where yaml-cpp knows none. Of an entry of a map: its key's
              ///< line
};

}  // namespace mbnrig::scenario
