#pragma once

/// The events of mbnapi.h as numbers and names. Needs no COM object, so the model of a modem can
/// say which event it means.

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

/// "IMbnConnectionEvents::OnConnectComplete". An EventId that is not an enumerator: "?".
std::string_view NameOf(EventId event);

/// The name of one of the event's parameters, counted from 0, as the API spells it ("requestID").
/// Empty behind the last one.
std::string_view ParameterOf(EventId event, std::size_t index);

/// The event of a full name ("IMbnConnectionEvents::OnConnectComplete") or of the part behind the
/// colons ("OnConnectComplete"). Throws std::invalid_argument, with the names that were possible,
/// when no event or more than one has that name: OnScanNetworkComplete is in two interfaces.
EventId EventNamed(std::string_view name);

}  // namespace mbnrig::mbn
