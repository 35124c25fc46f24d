#pragma once

/// The events of mbnapi.h as numbers and names. This needs no COM object, so the model of a modem
/// can use it too.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mbnrig::mbn {

/// One value for each method of each event interface, in the order of the published metadata:
/// EventId::kIMbnConnectionEvents_OnConnectComplete.
enum class EventId : std::uint8_t {
#define MBN_EVENTS(interface_name, events) events
#define MBN_EVENT(interface_name, name, parameters, names) k##interface_name##_##name,
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENT
#undef MBN_EVENTS
};

/// Events have the numbers 0 to kEventCount - 1.
inline constexpr std::size_t kEventCount = 62;

/// "IMbnConnectionEvents::OnConnectComplete". "?" for an EventId that is not an enumerator.
std::string_view NameOf(EventId event);

/// The name of the event's parameter `index`, counted from 0, as the API spells it ("requestID").
/// Empty after the last one.
constexpr std::string_view ParameterOf(EventId event, std::size_t index);

/// The event with a full name ("IMbnConnectionEvents::OnConnectComplete") or with the part after
/// the colons ("OnConnectComplete"). Throws std::invalid_argument if no event has that name, or if
/// several have it: OnScanNetworkComplete is in two interfaces. The text then names them.
EventId EventNamed(std::string_view name);

namespace event_data {

// "(newConnection, requestID, status)"
inline constexpr std::array<std::string_view, kEventCount> kParameters = {
#define MBN_EVENTS(interface_name, events) events
#define MBN_EVENT(interface_name, name, parameters, names) #names,
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENT
#undef MBN_EVENTS
};

}  // namespace event_data

constexpr std::string_view ParameterOf(EventId event, std::size_t index) {
  const auto place = static_cast<std::size_t>(event);
  std::string_view list = place < kEventCount ? event_data::kParameters[place] : "()";
  list = list.substr(1, list.size() - 2);
  for (; index != 0; --index) {
    const auto comma = list.find(", ");
    if (comma == std::string_view::npos) return {};
    list.remove_prefix(comma + 2);
  }
  return list.substr(0, list.find(','));
}

}  // namespace mbnrig::mbn
