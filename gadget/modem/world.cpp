#include "modem/world.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "modem/services.h"

namespace mbnrig::modem {

using scenario::Key;
using scenario::Keys;

Keys<Change> WorldKeys(const Machine& machine) {
  Keys<Change> keys;
  for (const auto& key : scenario::LiveKeys()) {
    keys.push_back(scenario::Within<Change>(
        key, "", [](auto& change) -> auto& { return change.world; }));
  }
  for (const auto& service : machine.services())
    std::ranges::move(service->keys(), std::back_inserter(keys));
  std::ranges::sort(keys, {}, &Key<Change>::name);
  return keys;
}

Change ReadChanges(const Machine& machine, const nlohmann::json& changes) {
  Change change{machine.world};
  try {
    scenario::ReadKeys(WorldKeys(machine), change, scenario::Value::Document(changes.dump(), ""));
  } catch (const scenario::ScenarioError& error) {
    throw std::invalid_argument(error.what());
  }
  return change;
}

void Apply(Machine& machine, Change change) {
  machine.world = std::move(change.world);
  for (const auto& action : change.actions)
    action();
}

std::string WorldKeyTable() {
  Machine machine({}, {});
  AddServices(machine);
  std::vector<scenario::KeyDoc> docs;
  for (const Key<Change>& key : WorldKeys(machine))
    docs.push_back({key.name, key.kind, "", key.text});
  return scenario::MarkdownTable(docs);
}

}  // namespace mbnrig::modem
