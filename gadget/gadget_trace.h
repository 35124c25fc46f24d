#pragma once

/// Writes the transfers of the USB function into a trace.

#include <memory>
#include <optional>

#include "fault/rule.h"
#include "trace/device_trace.h"
#include "usb/observer.h"

namespace mbnrig {

/// Called only under the function's lock.
class GadgetTrace : public usb::Observer {
 public:
  explicit GadgetTrace(std::shared_ptr<trace::Writer> writer) : writer_(std::move(writer)) {}

  void OnAttach(usb::ByteView device, usb::ByteView configuration,
                const usb::Layout& layout) override;
  void OnDetach() override;
  void OnBusReset() override;
  void OnSetup(const usb::SetupPacket& setup) override;
  void OnData(const usb::SetupPacket& setup, usb::ByteView data) override;
  void OnReply(const usb::SetupPacket& setup, const usb::ControlReply& reply) override;
  void OnNotification(usb::ByteView notification) override;
  void OnBulkOut(usb::ByteView ntb) override;
  void OnBulkIn(usb::ByteView ntb) override;

 private:
  /// The control request that is under way.
  struct Request {
    usb::SetupPacket setup;
    std::size_t sent = 0;  ///< bytes of data from the host
    /// Its id in the trace. An OUT request has none before its data.
    std::optional<std::uint64_t> id;
  };
  void Submit(usb::ByteView data = {});
  void Finish(std::int32_t status, usb::ByteView data = {});
  void Overtake();

  const std::shared_ptr<trace::Writer> writer_;
  std::optional<trace::DeviceTrace> device_;
  usb::Layout layout_;
  std::optional<Request> request_;
};

/// "on command CONNECT: status BUSY", for comments.
std::string ToText(const fault::Rule& rule);

}  // namespace mbnrig
