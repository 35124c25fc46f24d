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
static_assert(!kNames.back().empty(), "kEventCount is larger than the number of events");

std::string_view ShortName(std::string_view full) {
  return full.substr(full.find("::") + 2);
}

}  // namespace

std::string_view NameOf(EventId event) {
  const auto index = static_cast<std::size_t>(event);
  return index < kNames.size() ? kNames[index] : "?";
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
