#pragma once

/// Calls the sinks of an event that is known by its ID. A source makes the arguments, one parameter
/// at a time:
///
///   struct Source {
///     template <class P> requires (P::kName == "requestID")
///     ULONG Argument(P) const;
///     ...
///   };
///   Fire(EventId::kIMbnConnectionEvents_OnConnectComplete, source);

#include <mbnapi.h>

#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mbn/api/event_id.h"
#include "mbn/com/event_sinks.h"
#include "mbn/log.h"

namespace mbnrig::mbn {

/// One parameter of an event: its type, and its name as the API spells it.
template <EventId event, std::size_t index, class T>
struct Parameter {
  using Type = T;
  static constexpr EventId kEvent = event;
  static constexpr std::string_view kName = ParameterOf(event, index);
};

/// Whether `Source` makes the argument of a parameter. It may return the value, or an object that
/// owns the value while the sinks are called: a com::Ptr, a com::Bstr, a com::SafeArrayPtr, or a T
/// for a parameter of type T*.
template <class Source, class P>
concept Supplies = requires(const Source& source) {
  source.Argument(P{});
};

namespace fire {

// The argument for a sink, taken from the object that the source returned.
template <class T, class Owner>
T Passed(Owner& owner) {
  if constexpr (requires { owner.Get(); }) {
    return owner.Get();
  } else if constexpr (requires { owner.get(); }) {
    return owner.get();
  } else if constexpr (std::is_same_v<T, Owner*>) {
    return &owner;
  } else {
    return owner;
  }
}

template <class T, class Owner>
bool IsMissing(Owner& owner) {
  if constexpr (std::is_convertible_v<T, IUnknown*>) return Passed<T>(owner) == nullptr;
  return false;
}

template <EventId event, class Source, class Events, class... T, std::size_t... index>
void One(const Source& source, HRESULT (Events::*method)(T...), std::index_sequence<index...>) {
  if constexpr ((Supplies<Source, Parameter<event, index, T>> && ...)) {
    const auto& sinks = *SinksOf<Events>();
    if (sinks.size() == 0) return;
    std::tuple owners(source.Argument(Parameter<event, index, T>{})...);
    if ((IsMissing<T>(std::get<index>(owners)) || ...)) return;
    sinks.ForEach([&](Events* sink) {
      // A client's handler that throws takes nothing from the clients behind it.
      try {
        (sink->*method)(Passed<T>(std::get<index>(owners))...);
      } catch (const std::exception& error) {
        LogWarning(
            {"a client's handler of ", NameOf(event), " threw an exception: ", error.what()});
      } catch (...) {
        LogWarning(
            {"a client's handler of ", NameOf(event), " threw something that is not an exception"});
      }
    });
  } else {
    LogWarning({NameOf(event), ": the service cannot make its arguments yet"});
  }
}

template <EventId event, class Source, class Events, class... T>
void One(const Source& source, HRESULT (Events::*method)(T...)) {
  One<event>(source, method, std::index_sequence_for<T...>());
}

}  // namespace fire

/// Calls every sink that is connected to the event's interface. `source` makes the arguments once
/// for all sinks. An exception of a sink is logged. If `source` cannot make all arguments of the
/// event, only logs a warning. Throws the exceptions of `source`.
template <class Source>
void Fire(EventId which, const Source& source) {
  switch (which) {
#define MBN_EVENTS(interface_name, events) events
#define MBN_EVENT(interface_name, name, parameters, names) \
  case EventId::k##interface_name##_##name:                \
    return fire::One<EventId::k##interface_name##_##name>(source, &interface_name::name);
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENT
#undef MBN_EVENTS
  }
}

}  // namespace mbnrig::mbn
