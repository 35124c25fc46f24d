#pragma once

#include "usb/function.h"

namespace mbnrig::usb {

/// Sees the traffic between host and function, as it is on the wire. A trace implements it
/// (gadget_trace.h). Called under the function's lock, in the order of events, on any thread. Must
/// not block and must not call the function.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A controller has joined. These are the descriptors that a host finds.
  virtual void OnAttach(ByteView device, ByteView configuration, const Layout& layout) = 0;
  virtual void OnDetach() = 0;
  virtual void OnBusReset() = 0;
  /// One SETUP packet. It supersedes a request that is not answered yet.
  virtual void OnSetup(const SetupPacket& setup) = 0;
  /// The data of an OUT request, before the function sees it.
  virtual void OnData(const SetupPacket& setup, ByteView data) = 0;
  /// The reply to OnSetup, and then the reply to OnData.
  virtual void OnReply(const SetupPacket& setup, const ControlReply& reply) = 0;
  /// A transfer of the notification endpoint.
  virtual void OnNotification(ByteView notification) = 0;
  /// One NTB from the host, one to the host.
  virtual void OnBulkOut(ByteView ntb) = 0;
  virtual void OnBulkIn(ByteView ntb) = 0;
};

}  // namespace mbnrig::usb
