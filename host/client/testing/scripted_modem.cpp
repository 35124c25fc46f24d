#include "client/testing/scripted_modem.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace mbnrig::client {

using transport::UsbStatus;
using transport::testing::FakeUsbDevice;

ScriptedModem::ScriptedModem(const Options& options)
    : usb_(std::make_shared<FakeUsbDevice>(
          transport::UsbDeviceInfo{options.location, options.vendor_id, options.product_id,
                                   "mbnrig", "scripted modem", options.serial},
          transport::testing::FakeMbimConfiguration(options.functional_descriptors,
                                                    options.max_control_message,
                                                    options.max_outstanding_commands))),
      reassembler_(mbim::Reassembler::Limits{}) {
  usb_->set_control_handler([this](const auto& call) { return OnControl(call); });
}

void ScriptedModem::set_answers_open(bool answers) {
  std::lock_guard lock(mutex_);
  answers_open_ = answers;
}

void ScriptedModem::set_answers_close(bool answers) {
  std::lock_guard lock(mutex_);
  answers_close_ = answers;
}

void ScriptedModem::set_send_status(std::optional<UsbStatus> status) {
  std::lock_guard lock(mutex_);
  send_status_ = status;
}

void ScriptedModem::set_notifies(bool notifies) {
  std::lock_guard lock(mutex_);
  notifies_ = notifies;
}

std::optional<FakeUsbDevice::ControlAnswer> ScriptedModem::OnControl(
    const FakeUsbDevice::ControlCall& call) {
  if (call.request.request_type == 0x80) {  // GET_STATUS
    return FakeUsbDevice::ControlAnswer{UsbStatus::kOk, {0, 0}};
  }
  switch (call.request.request) {
    case 0x00: {  // SEND_ENCAPSULATED_COMMAND
      std::optional<UsbStatus> status;
      {
        std::lock_guard lock(mutex_);
        status = send_status_;
      }
      if (status == UsbStatus::kOk) {
        Receive(call.data);
      }
      return status ? std::optional(FakeUsbDevice::ControlAnswer{*status, {}}) : std::nullopt;
    }
    case 0x01: {  // GET_ENCAPSULATED_RESPONSE
      std::lock_guard lock(mutex_);
      mbim::Bytes response;
      if (!responses_.empty()) {
        response = std::move(responses_.front());
        responses_.pop_front();
      }
      return FakeUsbDevice::ControlAnswer{UsbStatus::kOk, std::move(response)};
    }
    case 0x05: {  // RESET_FUNCTION
      std::lock_guard lock(mutex_);
      responses_.clear();
      reassembler_.Reset();
      return FakeUsbDevice::ControlAnswer{};
    }
    default:
      return FakeUsbDevice::ControlAnswer{UsbStatus::kStall, {}};
  }
}

void ScriptedModem::Receive(mbim::ByteView fragment) {
  std::optional<mbim::FunctionMessage> answer;
  {
    std::lock_guard lock(mutex_);
    auto result = reassembler_.Push(fragment, std::chrono::steady_clock::now());
    const auto* whole = std::get_if<mbim::Bytes>(&result);
    if (!whole) {
      if (const auto* error = std::get_if<mbim::MessageError>(&result)) {
        ADD_FAILURE() << "the host sent a malformed message: " << error->reason;
      }
      return;
    }
    auto decoded = mbim::DecodeHostMessage(*whole);
    if (const auto* error = std::get_if<mbim::MessageError>(&decoded)) {
      ADD_FAILURE() << "the host sent a malformed message: " << error->reason;
      return;
    }
    auto message = std::get<mbim::HostMessage>(decoded);
    const auto* open = std::get_if<mbim::OpenMessage>(&message);
    const auto* close = std::get_if<mbim::CloseMessage>(&message);
    if (open) {
      max_transfer_ = open->max_control_transfer;
    }
    if (open && answers_open_) {
      answer = mbim::OpenDone{open->transaction_id, mbim::Status::kSuccess};
    } else if (close && answers_close_) {
      answer = mbim::CloseDone{close->transaction_id, mbim::Status::kSuccess};
    } else {
      received_.push_back(std::move(message));
      changed_.notify_all();
    }
  }
  if (answer) {
    Send(*answer);
  }
}

mbim::HostMessage ScriptedModem::Next() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, std::chrono::seconds(10), [this] { return !received_.empty(); })) {
    ADD_FAILURE() << "the host sent nothing";
    throw std::runtime_error("the host sent nothing");
  }
  auto message = std::move(received_.front());
  received_.pop_front();
  return message;
}

bool ScriptedModem::empty() {
  std::lock_guard lock(mutex_);
  return received_.empty();
}

void ScriptedModem::Send(const mbim::FunctionMessage& message) {
  std::uint32_t max_transfer = 0;
  {
    std::lock_guard lock(mutex_);
    max_transfer = max_transfer_;
  }
  for (auto& fragment : mbim::Fragment(mbim::EncodeMessage(message), max_transfer)) {
    SendRaw(std::move(fragment));
  }
}

void ScriptedModem::SendRaw(mbim::Bytes response) {
  bool notifies = false;
  {
    std::lock_guard lock(mutex_);
    responses_.push_back(std::move(response));
    notifies = notifies_;
  }
  if (notifies) {
    usb_->CompleteIn(0x85, UsbStatus::kOk, {0xA1, 0x01, 0, 0, 0, 0, 0, 0});
  }
}

void ScriptedModem::Answer(const mbim::CommandMessage& command, mbim::Status status,
                           mbim::Bytes information) {
  Send(mbim::CommandDone{command.transaction_id, command.service, command.cid, status,
                         std::move(information)});
}

}  // namespace mbnrig::client
