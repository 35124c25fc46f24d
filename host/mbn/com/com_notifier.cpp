#include "mbn/com/com_notifier.h"

#include "com/object.h"
#include "mbn/com/connection.h"
#include "mbn/com/connection_profile.h"
#include "mbn/com/interface.h"

namespace mbnrig::mbn {
namespace {

class ComEventSink final : public EventSink {
 public:
  void Tell(const ServiceEvent& event) override {
    switch (event.which) {
      case EventId::kIMbnInterfaceManagerEvents_OnInterfaceArrival:
        return TellInterface(TheSinks().interface_manager,
                             &IMbnInterfaceManagerEvents::OnInterfaceArrival, event);
      case EventId::kIMbnInterfaceManagerEvents_OnInterfaceRemoval:
        return TellInterface(TheSinks().interface_manager,
                             &IMbnInterfaceManagerEvents::OnInterfaceRemoval, event);
      case EventId::kIMbnInterfaceEvents_OnInterfaceCapabilityAvailable:
        return TellInterface(TheSinks().interfaces,
                             &IMbnInterfaceEvents::OnInterfaceCapabilityAvailable, event);
      case EventId::kIMbnInterfaceEvents_OnSubscriberInformationChange:
        return TellInterface(TheSinks().interfaces,
                             &IMbnInterfaceEvents::OnSubscriberInformationChange, event);
      case EventId::kIMbnInterfaceEvents_OnReadyStateChange:
        return TellInterface(TheSinks().interfaces, &IMbnInterfaceEvents::OnReadyStateChange,
                             event);
      case EventId::kIMbnInterfaceEvents_OnHomeProviderAvailable:
        return TellInterface(TheSinks().interfaces, &IMbnInterfaceEvents::OnHomeProviderAvailable,
                             event);
      case EventId::kIMbnConnectionManagerEvents_OnConnectionArrival:
        return Fire(TheSinks().connection_manager,
                    &IMbnConnectionManagerEvents::OnConnectionArrival,
                    com::Make<Connection>(event.modem));
      case EventId::kIMbnConnectionManagerEvents_OnConnectionRemoval:
        return Fire(TheSinks().connection_manager,
                    &IMbnConnectionManagerEvents::OnConnectionRemoval,
                    com::Make<Connection>(event.modem));
      case EventId::kIMbnConnectionEvents_OnConnectComplete:
        return Fire(TheSinks().connections, &IMbnConnectionEvents::OnConnectComplete,
                    com::Make<Connection>(event.modem), event.request, event.status);
      case EventId::kIMbnConnectionEvents_OnDisconnectComplete:
        return Fire(TheSinks().connections, &IMbnConnectionEvents::OnDisconnectComplete,
                    com::Make<Connection>(event.modem), event.request, event.status);
      case EventId::kIMbnConnectionEvents_OnConnectStateChange:
        return Fire(TheSinks().connections, &IMbnConnectionEvents::OnConnectStateChange,
                    com::Make<Connection>(event.modem));
      case EventId::kIMbnConnectionEvents_OnVoiceCallStateChange:
        return Fire(TheSinks().connections, &IMbnConnectionEvents::OnVoiceCallStateChange,
                    com::Make<Connection>(event.modem));
      case EventId::kIMbnConnectionProfileManagerEvents_OnConnectionProfileArrival:
        return Fire(TheSinks().profile_manager,
                    &IMbnConnectionProfileManagerEvents::OnConnectionProfileArrival,
                    com::Make<ConnectionProfile>(event.profile, ""));
      case EventId::kIMbnConnectionProfileManagerEvents_OnConnectionProfileRemoval:
        return Fire(TheSinks().profile_manager,
                    &IMbnConnectionProfileManagerEvents::OnConnectionProfileRemoval,
                    com::Make<ConnectionProfile>(event.profile, ""));
      case EventId::kIMbnConnectionProfileEvents_OnProfileUpdate:
        return Fire(TheSinks().profiles, &IMbnConnectionProfileEvents::OnProfileUpdate,
                    com::Make<ConnectionProfile>(event.profile, ""));
      default:
        return;
    }
  }

 private:
  template <class Sink, class Method, class Object, class... Arguments>
  static void Fire(const EventSinks::List<Sink>& sinks, Method method,
                   const com::Ptr<Object>& object, Arguments... arguments) {
    sinks->ForEach([&](Sink* sink) { (sink->*method)(object.Get(), arguments...); });
  }
  template <class Sink, class Method>
  static void TellInterface(const EventSinks::List<Sink>& sinks, Method method,
                            const ServiceEvent& event) {
    Fire(sinks, method, com::Make<Interface>(event.modem));
  }
};

}  // namespace

const EventSinks& TheSinks() {
  static const EventSinks& sinks = *new EventSinks{
      std::make_shared<com::Sinks<IMbnInterfaceManagerEvents>>(),
      std::make_shared<com::Sinks<IMbnInterfaceEvents>>(),
      std::make_shared<com::Sinks<IMbnConnectionManagerEvents>>(),
      std::make_shared<com::Sinks<IMbnConnectionEvents>>(),
      std::make_shared<com::Sinks<IMbnConnectionProfileManagerEvents>>(),
      std::make_shared<com::Sinks<IMbnConnectionProfileEvents>>(),
  };
  return sinks;
}

EventSink& TheEventSink() {
  static EventSink& sink = *new ComEventSink;
  return sink;
}

}  // namespace mbnrig::mbn
