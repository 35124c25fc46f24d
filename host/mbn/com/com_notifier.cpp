#include "mbn/com/com_notifier.h"

#include "com/object.h"
#include "mbn/com/connection.h"
#include "mbn/com/connection_profile.h"
#include "mbn/com/interface.h"

namespace mbnrig::mbn {
namespace {

class ComNotifier final : public Notifier {
 public:
  void InterfaceArrived(const Snapshot& modem) override {
    Tell(TheSinks().interface_manager, &IMbnInterfaceManagerEvents::OnInterfaceArrival,
         com::Make<Interface>(modem));
  }
  void InterfaceRemoved(const Snapshot& modem) override {
    Tell(TheSinks().interface_manager, &IMbnInterfaceManagerEvents::OnInterfaceRemoval,
         com::Make<Interface>(modem));
  }
  void CapabilityAvailable(const Snapshot& modem) override {
    Tell(TheSinks().interfaces, &IMbnInterfaceEvents::OnInterfaceCapabilityAvailable,
         com::Make<Interface>(modem));
  }
  void SubscriberChanged(const Snapshot& modem) override {
    Tell(TheSinks().interfaces, &IMbnInterfaceEvents::OnSubscriberInformationChange,
         com::Make<Interface>(modem));
  }
  void ReadyStateChanged(const Snapshot& modem) override {
    Tell(TheSinks().interfaces, &IMbnInterfaceEvents::OnReadyStateChange,
         com::Make<Interface>(modem));
  }
  void HomeProviderAvailable(const Snapshot& modem) override {
    Tell(TheSinks().interfaces, &IMbnInterfaceEvents::OnHomeProviderAvailable,
         com::Make<Interface>(modem));
  }

  void ConnectionArrived(const Snapshot& modem) override {
    Tell(TheSinks().connection_manager, &IMbnConnectionManagerEvents::OnConnectionArrival,
         com::Make<Connection>(modem));
  }
  void ConnectionRemoved(const Snapshot& modem) override {
    Tell(TheSinks().connection_manager, &IMbnConnectionManagerEvents::OnConnectionRemoval,
         com::Make<Connection>(modem));
  }
  void ConnectCompleted(const Snapshot& modem, std::uint32_t request, HRESULT status) override {
    Tell(TheSinks().connections, &IMbnConnectionEvents::OnConnectComplete,
         com::Make<Connection>(modem), request, status);
  }
  void DisconnectCompleted(const Snapshot& modem, std::uint32_t request) override {
    // The only status that the page allows.
    Tell(TheSinks().connections, &IMbnConnectionEvents::OnDisconnectComplete,
         com::Make<Connection>(modem), request, S_OK);
  }
  void ConnectStateChanged(const Snapshot& modem) override {
    Tell(TheSinks().connections, &IMbnConnectionEvents::OnConnectStateChange,
         com::Make<Connection>(modem));
  }
  void VoiceCallStateChanged(const Snapshot& modem) override {
    Tell(TheSinks().connections, &IMbnConnectionEvents::OnVoiceCallStateChange,
         com::Make<Connection>(modem));
  }

  void ProfileArrived(const ProfilePtr& profile) override {
    Tell(TheSinks().profile_manager,
         &IMbnConnectionProfileManagerEvents::OnConnectionProfileArrival,
         com::Make<ConnectionProfile>(profile, ""));
  }
  void ProfileRemoved(const ProfilePtr& profile) override {
    Tell(TheSinks().profile_manager,
         &IMbnConnectionProfileManagerEvents::OnConnectionProfileRemoval,
         com::Make<ConnectionProfile>(profile, ""));
  }
  void ProfileUpdated(const ProfilePtr& profile) override {
    Tell(TheSinks().profiles, &IMbnConnectionProfileEvents::OnProfileUpdate,
         com::Make<ConnectionProfile>(profile, ""));
  }

 private:
  template <class Sink, class Method, class Object, class... Arguments>
  static void Tell(const EventSinks::List<Sink>& sinks, Method method,
                   const com::Ptr<Object>& object, Arguments... arguments) {
    sinks->ForEach([&](Sink* sink) { (sink->*method)(object.Get(), arguments...); });
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

Notifier& TheNotifier() {
  static Notifier& notifier = *new ComNotifier;
  return notifier;
}

}  // namespace mbnrig::mbn
