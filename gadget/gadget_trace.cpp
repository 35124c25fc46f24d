#include "gadget_trace.h"

#include <nlohmann/json.hpp>
#include <variant>

#include "rule_json.h"
#include "usb/requests.h"

namespace mbnrig {

using trace::Urb;
namespace urb_status = trace::urb_status;

void GadgetTrace::OnAttach(usb::ByteView device, usb::ByteView configuration,
                           const usb::Layout& layout) {
  request_.reset();
  layout_ = layout;
  device_.emplace(writer_, device, configuration);
}

void GadgetTrace::OnDetach() {
  if (!device_) return;
  Overtake();
  // The host's read of the notification endpoint ends with this status.
  device_->Complete(writer_->NextId(), Urb::Transfer::kInterrupt, layout_.notification_endpoint,
                    urb_status::kShutdown, {});
  device_.reset();
}

void GadgetTrace::OnBusReset() {
  Overtake();
  writer_->Comment("bus reset");
}

void GadgetTrace::OnSetup(const usb::SetupPacket& setup) {
  if (!device_) return;
  Overtake();
  request_ = Request{setup, 0, std::nullopt};
  if (usb::IsIn(setup) || setup.length == 0) Submit();
}

void GadgetTrace::OnData(const usb::SetupPacket& setup, usb::ByteView data) {
  if (!device_) return;
  if (!request_) request_ = Request{setup, 0, std::nullopt};
  request_->sent = data.size();
  Submit(data);
}

void GadgetTrace::OnReply(const usb::SetupPacket& setup, const usb::ControlReply& reply) {
  if (!device_ || !request_) return;
  if (const auto* bytes = std::get_if<usb::Bytes>(&reply)) {
    Finish(urb_status::kOk, *bytes);
  } else if (std::holds_alternative<usb::Stall>(reply)) {
    Finish(urb_status::kStall);
  } else if (request_->id || setup.length == 0) {
    Finish(urb_status::kOk);
  }  // else the data stage follows
}

void GadgetTrace::Submit(usb::ByteView data) {
  const usb::SetupPacket& s = request_->setup;
  const auto low = [](std::uint16_t value) { return static_cast<std::uint8_t>(value & 0xff); };
  const auto high = [](std::uint16_t value) { return static_cast<std::uint8_t>(value >> 8); };
  request_->id =
      device_->SubmitControl({s.request_type, s.request, low(s.value), high(s.value), low(s.index),
                              high(s.index), low(s.length), high(s.length)},
                             data);
}

void GadgetTrace::Finish(std::int32_t status, usb::ByteView data) {
  if (!request_->id) Submit();
  device_->CompleteControl(*request_->id, usb::IsIn(request_->setup), status, data,
                           status == urb_status::kOk ? request_->sent : 0);
  request_.reset();
}

/// A new request ends the current one, which the host has given up.
void GadgetTrace::Overtake() {
  if (device_ && request_) Finish(urb_status::kCancelled);
}

void GadgetTrace::OnNotification(usb::ByteView notification) {
  if (!device_) return;
  device_->Complete(writer_->NextId(), Urb::Transfer::kInterrupt, layout_.notification_endpoint,
                    urb_status::kOk, notification);
}

void GadgetTrace::OnBulkOut(usb::ByteView ntb) {
  if (!device_) return;
  const auto id = device_->Submit(Urb::Transfer::kBulk, layout_.bulk_out_endpoint, ntb);
  device_->Complete(id, Urb::Transfer::kBulk, layout_.bulk_out_endpoint, urb_status::kOk, {},
                    ntb.size());
}

void GadgetTrace::OnBulkIn(usb::ByteView ntb) {
  if (!device_) return;
  device_->Complete(writer_->NextId(), Urb::Transfer::kBulk, layout_.bulk_in_endpoint,
                    urb_status::kOk, ntb);
}

std::string ToText(const fault::Rule& rule) {
  const nlohmann::json json = ToJson(rule);
  const auto word = [](const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  std::string text = "on " + word(json["on"]);
  for (const char* key : {"service", "cid", "request", "type"}) {
    if (json.contains(key)) text += " " + word(json[key]);
  }
  for (const char* key : {"first_word", "second_word"}) {
    if (json.contains(key)) text += std::string(" ") + key + " " + word(json[key]);
  }
  text += ": " + word(json["do"]);
  for (const char* key : {"status", "network_error", "error", "delay", "bytes"}) {
    if (json.contains(key)) text += " " + word(json[key]);
  }
  for (const char* key : {"after", "times"}) {
    if (json.contains(key)) text += std::string(", ") + key + " " + word(json[key]);
  }
  return text;
}

}  // namespace mbnrig
