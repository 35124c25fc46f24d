#pragma once

/// A client's sink for tests: notes every event, and lets a test wait for one or stand in its way.

#include <mbnapi.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "com/object.h"

namespace mbnrig::mbn {

/// One event: its name, and the object and values that came with it.
struct Event {
  std::string name;  ///< "OnConnectComplete"
  com::Ptr<IUnknown> object;
  ULONG request = 0;
  HRESULT status = S_OK;
  std::thread::id thread;

  template <class Interface>
  com::Ptr<Interface> As() const {
    com::Ptr<Interface> typed;
    object.As(&typed);
    return typed;
  }
};

/// Advises itself on managers; ends that when Disconnect is called. Thread-safe.
class EventLog final
    : public com::Object<IMbnInterfaceManagerEvents, IMbnInterfaceEvents,
                         IMbnConnectionManagerEvents, IMbnConnectionEvents,
                         IMbnConnectionProfileManagerEvents, IMbnConnectionProfileEvents> {
 public:
  /// Every connection point of `manager`.
  void Advise(IUnknown* manager);
  void Disconnect();

  /// Called on the event thread for each event, before it is noted.
  void OnEvent(std::function<void(const Event&)> handler);

  /// The first event of that name not yet waited for, `matches` or any. Throws std::runtime_error
  /// with what did come when it does not come.
  Event WaitFor(const std::string& name, std::function<bool(const Event&)> matches = nullptr);
  /// The names of all events so far, in order.
  std::vector<std::string> Names() const;
  std::vector<Event> Events() const;
  /// Forgets all of them.
  void Clear();

  HRESULT STDMETHODCALLTYPE OnInterfaceArrival(IMbnInterface* object) override {
    return Note("OnInterfaceArrival", object);
  }
  HRESULT STDMETHODCALLTYPE OnInterfaceRemoval(IMbnInterface* object) override {
    return Note("OnInterfaceRemoval", object);
  }
  HRESULT STDMETHODCALLTYPE OnInterfaceCapabilityAvailable(IMbnInterface* object) override {
    return Note("OnInterfaceCapabilityAvailable", object);
  }
  HRESULT STDMETHODCALLTYPE OnSubscriberInformationChange(IMbnInterface* object) override {
    return Note("OnSubscriberInformationChange", object);
  }
  HRESULT STDMETHODCALLTYPE OnReadyStateChange(IMbnInterface* object) override {
    return Note("OnReadyStateChange", object);
  }
  HRESULT STDMETHODCALLTYPE OnEmergencyModeChange(IMbnInterface* object) override {
    return Note("OnEmergencyModeChange", object);
  }
  HRESULT STDMETHODCALLTYPE OnHomeProviderAvailable(IMbnInterface* object) override {
    return Note("OnHomeProviderAvailable", object);
  }
  HRESULT STDMETHODCALLTYPE OnPreferredProvidersChange(IMbnInterface* object) override {
    return Note("OnPreferredProvidersChange", object);
  }
  HRESULT STDMETHODCALLTYPE OnSetPreferredProvidersComplete(IMbnInterface* object, ULONG request,
                                                            HRESULT status) override {
    return Note("OnSetPreferredProvidersComplete", object, request, status);
  }
  HRESULT STDMETHODCALLTYPE OnScanNetworkComplete(IMbnInterface* object, ULONG request,
                                                  HRESULT status) override {
    return Note("OnScanNetworkComplete", object, request, status);
  }
  HRESULT STDMETHODCALLTYPE OnConnectionArrival(IMbnConnection* object) override {
    return Note("OnConnectionArrival", object);
  }
  HRESULT STDMETHODCALLTYPE OnConnectionRemoval(IMbnConnection* object) override {
    return Note("OnConnectionRemoval", object);
  }
  HRESULT STDMETHODCALLTYPE OnConnectComplete(IMbnConnection* object, ULONG request,
                                              HRESULT status) override {
    return Note("OnConnectComplete", object, request, status);
  }
  HRESULT STDMETHODCALLTYPE OnDisconnectComplete(IMbnConnection* object, ULONG request,
                                                 HRESULT status) override {
    return Note("OnDisconnectComplete", object, request, status);
  }
  HRESULT STDMETHODCALLTYPE OnConnectStateChange(IMbnConnection* object) override {
    return Note("OnConnectStateChange", object);
  }
  HRESULT STDMETHODCALLTYPE OnVoiceCallStateChange(IMbnConnection* object) override {
    return Note("OnVoiceCallStateChange", object);
  }
  HRESULT STDMETHODCALLTYPE OnConnectionProfileArrival(IMbnConnectionProfile* object) override {
    return Note("OnConnectionProfileArrival", object);
  }
  HRESULT STDMETHODCALLTYPE OnConnectionProfileRemoval(IMbnConnectionProfile* object) override {
    return Note("OnConnectionProfileRemoval", object);
  }
  HRESULT STDMETHODCALLTYPE OnProfileUpdate(IMbnConnectionProfile* object) override {
    return Note("OnProfileUpdate", object);
  }

 private:
  HRESULT Note(const char* name, IUnknown* object, ULONG request = 0, HRESULT status = S_OK);

  struct Advice {
    com::Ptr<IConnectionPoint> point;
    DWORD cookie = 0;
  };
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event> events_;
  std::vector<bool> waited_for_;
  std::function<void(const Event&)> handler_;
  std::vector<Advice> advices_;
};

}  // namespace mbnrig::mbn
