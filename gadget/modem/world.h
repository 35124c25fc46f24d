#pragma once

/// Changes the world around a running modem by key (Modem::Set).

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "modem/machine.h"
#include "scenario/key.h"

namespace mbnrig::modem {

/// A Set request while its keys are read. It takes effect only if all keys are valid.
struct Change {
  scenario::Scenario world;                         ///< the new world
  std::vector<std::function<void()>> actions = {};  ///< run when the new world is in force
};

/// A key of a service that takes one word of `names`. `read(change, value_of_the_word, value)` may
/// refuse the word with value.Fail().
template <class E, class Read>
scenario::Key<Change> WordKey(std::string name, const std::vector<scenario::Named<E>>& names,
                              std::string text, Read read) {
  const std::span<const scenario::Named<E>> words(names);
  return {std::move(name), scenario::Joined(scenario::AllNames(words)), std::move(text),
          [names, read](Change& change, const scenario::Value& value) {
            read(change, value.Choice(std::span<const scenario::Named<E>>(names)), value);
          }};
}

/// The keys that Set accepts: the live keys of a scenario, and the keys of the machine's services.
/// The name of each is its whole path. They are sorted by name.
scenario::Keys<Change> WorldKeys(const Machine& machine);

/// Reads every key of `changes`, an object. Throws std::invalid_argument that names the key, the
/// expected value and the nearest valid key.
Change ReadChanges(const Machine& machine, const nlohmann::json& changes);

/// Puts the change into effect. Call Settle() afterwards: it adapts the services.
void Apply(Machine& machine, Change change);

/// The keys as a Markdown table, for docs/faults.md.
std::string WorldKeyTable();

}  // namespace mbnrig::modem
