#pragma once

/// libmbim in terms of our structures, for the tests in which it judges the wire. What it reads is
/// in libmbim_text.h.

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

/// The message that carries `information` as this form of the command; its transaction is 11.
Bytes MessageOf(const CommandId& cid, FormKind kind, const Bytes& information);

/// Their builders, from our structures; what a C enumeration cannot hold is changed in `v`, too.
/// Null, and `e` set, where they refuse.
///
/// Each is a C function with parameters of its own, so there is no generic way to call them. They
/// are worth it where a command has texts or lists, because they say in which order and with which
/// padding another implementation lays out a data buffer. A command without such a function here is
/// still read by libmbim, and its text compared (libmbim_text.h).
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
