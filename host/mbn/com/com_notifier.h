#pragma once

/// The service's news as COM events: to every sink that clients advised, whichever manager they
/// advised it on.

#include <mbnapi.h>

#include <memory>

#include "com/sinks.h"
#include "mbn/modem/event.h"

namespace mbnrig::mbn {

/// The sinks of the process, one list an event interface. Managers offer them as connection points.
struct EventSinks {
  template <class Sink>
  using List = std::shared_ptr<com::Sinks<Sink>>;

  List<IMbnInterfaceManagerEvents> interface_manager;
  List<IMbnInterfaceEvents> interfaces;
  List<IMbnConnectionManagerEvents> connection_manager;
  List<IMbnConnectionEvents> connections;
  List<IMbnConnectionProfileManagerEvents> profile_manager;
  List<IMbnConnectionProfileEvents> profiles;
};

/// Lives as long as the process: clients advise before the service starts and across its restarts.
const EventSinks& TheSinks();

/// Tells TheSinks(). What a sink returns changes nothing.
EventSink& TheEventSink();

}  // namespace mbnrig::mbn
