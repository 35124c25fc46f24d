#include "mbn/api/event_id.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace mbnrig::mbn {
namespace {

constexpr std::array<std::string_view, kEventCount> kNames = {
#define MBN_EVENTS(interface_name, events) events
#define MBN_EVENT(interface_name, name, parameters, names) #interface_name "::" #name,
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENT
#undef MBN_EVENTS
};
// "(newConnection, requestID, status)"
constexpr std::array<std::string_view, kEventCount> kParameters = {
#define MBN_EVENTS(interface_name, events) events
#define MBN_EVENT(interface_name, name, parameters, names) #names,
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENT
#undef MBN_EVENTS
};
static_assert(!kNames.back().empty(), "kEventCount is more than the events");

std::string_view ShortName(std::string_view full) {
  return full.substr(full.find("::") + 2);
}

}  // namespace

std::string_view NameOf(EventId event) {
  const auto index = static_cast<std::size_t>(event);
  return index < kNames.size() ? kNames[index] : "?";
}

std::string_view ParameterOf(EventId event, std::size_t index) {
  const auto place = static_cast<std::size_t>(event);
  std::string_view list = place < kParameters.size() ? kParameters[place] : "()";
  list = list.substr(1, list.size() - 2);
  for (; index != 0; --index) {
    const auto comma = list.find(", ");
    if (comma == std::string_view::npos) return {};
    list.remove_prefix(comma + 2);
  }
  return list.substr(0, list.find(','));
}

EventId EventNamed(std::string_view name) {
  std::vector<std::size_t> found;
  std::string full_names;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] != name && ShortName(kNames[i]) != name) continue;
    found.push_back(i);
    full_names += (full_names.empty() ? "" : " or ") + std::string(kNames[i]);
  }
  if (found.empty())
    throw std::invalid_argument("mbnapi.h has no event \"" + std::string(name) + "\"");
  if (found.size() > 1)
    throw std::invalid_argument("\"" + std::string(name) + "\" is ambiguous: say " + full_names);
  return static_cast<EventId>(found.front());
}

}  // namespace mbnrig::mbn
