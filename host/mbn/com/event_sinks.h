#pragma once

/// The sinks that clients advised, and the service's events for them.

#include <mbnapi.h>

#include <memory>

#include "com/sinks.h"
#include "mbn/modem/event.h"

namespace mbnrig::mbn {

/// The sinks of the process for one event interface of mbnapi.h, whichever manager they were
/// advised on. Managers offer them as connection points. They live as long as the process: clients
/// advise before the service starts and across its restarts. Thread-safe.
template <class Events>
const std::shared_ptr<com::Sinks<Events>>& SinksOf() {
  static const auto& sinks = *new std::shared_ptr<com::Sinks<Events>>(new com::Sinks<Events>);
  return sinks;
}

/// Calls the sinks of the process. What a sink returns changes nothing.
EventSink& TheEventSink();

}  // namespace mbnrig::mbn
