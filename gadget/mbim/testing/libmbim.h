#pragma once

/// libmbim in terms of our structures, for the tests in which it judges the wire.

#include <libmbim-glib.h>

#include <memory>

#include "mbim/basic_connect.h"
#include "mbim/bytes.h"

namespace mbnrig::mbim::testing {

struct Free {
  void operator()(MbimMessage* message) const { mbim_message_unref(message); }
  void operator()(GError* error) const { g_error_free(error); }
  void operator()(gchar* string) const { g_free(string); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// A message that libmbim reads from the wire.
inline Owned<MbimMessage> TheirMessage(ByteView wire) {
  return Owned<MbimMessage>(mbim_message_new(wire.data(), static_cast<guint32>(wire.size())));
}

inline const MbimUuid* ToTheirs(const Uuid& uuid) {
  return reinterpret_cast<const MbimUuid*>(uuid.bytes.data());
}
Uuid ToOurs(const MbimUuid& uuid);

/// Their parsers, into our structures: of an answer, or of an indication. False, and `e` set, where
/// they refuse.
bool Parse(const MbimMessage* m, DeviceCapsInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, SubscriberReadyInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, RadioStateInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, PinInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, PinListInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, Provider& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, Providers& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, RegistrationStateInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, PacketServiceInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, SignalStateInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, ConnectInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, ProvisionedContextsInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, IpConfigurationInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, DeviceServicesInfo& v, bool indication, GError** e);
bool Parse(const MbimMessage* m, DeviceServiceSubscribeList& v, bool indication, GError** e);

/// Their builders, from our structures; what a C enumeration cannot hold is changed in `v`, too.
/// Null, and `e` set, where they refuse.
MbimMessage* Build(SetRadioState& v, GError** e);
MbimMessage* Build(SetPin& v, GError** e);
MbimMessage* Build(Provider& v, GError** e);
MbimMessage* Build(VisibleProvidersReq& v, GError** e);
MbimMessage* Build(SetRegistrationState& v, GError** e);
MbimMessage* Build(SetPacketService& v, GError** e);
MbimMessage* Build(SetSignalState& v, GError** e);
MbimMessage* Build(SetConnect& v, GError** e);
MbimMessage* Build(ConnectInfo& v, GError** e);
MbimMessage* Build(SetProvisionedContext& v, GError** e);
MbimMessage* Build(IpConfigurationInfo& v, GError** e);
MbimMessage* Build(DeviceServiceSubscribeList& v, GError** e);

}  // namespace mbnrig::mbim::testing
