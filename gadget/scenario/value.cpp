#include "scenario/value.h"

#include <algorithm>
#include <set>

#include "mbim/utf16.h"
#include "scenario/quantity.h"

namespace mbnrig::scenario {
namespace {

std::string Located(const std::string& file, int line, const std::string& message) {
  if (file.empty()) return message;
  return file + (line >= 0 ? ":" + std::to_string(line + 1) : "") + ": " + message;
}

}  // namespace

Value Value::Document(const std::string& text, const std::string& file) {
  try {
    return {YAML::Load(text), file, ""};
  } catch (const YAML::Exception& error) {
    throw ScenarioError(Located(file, error.mark.line, "not readable as YAML: " + error.msg));
  }
}

void Value::Fail(const std::string& message) const {
  throw ScenarioError(Located(file_, line_, (key_.empty() ? "" : key_ + ": ") + message));
}

void Value::Expected(const std::string& what) const {
  std::string found = "nothing";
  if (node_.IsScalar()) found = "'" + node_.Scalar() + "'";
  if (node_.IsSequence()) found = "a list";
  if (node_.IsMap()) found = "a map of keys";
  Fail("expected " + what + ", not " + found);
}

void Value::ForEachKey(const std::function<void(const std::string&, const Value&)>& handle) const {
  if (!node_.IsMap()) Expected("a map of keys");
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const std::string name = Value(entry.first, file_, key_).Scalar();
    const Value value(entry.second, file_, key_.empty() ? name : key_ + "." + name,
                      entry.first.Mark().line);
    if (!seen.insert(name).second) value.Fail("given twice");
    handle(name, value);
  }
}

std::vector<Value> Value::Elements() const {
  if (!node_.IsSequence()) Expected("a list");
  std::vector<Value> elements;
  for (const auto& element : node_) {
    elements.emplace_back(element, file_, key_ + "[" + std::to_string(elements.size()) + "]");
  }
  return elements;
}

std::string Value::Scalar() const {
  if (!node_.IsScalar()) Expected("one value");
  return node_.Scalar();
}

std::string Value::Text(std::size_t max_units) const {
  if (!node_.IsScalar()) Expected("text");
  mbim::Bytes utf16;
  const auto size = mbim::AppendUtf16(node_.Scalar(), utf16);
  if (!size) Expected("text in UTF-8 without NUL");
  if (max_units != 0 && *size / 2 > max_units) {
    Expected("text of at most " + std::to_string(max_units) + " characters");
  }
  return node_.Scalar();
}

std::uint64_t Value::Number(std::uint64_t min, std::uint64_t max) const {
  return Number(min, max, "a number from " + std::to_string(min) + " to " + std::to_string(max));
}

std::uint64_t Value::Number(std::uint64_t min, std::uint64_t max,
                            const std::string& expected) const {
  if (!node_.IsScalar()) Expected(expected);
  const auto number = ParseNumber(node_.Scalar());
  if (!number || *number < min || *number > max) Expected(expected);
  return *number;
}

bool Value::Boolean() const {
  if (node_.IsScalar()) {
    for (const std::string_view word : {"true", "yes", "on"}) {
      if (SameWord(node_.Scalar(), word)) return true;
    }
    for (const std::string_view word : {"false", "no", "off"}) {
      if (SameWord(node_.Scalar(), word)) return false;
    }
  }
  Expected("true or false");
}

std::chrono::milliseconds Value::Duration() const {
  const auto duration =
      node_.IsScalar() ? ParseDuration(node_.Scalar()) : std::optional<std::chrono::milliseconds>();
  if (!duration) Expected(std::string(kDurationKind));
  return *duration;
}

std::uint32_t Value::Flags(std::span<const Named<std::uint32_t>> names) const {
  const std::vector<std::string> words = AllNames(names);
  if (node_.IsScalar()) return *FromName(names, Word(words));
  if (!node_.IsSequence()) Expected("a list of " + Joined(words));
  std::uint32_t mask = 0;
  for (const Value& element : Elements())
    mask |= *FromName(names, element.Word(words));
  return mask;
}

std::string Value::Word(const std::vector<std::string>& words) const {
  const std::string expected = "one of " + Joined(words);
  if (!node_.IsScalar()) Expected(expected);
  const std::string& word = node_.Scalar();
  const auto same = [&word](const std::string& candidate) { return SameWord(candidate, word); };
  if (std::ranges::none_of(words, same)) {
    const std::string nearest = Nearest(word, words);
    Fail("expected " + expected + ", not '" + word + "'" +
         (nearest.empty() ? "" : "; nearest is '" + nearest + "'"));
  }
  return word;
}

}  // namespace mbnrig::scenario
