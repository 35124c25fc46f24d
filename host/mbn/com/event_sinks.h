#pragma once

/// The sinks that clients have advised, and the way of the service's events to them.

#include <mbnapi.h>

#include <memory>

#include "com/sinks.h"
#include "mbn/modem/event.h"

namespace mbnrig::mbn {

/// The sinks of the process for one event interface of mbnapi.h. A sink joins this list whichever
/// manager it was advised on. Managers offer the lists as connection points. The lists live as long
/// as the process, because clients may advise before the service starts, and sinks stay advised
/// when it restarts. Thread-safe.
template <class Events>
const std::shared_ptr<com::Sinks<Events>>& SinksOf() {
  static const auto& sinks = *new std::shared_ptr<com::Sinks<Events>>(new com::Sinks<Events>);
  return sinks;
}

/// Calls the sinks of the process. Ignores the results of the sinks.
EventSink& TheEventSink();

}  // namespace mbnrig::mbn
