#include "trace/device_trace.h"

#include <algorithm>

namespace mbnrig::trace {
namespace {

constexpr std::uint8_t kControlIn = 0x80, kControlOut = 0x00;

}  // namespace

DeviceTrace::DeviceTrace(std::shared_ptr<Writer> writer, ByteView device_descriptor,
                         ByteView configuration_descriptor)
    : writer_(std::move(writer)), number_(writer_->NextDevice()) {
  constexpr std::uint8_t kDevice = 1, kConfiguration = 2;
  Describe(kDevice, device_descriptor);
  Describe(kConfiguration, configuration_descriptor);
}

void DeviceTrace::Describe(std::uint8_t type, ByteView descriptor) {
  constexpr std::uint8_t kStandardIn = 0x80, kGetDescriptor = 6;
  const auto length = static_cast<std::uint16_t>(std::min<std::size_t>(descriptor.size(), 0xffff));
  const auto id = SubmitControl({kStandardIn, kGetDescriptor, 0, type, 0, 0,
                                 static_cast<std::uint8_t>(length & 0xff),
                                 static_cast<std::uint8_t>(length >> 8)});
  CompleteControl(id, true, urb_status::kOk, descriptor.first(length));
}

Urb DeviceTrace::Begin(std::uint64_t id, Urb::Event event, Transfer transfer,
                       std::uint8_t endpoint) const {
  Urb urb;
  urb.id = id;
  urb.event = event;
  urb.transfer = transfer;
  urb.endpoint = endpoint;
  urb.device = number_;
  if (event == Urb::Event::kSubmit) urb.status = urb_status::kInProgress;
  return urb;
}

std::uint64_t DeviceTrace::SubmitControl(const Setup& setup, ByteView data) {
  const bool in = (setup[0] & 0x80) != 0;
  Urb urb = Begin(writer_->NextId(), Urb::Event::kSubmit, Transfer::kControl,
                  in ? kControlIn : kControlOut);
  urb.setup = setup;
  urb.length = static_cast<std::uint32_t>(setup[6] | setup[7] << 8);
  writer_->Add(urb, data);
  return urb.id;
}

void DeviceTrace::CompleteControl(std::uint64_t id, bool in, std::int32_t status, ByteView data,
                                  std::size_t length) {
  Complete(id, Transfer::kControl, in ? kControlIn : kControlOut, status, data, length);
}

std::uint64_t DeviceTrace::Submit(Transfer transfer, std::uint8_t endpoint, ByteView data,
                                  std::size_t length) {
  Urb urb = Begin(writer_->NextId(), Urb::Event::kSubmit, transfer, endpoint);
  urb.length = static_cast<std::uint32_t>(urb.in() ? length : data.size());
  writer_->Add(urb, data);
  return urb.id;
}

void DeviceTrace::Complete(std::uint64_t id, Transfer transfer, std::uint8_t endpoint,
                           std::int32_t status, ByteView data, std::size_t length) {
  Urb urb = Begin(id, Urb::Event::kComplete, transfer, endpoint);
  urb.status = status;
  urb.length = static_cast<std::uint32_t>(urb.in() ? data.size() : length);
  writer_->Add(urb, data);
}

}  // namespace mbnrig::trace
