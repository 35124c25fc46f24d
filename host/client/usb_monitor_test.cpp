#include "client/usb_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "client/testing/client_fixture.h"
#include "client/testing/scripted_modem.h"
#include "mbim/service_ids.h"

namespace mbnrig::client {
namespace {

using std::chrono::milliseconds;
using transport::testing::FakeUsbBus;
using transport::testing::FakeUsbDevice;

class UsbMonitorTest : public ::testing::Test {
 protected:
  void Make(const DeviceFilter& filter = {}) {
    auto bus = std::make_unique<FakeUsbBus>();
    bus_ = bus.get();
    MonitorOptions options;
    options.clock = clock_;
    monitor_ = std::make_unique<UsbMonitor>(std::move(bus), filter, Timeouts{}, options);
  }

  const std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  RecordingListener listener_;
  FakeUsbBus* bus_ = nullptr;
  std::unique_ptr<UsbMonitor> monitor_;
};

TEST_F(UsbMonitorTest, AnnouncesDevicesThatArePresentAndThoseThatCome) {
  Make();
  ScriptedModem first({.location = "usb-1-1", .serial = "A"});
  ScriptedModem second({.location = "usb-1-2", .serial = "B"});
  bus_->Plug(first.usb());
  monitor_->Start(listener_);
  EXPECT_EQ(listener_.arrivals.Next()->identity().serial, "A");
  bus_->Plug(second.usb());
  const auto device = listener_.arrivals.Next();
  EXPECT_EQ(device->identity().serial, "B");
  EXPECT_EQ(device->identity().vendor_id, 0x1d6b);
  EXPECT_EQ(device->identity().product, "scripted modem");
  EXPECT_TRUE(device->identity().id.starts_with("usb-1-2#")) << device->identity().id;
  EXPECT_TRUE(device->present());
}

TEST_F(UsbMonitorTest, GivesADeviceThatComesBackAnotherId) {
  Make();
  monitor_->Start(listener_);
  std::string last;
  for (int i = 0; i < 3; ++i) {
    ScriptedModem modem;
    bus_->Plug(modem.usb());
    const auto device = listener_.arrivals.Next();
    EXPECT_NE(device->identity().id, last);
    last = device->identity().id;
    bus_->Unplug(modem.usb());
    EXPECT_EQ(listener_.removals.Next(), device);
    EXPECT_FALSE(device->present());
  }
}

TEST_F(UsbMonitorTest, AnnouncesOnlyWhatTheFilterWants) {
  Make({.vendor_id = 0x1234, .product_id = 0x5678, .serial = "mine"});
  monitor_->Start(listener_);
  for (const auto& options :
       {ScriptedModem::Options{.serial = "mine", .vendor_id = 1, .product_id = 0x5678},
        ScriptedModem::Options{.serial = "mine", .vendor_id = 0x1234, .product_id = 1},
        ScriptedModem::Options{.serial = "yours", .vendor_id = 0x1234, .product_id = 0x5678}}) {
    ScriptedModem modem(options);
    bus_->Plug(modem.usb());
    bus_->Unplug(modem.usb());
  }
  ScriptedModem mine({.serial = "mine", .vendor_id = 0x1234, .product_id = 0x5678});
  bus_->Plug(mine.usb());
  EXPECT_EQ(listener_.arrivals.Next()->identity().serial, "mine");
  EXPECT_TRUE(listener_.removals.empty());
}

TEST_F(UsbMonitorTest, PassesOverDevicesThatAreNoModems) {
  Make();
  monitor_->Start(listener_);
  auto keyboard = std::make_shared<FakeUsbDevice>(
      transport::UsbDeviceInfo{"usb-1-3", 1, 2, "", "", ""},
      transport::Configuration{1, {{0, 0, 0x03, 1, 1, {{0x81, 3, 8}}, {}}}});
  bus_->Plug(keyboard);
  bus_->Unplug(keyboard);
  ScriptedModem modem;
  bus_->Plug(modem.usb());
  EXPECT_EQ(listener_.arrivals.Next()->identity().product, "scripted modem");
  EXPECT_TRUE(listener_.arrivals.empty());
  EXPECT_TRUE(listener_.removals.empty());
  EXPECT_TRUE(keyboard->operations().empty());
}

TEST_F(UsbMonitorTest, SaysWhenTheBusCannotBeUsed) {
  Make();
  bus_->set_start_error("no bus: plug one in");
  try {
    monitor_->Start(listener_);
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "no bus: plug one in");
  }
  monitor_->Stop();
}

TEST_F(UsbMonitorTest, IsStartedOnce) {
  Make();
  monitor_->Start(listener_);
  EXPECT_THROW(monitor_->Start(listener_), std::logic_error);
  monitor_->Stop();
  EXPECT_THROW(monitor_->Start(listener_), std::logic_error);
}

TEST_F(UsbMonitorTest, StopsWithoutHavingStartedAndTwice) {
  Make();
  monitor_->Stop();
  monitor_->Stop();
}

TEST_F(UsbMonitorTest, RefusesToStopWithinAHandler) {
  class Stopper : public Monitor::Listener {
   public:
    explicit Stopper(Monitor& monitor) : monitor_(monitor) {}
    void OnArrival(std::shared_ptr<Device>) override {
      EXPECT_THROW(monitor_.Stop(), std::logic_error);
      called.set_value();
    }
    void OnRemoval(std::shared_ptr<Device>) override {}
    std::promise<void> called;

   private:
    Monitor& monitor_;
  };
  Make();
  ScriptedModem modem;
  bus_->Plug(modem.usb());
  Stopper stopper(*monitor_);
  monitor_->Start(stopper);
  stopper.called.get_future().wait();
  monitor_->Stop();
}

TEST_F(UsbMonitorTest, ClosesEveryDeviceWhenItStops) {
  Make();
  ScriptedModem open, closed;
  bus_->Plug(open.usb());
  monitor_->Start(listener_);
  const auto device = listener_.arrivals.Next();
  ASSERT_TRUE(Open(*device).Get().ok());
  bus_->Plug(closed.usb());
  listener_.arrivals.Next();
  monitor_->Stop();
  EXPECT_EQ(open.usb()->operations().back(), "close");
  EXPECT_EQ(open.usb()->pending(), 0u);
  EXPECT_TRUE(closed.usb()->operations().empty());
  EXPECT_TRUE(listener_.removals.empty());
}

TEST_F(UsbMonitorTest, WaitsForAFunctionThatDoesNotAnswerCloseAsLongAsItMay) {
  Make();
  ScriptedModem modem;
  modem.set_answers_close(false);
  bus_->Plug(modem.usb());
  monitor_->Start(listener_);
  ASSERT_TRUE(Open(*listener_.arrivals.Next()).Get().ok());
  std::thread stopper([this] { monitor_->Stop(); });
  modem.Next<mbim::CloseMessage>();
  monitor_->Settle();
  clock_->Advance(Timeouts{}.close);
  stopper.join();
  EXPECT_EQ(modem.usb()->operations().back(), "close");
}

TEST_F(UsbMonitorTest, ReportsNothingWhileItStops) {
  Make();
  ScriptedModem slow({.location = "usb-1-1"}), leaving({.location = "usb-1-2"}),
      late({.location = "usb-1-3"});
  slow.set_answers_close(false);
  bus_->Plug(slow.usb());
  monitor_->Start(listener_);
  ASSERT_TRUE(Open(*listener_.arrivals.Next()).Get().ok());
  bus_->Plug(leaving.usb());
  listener_.arrivals.Next();
  std::thread stopper([this] { monitor_->Stop(); });
  slow.Next<mbim::CloseMessage>();  // The monitor waits for its answer.
  bus_->Unplug(leaving.usb());
  bus_->Plug(late.usb());
  monitor_->Settle();
  EXPECT_TRUE(listener_.removals.empty());
  EXPECT_TRUE(listener_.arrivals.empty());
  clock_->Advance(Timeouts{}.close);
  stopper.join();
  EXPECT_TRUE(listener_.removals.empty());
  EXPECT_TRUE(listener_.arrivals.empty());
}

TEST_F(UsbMonitorTest, CallsNobodyAfterStop) {
  Make();
  ScriptedModem modem;
  bus_->Plug(modem.usb());
  monitor_->Start(listener_);
  const auto device = listener_.arrivals.Next();
  std::atomic<bool> stopped = false;
  device->set_indication_handler([&](const Indication&) { EXPECT_FALSE(stopped); });
  ASSERT_TRUE(Open(*device).Get().ok());
  std::promise<void> sent;
  std::thread chatter([&] {
    for (int i = 0; i < 500; ++i) {
      modem.Send(mbim::IndicateStatus{mbim::kServiceBasicConnect, 1, {}});
      if (i == 100) {
        sent.set_value();
      }
    }
  });
  sent.get_future().wait();
  monitor_->Stop();
  stopped = true;
  chatter.join();
}

TEST_F(UsbMonitorTest, LetsGoOfHandlersWhenItStops) {
  Make();
  ScriptedModem modem;
  bus_->Plug(modem.usb());
  monitor_->Start(listener_);
  const auto device = listener_.arrivals.Next();
  const auto held = std::make_shared<int>(0);
  device->set_indication_handler([held](const Indication&) {});
  EXPECT_EQ(held.use_count(), 2);
  monitor_->Stop();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(UsbMonitorTest, SurvivesDevicesThatComeAndGoWhileItStops) {
  for (int round = 0; round < 20; ++round) {
    Make();
    monitor_->Start(listener_);
    std::promise<void> some;
    std::thread hand([&some, bus = bus_] {
      for (int i = 0; i < 20; ++i) {
        ScriptedModem modem;
        bus->Plug(modem.usb());
        bus->Unplug(modem.usb());
        if (i == 5) {
          some.set_value();
        }
      }
    });
    some.get_future().wait();
    monitor_->Stop();
    hand.join();
  }
}

}  // namespace
}  // namespace mbnrig::client
