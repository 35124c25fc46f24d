#pragma once

/// A modem for tests of the MBIM host: a scripted USB device (transport/testing/fake_usb.h) that
/// understands control messages and answers as the test says. Thread-safe.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "mbim/fragment.h"
#include "mbim/message.h"
#include "transport/testing/fake_usb.h"

namespace mbnrig::client {

class ScriptedModem {
 public:
  struct Options {
    std::string location = "usb-1-1";
    std::string serial = "0001";
    std::uint16_t vendor_id = 0x1d6b, product_id = 0x0104;
    bool functional_descriptors = true;
    std::uint16_t max_control_message = 4096;
    std::uint8_t max_outstanding_commands = 0;  ///< 0: not announced
  };
  ScriptedModem() : ScriptedModem(Options{}) {}
  explicit ScriptedModem(const Options& options);

  const std::shared_ptr<transport::testing::FakeUsbDevice>& usb() const { return usb_; }

  /// Whether the modem answers OPEN and CLOSE with success by itself. By default it does.
  void set_answers_open(bool answers);
  void set_answers_close(bool answers);
  /// How SEND_ENCAPSULATED_COMMAND ends. Empty: it stays pending.
  void set_send_status(std::optional<transport::UsbStatus> status);
  /// Whether the modem notifies RESPONSE_AVAILABLE.
  void set_notifies(bool notifies);

  /// The next message of the host that the modem does not answer by itself. Fails the test and
  /// throws if none comes within ten seconds.
  mbim::HostMessage Next();
  /// The same. The message must be of type `Message`.
  template <class Message>
  Message Next() {
    return std::get<Message>(Next());
  }

  /// Whether Next has nothing to return.
  bool empty();

  /// Sends a message, in fragments of the size that OPEN agreed on.
  void Send(const mbim::FunctionMessage& message);
  /// Sends the bytes of one response unchanged, with a notification.
  void SendRaw(mbim::Bytes response);
  /// Answers a command.
  void Answer(const mbim::CommandMessage& command, mbim::Status status = mbim::Status::kSuccess,
              mbim::Bytes information = {});

 private:
  std::optional<transport::testing::FakeUsbDevice::ControlAnswer> OnControl(
      const transport::testing::FakeUsbDevice::ControlCall& call);
  void Receive(mbim::ByteView fragment);

  const std::shared_ptr<transport::testing::FakeUsbDevice> usb_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool answers_open_ = true, answers_close_ = true, notifies_ = true;
  std::optional<transport::UsbStatus> send_status_ = transport::UsbStatus::kOk;
  mbim::Reassembler reassembler_;
  std::uint32_t max_transfer_ = 4096;
  std::deque<mbim::HostMessage> received_;
  std::deque<mbim::Bytes> responses_;
};

}  // namespace mbnrig::client
