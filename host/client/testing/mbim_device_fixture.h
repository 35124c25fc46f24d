#pragma once

/// For tests of MbimDevice: the client against a scripted modem. No USB and no waiting. Time passes
/// when a test says so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "client/testing/client_fixture.h"
#include "client/testing/scripted_modem.h"
#include "client/usb_monitor.h"
#include "mbim/basic_connect.h"

namespace mbnrig::client {

class MbimDeviceTest : public ::testing::Test {
 protected:
  MbimDeviceTest() { Use({}); }
  ~MbimDeviceTest() override { StopMonitor(); }

  void Use(const ScriptedModem::Options& options) {
    StopMonitor();
    modem_ = std::make_unique<ScriptedModem>(options);
    auto bus = std::make_unique<transport::testing::FakeUsbBus>();
    bus_ = bus.get();
    bus_->Plug(modem_->usb());
    MonitorOptions monitor_options;
    monitor_options.clock = clock_;
    monitor_ =
        std::make_unique<UsbMonitor>(std::move(bus), DeviceFilter{}, timeouts_, monitor_options);
    monitor_->Start(listener_);
    device_ = listener_.arrivals.Next();
    device_->set_indication_handler([this](const Indication& i) { indications_.Push(i); });
  }
  void StopMonitor() {
    if (monitor_) {
      modem_->usb()->Vanish();  // so that a modem that does not answer CLOSE cannot delay the end
      monitor_->Stop();
    }
  }
  void OpenWell() { ASSERT_TRUE(Open(*device_).Get().ok()); }

  void Settle() { monitor_->Settle(); }
  void Advance(std::chrono::milliseconds by) {
    Settle();
    clock_->Advance(by);
    Settle();
  }
  void Unplug() {
    bus_->Unplug(modem_->usb());
    Settle();
  }

  /// A command of the host, and the message that the modem received.
  std::pair<PendingReply, mbim::CommandMessage> Start() {
    auto reply = Query(*device_, mbim::kRadioState);
    return {reply, modem_->Next<mbim::CommandMessage>()};
  }
  void ExpectWorks() {
    auto [reply, command] = Start();
    modem_->Answer(command, mbim::Status::kSuccess, {1, 2, 3, 4});
    const Reply answer = reply.Get();
    EXPECT_TRUE(answer.ok()) << OutcomeName(answer.outcome);
    EXPECT_THAT(answer.information, ::testing::ElementsAre(1, 2, 3, 4));
  }
  std::size_t CountOperations(const std::string& name) {
    const auto operations = modem_->usb()->operations();
    return static_cast<std::size_t>(std::count(operations.begin(), operations.end(), name));
  }

  const std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  const Timeouts timeouts_;
  RecordingListener listener_;
  Events<Indication> indications_;
  std::unique_ptr<ScriptedModem> modem_;
  transport::testing::FakeUsbBus* bus_ = nullptr;
  std::unique_ptr<UsbMonitor> monitor_;
  std::shared_ptr<Device> device_;
};

}  // namespace mbnrig::client
