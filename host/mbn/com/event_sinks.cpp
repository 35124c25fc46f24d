#include "mbn/com/event_sinks.h"

#include "com/event_handler.h"
#include "com/object.h"
#include "mbn/com/connection.h"
#include "mbn/com/connection_profile.h"
#include "mbn/com/fire.h"
#include "mbn/com/modem_object.h"

namespace mbnrig::mbn {
namespace {

// Makes the arguments of an event of the service. An event's object follows from the type of its
// first parameter.
class Arguments {
 public:
  explicit Arguments(const ServiceEvent& event) : event_(event) {}

  template <class P>
  requires std::is_same_v<typename P::Type, IMbnConnection*> com::Ptr<Connection> Argument(P)
  const { return com::Make<Connection>(event_.modem); }

  template <class P>
  requires std::is_same_v<typename P::Type, IMbnConnectionProfile*> com::Ptr<ConnectionProfile>
  Argument(P)
  const { return com::Make<ConnectionProfile>(event_.profile, ""); }

  // The interfaces of a modem's COM object.
  template <class P>
  requires(ModemObject::kHas<std::remove_pointer_t<typename P::Type>>)
      com::Ptr<std::remove_pointer_t<typename P::Type>> Argument(P)
  const {
    return com::MakeFacet<ModemObject, std::remove_pointer_t<typename P::Type>>(event_.modem);
  }

  template <class P>
  requires(P::kName == "requestID") ULONG Argument(P)
  const { return event_.request; }

  template <class P>
  requires(P::kName == "status") HRESULT Argument(P)
  const { return event_.status; }

 private:
  const ServiceEvent& event_;
};

class ComEventSink final : public EventSink {
 public:
  void Tell(const ServiceEvent& event) override {
    const com::EventHandlerMark in_handler;
    Fire(event.which, Arguments(event));
  }
};

}  // namespace

EventSink& TheEventSink() {
  static EventSink& sink = *new ComEventSink;
  return sink;
}

}  // namespace mbnrig::mbn
