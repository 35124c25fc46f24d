// The client and libusb against a gadget behind a real USB host stack. scripts/vm runs this on the
// virtual board; with a real board it is run by hand. Without a gadget every test is skipped and
// says why.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "client/monitor.h"
#include "client/testing/client_fixture.h"
#include "control/client.h"
#include "mbim/basic_connect.h"
#include "transport/libusb.h"
#include "transport/taken_from_kernel.h"

namespace mbnrig::client {
namespace {
using nlohmann::json;
using std::chrono::milliseconds;
using transport::UsbStatus;

/// The gadget under test, by its control socket.
std::string ControlSocket() {
  const char* named = std::getenv("MBNRIG_CONTROL");
  return named ? named : "/run/mbnrig/gadget.sock";
}

class UsbTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(ControlSocket())) {
      GTEST_SKIP() << "no gadget's control socket " << ControlSocket()
                   << ": this test needs a gadget behind real USB; run it with scripts/vm";
    }
    gadget_ = std::make_unique<control::Client>(control::ParseAddress(ControlSocket()));
    gadget_->Call("clear");
    gadget_->Call("plug");
  }
  void TearDown() override {
    monitor_.reset();
    if (gadget_) {
      gadget_->Call("clear");
      gadget_->Call("plug");
    }
  }

  void Start(Timeouts timeouts = {}) {
    monitor_ = MakeLibusbMonitor({}, timeouts);
    monitor_->Start(listener_);
    device_ = listener_.arrivals.Next();
  }
  void OpenWell() {
    const Reply reply = Open(*device_).Get();
    ASSERT_TRUE(reply.ok()) << OutcomeName(reply.outcome) << ' ' << mbim::StatusName(reply.status);
  }
  Reply Get(const mbim::CommandId& cid) { return Query(*device_, cid).Get(); }

  /// "1-1" of "usb-1-1#7".
  static std::string PortOf(const Device& device) {
    const std::string& id = device.identity().id;
    return id.substr(4, id.find('#') - 4);
  }
  /// The kernel's driver of each interface of the device; "" if there is none.
  static std::vector<std::string> Drivers(const std::string& port) {
    std::vector<std::string> drivers;
    for (const int interface : {0, 1}) {
      std::error_code error;
      const auto link = std::filesystem::read_symlink(
          fmt::format("/sys/bus/usb/devices/{}:1.{}/driver", port, interface), error);
      drivers.push_back(error ? "" : link.filename().string());
    }
    return drivers;
  }

  std::unique_ptr<control::Client> gadget_;
  RecordingListener listener_;
  std::unique_ptr<Monitor> monitor_;
  std::shared_ptr<Device> device_;
};

TEST_F(UsbTest, KnowsTheModemByItsDescriptors) {
  Start();
  EXPECT_NE(device_->identity().vendor_id, 0);
  EXPECT_NE(device_->identity().serial, "");
  EXPECT_NE(device_->identity().product, "");
  EXPECT_TRUE(device_->identity().id.starts_with("usb-")) << device_->identity().id;
}

TEST_F(UsbTest, NoticesAConfigurationThatAnotherProgramChooses) {
  Start();
  OpenWell();
  const auto file =
      std::filesystem::path("/sys/bus/usb/devices") / PortOf(*device_) / "bConfigurationValue";
  std::string value;
  std::ifstream(file) >> value;
  std::ofstream(file) << 0;
  EXPECT_EQ(listener_.removals.Next(), device_);
  EXPECT_FALSE(device_->present());
  std::ofstream(file) << value;
  device_ = listener_.arrivals.Next();
  OpenWell();
}

TEST_F(UsbTest, OpensAndAsks) {
  Start();
  OpenWell();
  const Reply reply = Get(mbim::kDeviceCaps);
  ASSERT_TRUE(reply.ok());
  const auto caps = mbim::Decode<mbim::DeviceCapsInfo>(reply.information);
  ASSERT_TRUE(caps);
  EXPECT_NE(caps->device_id, "");
}

TEST_F(UsbTest, KeepsManyCommandsInFlight) {
  Start();
  OpenWell();
  std::vector<PendingReply> replies;
  for (int i = 0; i < 100; ++i) {
    replies.push_back(Query(*device_, mbim::kDeviceCaps));
  }
  for (const auto& reply : replies) {
    EXPECT_TRUE(reply.Get().ok());
  }
}

TEST_F(UsbTest, GivesTheInterfacesBackToTheKernelsDriver) {
  Start();
  const std::string port = PortOf(*device_);
  const auto before = Drivers(port);
  OpenWell();
  for (const auto& driver : Drivers(port)) {
    EXPECT_TRUE(driver.empty() || driver == "usbfs") << driver;
  }
  ASSERT_TRUE(CloseAndWait(*device_));
  EXPECT_EQ(Drivers(port), before);
  OpenWell();
  monitor_->Stop();
  EXPECT_EQ(Drivers(port), before);
  // The kernel's driver does not bind to a FunctionFS gadget, so it cannot come back.
  EXPECT_EQ(before[0] == "cdc_mbim", std::filesystem::exists("/dev/cdc-wdm0"));
}

TEST_F(UsbTest, KeepsTheInterfacesFromTheKernelsDriverAsLongAsItIsTold) {
  MonitorOptions options;
  options.taken_from_kernel = std::make_shared<transport::TakenFromKernel>();
  monitor_ = MakeLibusbMonitor({}, {}, options);
  monitor_->Start(listener_);
  device_ = listener_.arrivals.Next();
  const std::string port = PortOf(*device_);
  const auto before = Drivers(port);
  OpenWell();
  ASSERT_TRUE(CloseAndWait(*device_));
  EXPECT_EQ(Drivers(port), std::vector<std::string>(2));
  OpenWell();
  monitor_->Stop();
  EXPECT_EQ(Drivers(port), std::vector<std::string>(2));
  device_.reset();
  monitor_.reset();
  options.taken_from_kernel.reset();
  EXPECT_EQ(Drivers(port), before);
}

TEST_F(UsbTest, HearsOfRemovalAndArrival) {
  Start();
  OpenWell();
  for (int i = 0; i < 3; ++i) {
    gadget_->Call("unplug");
    EXPECT_EQ(listener_.removals.Next(), device_);
    EXPECT_FALSE(device_->present());
    EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kGone);
    gadget_->Call("plug");
    const auto next = listener_.arrivals.Next();
    EXPECT_NE(next->identity().id, device_->identity().id);
    device_ = next;
    OpenWell();
    EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
  }
}

TEST_F(UsbTest, HearsOfADeviceThatComesAfterTheStart) {
  gadget_->Call("unplug");
  monitor_ = MakeLibusbMonitor({}, {});
  monitor_->Start(listener_);
  gadget_->Call("plug");
  device_ = listener_.arrivals.Next();
  OpenWell();
}

TEST_F(UsbTest, IsGoneWhenTheModemIsPulledOutDuringACommand) {
  Start();
  OpenWell();
  const json rule = gadget_->Call("inject", {{"on", "command"}, {"do", "hold"}});
  auto held = Query(*device_, mbim::kDeviceCaps);
  gadget_->Call("wait", {{"rule", rule["rule"]}, {"hits", 1}});
  gadget_->Call("unplug");
  EXPECT_EQ(held.Get().outcome, Outcome::kGone);
  EXPECT_EQ(listener_.removals.Next(), device_);
}

TEST_F(UsbTest, IsGoneWhenTheModemIsPulledOutWhileItOpens) {
  Start();
  const json rule = gadget_->Call("inject", {{"on", "open"}, {"do", "hold"}});
  auto open = Open(*device_);
  gadget_->Call("wait", {{"rule", rule["rule"]}, {"hits", 1}});
  gadget_->Call("unplug");
  EXPECT_EQ(open.Get().outcome, Outcome::kGone);
  EXPECT_EQ(listener_.removals.Next(), device_);
}

TEST_F(UsbTest, IsGoneWhenTheModemIsPulledOutWhileItCloses) {
  Start();
  OpenWell();
  const json rule = gadget_->Call("inject", {{"on", "close"}, {"do", "hold"}});
  std::promise<void> closed;
  device_->Close([&closed] { closed.set_value(); });
  gadget_->Call("wait", {{"rule", rule["rule"]}, {"hits", 1}});
  gadget_->Call("unplug");
  EXPECT_EQ(closed.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(listener_.removals.Next(), device_);
}

TEST_F(UsbTest, TimesOutWhenTheControlPlaneIsSilent) {
  Timeouts timeouts;
  timeouts.command = milliseconds(300);
  timeouts.close = milliseconds(300);
  Start(timeouts);
  OpenWell();
  gadget_->Call("inject", {{"on", "command"}, {"do", "drop"}});
  gadget_->Call("inject", {{"on", "close"}, {"do", "drop"}});
  EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kTimedOut);
  EXPECT_TRUE(CloseAndWait(*device_));
}

TEST_F(UsbTest, FindsAnswersWhoseNotificationsAreLost) {
  Start();
  OpenWell();
  gadget_->Call("inject", {{"on", "notification"}, {"do", "drop"}});
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
}

TEST_F(UsbTest, RecoversFromStalls) {
  Start();
  OpenWell();
  gadget_->Call("inject", {{"on", "setup"}, {"request", 1}, {"do", "stall"}, {"times", 1}});
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
  // GadgetFS accepts the data of a command before it asks the gadget, so it cannot stall commands.
  if (std::filesystem::exists("/dev/gadget")) return;
  gadget_->Call("inject", {{"on", "setup"}, {"request", 0}, {"do", "stall"}, {"times", 1}});
  EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kFunctionError);
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
}

TEST_F(UsbTest, WaitsForAnotherHostToLetGo) {
  Start();
  OpenWell();
  Timeouts timeouts;
  timeouts.open = milliseconds(500);
  timeouts.open_retry = milliseconds(100);
  const auto other = MakeLibusbMonitor({}, timeouts);
  RecordingListener other_listener;
  other->Start(other_listener);
  const auto same = other_listener.arrivals.Next();
  EXPECT_EQ(Open(*same).Get().outcome, Outcome::kNotOpen);
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
  ASSERT_TRUE(CloseAndWait(*device_));
  EXPECT_TRUE(Open(*same).Get().ok());
  other->Stop();
}

TEST_F(UsbTest, DoesNotOpenWithoutRights) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root can drop its rights";
  }
  Timeouts timeouts;
  timeouts.open = milliseconds(300);
  timeouts.open_retry = milliseconds(100);
  Start(timeouts);
  // The group may have rights as well.
  ASSERT_EQ(setgroups(0, nullptr), 0);
  ASSERT_EQ(setegid(65534), 0);
  ASSERT_EQ(seteuid(65534), 0);
  const Reply refused = Open(*device_).Get();
  ASSERT_EQ(seteuid(0), 0);
  ASSERT_EQ(setegid(0), 0);
  EXPECT_EQ(refused.outcome, Outcome::kNotOpen);
  OpenWell();
}

TEST_F(UsbTest, StopsWhileTheModemIsTalking) {
  for (int round = 0; round < 5; ++round) {
    Start();
    OpenWell();
    std::vector<PendingReply> replies;
    for (int i = 0; i < 20; ++i) {
      replies.push_back(Query(*device_, mbim::kDeviceCaps));
    }
    monitor_->Stop();
    for (const auto& reply : replies) {
      EXPECT_TRUE(reply.ready());
    }
  }
}

TEST_F(UsbTest, OutlivesItsMonitor) {
  Start();
  OpenWell();
  monitor_.reset();
  EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kNotOpen);
  gadget_->Call("unplug");
  EXPECT_EQ(Open(*device_).Get().outcome, Outcome::kNotOpen);
}

// --- The seam itself ----------------------------------------------------------------------------

class LibusbTest : public UsbTest, public transport::UsbBus::Listener {
 protected:
  void TearDown() override {
    if (bus_) {
      bus_->Stop();
    }
    UsbTest::TearDown();
  }
  void OnArrival(std::shared_ptr<transport::UsbDevice> usb) override {
    const auto function = transport::FindMbimFunction(usb->configuration());
    if (const auto* found = std::get_if<transport::MbimFunctionInfo>(&function)) {
      function_ = *found;
      arrivals_.Push(std::move(usb));
    }
  }
  void OnRemoval(std::shared_ptr<transport::UsbDevice> usb) override {
    removals_.Push(std::move(usb));
  }

  void StartBus(const transport::LibusbOptions& options = {}) {
    bus_ = transport::MakeLibusbBus(options);
    bus_->Start(*this);
    usb_ = arrivals_.Next();
  }
  /// Runs one operation to its end.
  template <class Operation>
  UsbStatus Run(Operation operation) {
    const auto done = std::make_shared<std::promise<UsbStatus>>();
    operation([done](UsbStatus status) { done->set_value(status); });
    auto future = done->get_future();
    if (future.wait_for(kPatience) != std::future_status::ready) {
      ADD_FAILURE() << "the operation did not end in time";
      return UsbStatus::kError;
    }
    return future.get();
  }
  UsbStatus OpenAndClaim() {
    UsbStatus status = Run([&](auto done) { usb_->Open(done); });
    for (const auto interface : {function_.control_interface, function_.data_interface}) {
      if (status == UsbStatus::kOk) {
        status = Run([&](auto done) { usb_->Claim(interface, done); });
      }
    }
    if (status == UsbStatus::kOk && function_.data_active_alternate) {
      status = Run([&](auto done) {
        usb_->SetAlternate(function_.data_interface, *function_.data_active_alternate, done);
      });
    }
    return status;
  }
  void Close() {
    const auto closed = std::make_shared<std::promise<void>>();
    usb_->Close([closed] { closed->set_value(); });
    ASSERT_EQ(closed->get_future().wait_for(kPatience), std::future_status::ready);
  }
  transport::ControlRequest ResetFunction() const {
    return {0x21, 0x05, 0, function_.control_interface};
  }

  transport::MbimFunctionInfo function_;
  Events<std::shared_ptr<transport::UsbDevice>> arrivals_, removals_;
  std::unique_ptr<transport::UsbBus> bus_;
  std::shared_ptr<transport::UsbDevice> usb_;
};

TEST_F(LibusbTest, MovesControlAndBulkData) {
  StartBus();
  ASSERT_EQ(OpenAndClaim(), UsbStatus::kOk);
  mbim::Bytes parameters;
  EXPECT_EQ(Run([&](auto done) {
              usb_->ControlIn({0xA1, 0x80, 0, function_.control_interface}, 28, milliseconds(5'000),
                              [&parameters, done](UsbStatus status, mbim::ByteView data) {
                                parameters.assign(data.begin(), data.end());
                                done(status);
                              });
            }),
            UsbStatus::kOk);
  ASSERT_EQ(parameters.size(), 28u);
  EXPECT_EQ(parameters[0], 28);
  const auto before = gadget_->Call("state")["usb"]["bulk_out_bytes"].get<std::uint64_t>();
  const mbim::Bytes ntb(1000, 0x4E);
  EXPECT_EQ(Run([&](auto done) { usb_->Out(function_.bulk_out.address, ntb, done); }),
            UsbStatus::kOk);
  // The second transfer is accepted once the first has been drained.
  EXPECT_EQ(Run([&](auto done) { usb_->Out(function_.bulk_out.address, ntb, done); }),
            UsbStatus::kOk);
  EXPECT_GE(gadget_->Call("state")["usb"]["bulk_out_bytes"].get<std::uint64_t>(), before + 1000);
  Close();
}

TEST_F(LibusbTest, TellsHowATransferEnded) {
  StartBus();
  ASSERT_EQ(OpenAndClaim(), UsbStatus::kOk);
  gadget_->Call("inject", {{"on", "setup"}, {"request", 5}, {"do", "stall"}});
  EXPECT_EQ(
      Run([&](auto done) { usb_->ControlOut(ResetFunction(), {}, milliseconds(5'000), done); }),
      UsbStatus::kStall);
  gadget_->Call("clear");
  gadget_->Call("inject", {{"on", "setup"}, {"request", 5}, {"do", "drop"}});
  EXPECT_EQ(Run([&](auto done) { usb_->ControlOut(ResetFunction(), {}, milliseconds(200), done); }),
            UsbStatus::kTimedOut);
  gadget_->Call("clear");
  EXPECT_EQ(
      Run([&](auto done) { usb_->ControlOut(ResetFunction(), {}, milliseconds(5'000), done); }),
      UsbStatus::kOk);
  EXPECT_EQ(Run([&](auto done) {
              usb_->In(function_.bulk_in.address, 512,
                       [done](UsbStatus status, mbim::ByteView) { done(status); });
              usb_->Cancel(function_.bulk_in.address);
            }),
            UsbStatus::kCancelled);
  EXPECT_EQ(Run([&](auto done) { usb_->ClearHalt(function_.bulk_in.address, done); }),
            UsbStatus::kOk);
  Close();
}

TEST_F(LibusbTest, CancelsEverythingWhenItCloses) {
  StartBus();
  ASSERT_EQ(OpenAndClaim(), UsbStatus::kOk);
  Events<UsbStatus> ended;
  for (int i = 0; i < 10; ++i) {
    usb_->In(function_.bulk_in.address, 512,
             [&ended](UsbStatus status, mbim::ByteView) { ended.Push(status); });
  }
  Close();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ended.Next(), UsbStatus::kCancelled);
  }
  EXPECT_EQ(Run([&](auto done) { usb_->Claim(0, done); }), UsbStatus::kNoDevice);
  ASSERT_EQ(OpenAndClaim(), UsbStatus::kOk);
  Close();
}

TEST_F(LibusbTest, EndsEverythingWhenTheDeviceLeaves) {
  StartBus();
  ASSERT_EQ(OpenAndClaim(), UsbStatus::kOk);
  Events<UsbStatus> ended;
  for (int i = 0; i < 10; ++i) {
    usb_->In(function_.bulk_in.address, 512,
             [&ended](UsbStatus status, mbim::ByteView) { ended.Push(status); });
  }
  gadget_->Call("unplug");
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(ended.Next(),
                ::testing::AnyOf(UsbStatus::kNoDevice, UsbStatus::kError, UsbStatus::kStall));
  }
  EXPECT_EQ(removals_.Next(), usb_);
  EXPECT_EQ(
      Run([&](auto done) { usb_->ControlOut(ResetFunction(), {}, milliseconds(5'000), done); }),
      UsbStatus::kNoDevice);
  Close();
  EXPECT_EQ(Run([&](auto done) { usb_->Open(done); }), UsbStatus::kNoDevice);
}

TEST_F(LibusbTest, StopsWithTransfersPending) {
  StartBus();
  ASSERT_EQ(OpenAndClaim(), UsbStatus::kOk);
  Events<UsbStatus> ended;
  usb_->In(function_.notification.address, 64,
           [&ended](UsbStatus status, mbim::ByteView) { ended.Push(status); });
  bus_->Stop();
  EXPECT_FALSE(ended.empty());
  EXPECT_EQ(ended.Next(), UsbStatus::kCancelled);
  EXPECT_EQ(Run([&](auto done) { usb_->Open(done); }), UsbStatus::kNoDevice);
  bus_.reset();
  EXPECT_EQ(Run([&](auto done) { usb_->Claim(0, done); }), UsbStatus::kNoDevice);
}

TEST_F(LibusbTest, LooksForChangesWhereLibusbCannotTellOfThem) {
  transport::LibusbOptions options;
  options.poll_always = true;
  options.poll_interval = milliseconds(50);
  StartBus(options);
  for (int i = 0; i < 3; ++i) {
    gadget_->Call("unplug");
    EXPECT_EQ(removals_.Next(), usb_);
    gadget_->Call("plug");
    usb_ = arrivals_.Next();
    ASSERT_EQ(OpenAndClaim(), UsbStatus::kOk);
    Close();
  }
}

}  // namespace
}  // namespace mbnrig::client
