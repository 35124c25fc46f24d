#pragma once

/// A client's sink with one function for all events.
///
///   class Log final : public mbn::Sink<Log, IMbnRadioEvents, IMbnPinEvents> {
///    public:
///     template <class... A>
///     HRESULT OnEvent(EventId event, const std::tuple<A...>& arguments);
///   };

#include <mbnapi.h>

#include <tuple>
#include <type_traits>

#include "com/object.h"
#include "mbn/api/event_id.h"

#pragma GCC diagnostic push
// Interfaces have no virtual destructor. com::Object has one, and only com::Object deletes.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

namespace mbnrig::mbn {

/// Implements the event interface `Events`: each method calls `Self::OnEvent`.
template <class Events, class Self>
class SinkOf;

#define MBN_EVENTS(interface_name, events)                     \
  template <class Self>                                        \
  class SinkOf<interface_name, Self> : public interface_name { \
   public:                                                     \
    using ComInterface = interface_name;                       \
    events                                                     \
  };
#define MBN_EVENT(interface_name, name, parameters, names)                        \
  HRESULT STDMETHODCALLTYPE name parameters override {                            \
    return static_cast<Self*>(this)->OnEvent(EventId::k##interface_name##_##name, \
                                             std::tuple names);                   \
  }
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENT
#undef MBN_EVENTS

/// A COM object that implements `Events`. `Self` is the class that derives from it. `Self` has
///
///   template <class... A> HRESULT OnEvent(EventId event, const std::tuple<A...>& arguments);
///
/// which is called on the service's event thread. Pointers in the arguments are valid only during
/// the call. The service gets OnEvent's result.
template <class Self, class... Events>
class Sink : public com::Object<SinkOf<Events, Self>...> {};

/// A sink of every event interface of mbnapi.h.
template <class Self>
using SinkOfAllEvents = Sink<Self
#define MBN_EVENTS(interface_name, events) , interface_name
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENTS
                             >;

/// The arguments of an event that most clients need.
struct EventArguments {
  com::Ptr<IUnknown> object;  ///< the first argument, if that is a COM object
  ULONG request = 0;          ///< the argument `requestID`; 0: none
  HRESULT status = S_OK;      ///< the argument `status`; S_OK: none
};

/// Finds the arguments by the API's names of the parameters.
template <class... A>
EventArguments ReadArguments(EventId event, const std::tuple<A...>& arguments) {
  EventArguments read;
  std::size_t index = 0;
  const auto take = [&](const auto& argument) {
    using T = std::remove_cvref_t<decltype(argument)>;
    const std::string_view name = ParameterOf(event, index++);
    if constexpr (std::is_convertible_v<T, IUnknown*>) read.object = argument;
    if constexpr (std::is_same_v<T, ULONG>) {
      if (name == "requestID") read.request = argument;
    }
    if constexpr (std::is_same_v<T, HRESULT>) {
      if (name == "status") read.status = argument;
    }
  };
  std::apply([&](const auto&... each) { (take(each), ...); }, arguments);
  return read;
}

}  // namespace mbnrig::mbn

#pragma GCC diagnostic pop
