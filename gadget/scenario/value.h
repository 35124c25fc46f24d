#pragma once

/// One value of a YAML or JSON document with its place, so that every error message can name file,
/// line and key. JSON is a part of YAML: one reader reads both.

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
  /// Messages begin with `file` and the line. An empty `file` stands for a document without a
  /// place, such as a request. `key` is the path to the value, "" for the document itself.
  Value(const YAML::Node& node, std::string file, std::string key)
      : Value(node, std::move(file), std::move(key), node.Mark().line) {}

  Value(const Value&) = default;
  /// Deleted: assigning to a YAML::Node changes the document that the node belongs to.
  Value& operator=(const Value&) = delete;

  /// The document in `text`, YAML or JSON. Throws ScenarioError if it is not readable.
  static Value Document(const std::string& text, const std::string& file);

  const YAML::Node& node() const { return node_; }
  const std::string& key() const { return key_; }

  /// Throws ScenarioError: "file:line: key: message".
  [[noreturn]] void Fail(const std::string& message) const;
  /// Throws ScenarioError: "file:line: key: expected ..., not ...".
  [[noreturn]] void Expected(const std::string& what) const;

  /// Calls `handle(name, value)` for each entry. Fails if this is not a map, or has a key twice.
  void ForEachKey(const std::function<void(const std::string&, const Value&)>& handle) const;
  /// The elements of a list. Fails if this is not a list.
  std::vector<Value> Elements() const;

  std::string Text(std::size_t max_units) const;
  std::uint64_t Number(std::uint64_t min, std::uint64_t max) const;
  /// The same. `expected` describes the accepted numbers in the error message.
  std::uint64_t Number(std::uint64_t min, std::uint64_t max, const std::string& expected) const;
  bool Boolean() const;
  /// "250ms", "2s", "1m", or a plain number of milliseconds; at most an hour.
  std::chrono::milliseconds Duration() const;

  /// The value of a word of `names`.
  template <class E>
  E Choice(std::span<const Named<E>> names) const {
    return *FromName(names, Word(AllNames(names)));
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
  int line_;  // from 0; -1: yaml-cpp does not know it. An entry of a map has its key's line.
};

}  // namespace mbnrig::scenario
