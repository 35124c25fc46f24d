// The client against the emulated modem over a bus in the process: the real gadget, the real MBIM
// function, real time. Tests wait only for events.

#include "usb/loopback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "client/clock.h"
#include "client/monitor.h"
#include "client/testing/client_fixture.h"
#include "gadget.h"

namespace mbnrig::client {
namespace {
using mbim::CommandType;
using mbim::Status;
using std::chrono::milliseconds;

class LoopbackTest : public ::testing::Test {
 protected:
  ~LoopbackTest() override {
    monitor_.reset();
    if (gadget_) {
      gadget_->set_port(nullptr);
    }
  }

  void Start(scenario::Scenario scenario = {}, const MonitorOptions& options = {}) {
    gadget_ = std::make_unique<Gadget>(std::move(scenario));
    port_ = std::make_unique<usb::LoopbackPort>(bus_, gadget_->function());
    gadget_->set_port(port_.get());
    gadget_->Plug();
    monitor_ = MakeLoopbackMonitor(bus_, timeouts_, options);
    monitor_->Start(listener_);
    Arrive();
  }
  void Arrive() {
    device_ = listener_.arrivals.Next();
    device_->set_indication_handler([this](const Indication& i) { indications_.Push(i); });
  }
  void OpenWell() {
    const Reply reply = Open(*device_).Get();
    ASSERT_TRUE(reply.ok()) << OutcomeName(reply.outcome) << ' ' << mbim::StatusName(reply.status);
  }

  Reply Get(const mbim::CommandId& cid) { return Query(*device_, cid).Get(); }
  template <class Payload>
  Reply Set(const mbim::CommandId& cid, const Payload& payload) {
    return Ask(*device_, cid, CommandType::kSet, payload).Get();
  }
  template <class Info>
  Info Decoded(const Reply& reply) {
    EXPECT_TRUE(reply.ok()) << OutcomeName(reply.outcome) << ' ' << mbim::StatusName(reply.status);
    auto info = mbim::Decode<Info>(reply.information);
    if (!info) {
      ADD_FAILURE() << info.error().ToString();
      return {};
    }
    return *info;
  }

  void Attach() {
    ASSERT_TRUE(
        Set(mbim::kPacketService, mbim::SetPacketService{mbim::PacketServiceAction::kAttach}).ok());
  }
  Reply Activate(std::uint32_t session) {
    mbim::SetConnect connect;
    connect.session_id = session;
    connect.activation_command = mbim::ActivationCommand::kActivate;
    connect.access_string = "internet";
    connect.context_type = mbim::kContextTypeInternet;
    return Set(mbim::kConnect, connect);
  }

  usb::LoopbackBus bus_;
  std::unique_ptr<Gadget> gadget_;
  std::unique_ptr<usb::LoopbackPort> port_;
  RecordingListener listener_;
  Events<Indication> indications_;
  Timeouts timeouts_;
  std::unique_ptr<Monitor> monitor_;
  std::shared_ptr<Device> device_;
};

TEST_F(LoopbackTest, KnowsTheModemByItsDescriptors) {
  scenario::Scenario scenario;
  scenario.usb.serial = "ABC";
  Start(scenario);
  EXPECT_EQ(device_->identity().vendor_id, scenario.usb.vendor_id);
  EXPECT_EQ(device_->identity().product_id, scenario.usb.product_id);
  EXPECT_EQ(device_->identity().manufacturer, scenario.usb.manufacturer);
  EXPECT_EQ(device_->identity().product, scenario.usb.product);
  EXPECT_EQ(device_->identity().serial, "ABC");
}

TEST_F(LoopbackTest, ReadsDeviceCaps) {
  const scenario::Scenario scenario;
  Start(scenario);
  OpenWell();
  EXPECT_EQ(Decoded<mbim::DeviceCapsInfo>(Get(mbim::kDeviceCaps)).device_id,
            scenario.caps.device_id);
}

TEST_F(LoopbackTest, SpeaksInFragmentsOf64Bytes) {
  scenario::Scenario scenario;
  scenario.usb.max_control_message = 64;
  Start(scenario);
  OpenWell();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Decoded<mbim::DeviceCapsInfo>(Get(mbim::kDeviceCaps)).device_id,
              scenario.caps.device_id);
  }
  mbim::DeviceServiceSubscribeList list;
  list.entries.push_back({mbim::kServiceBasicConnect, {2, 3, 9, 10, 11, 12, 15}});
  EXPECT_TRUE(Set(mbim::kDeviceServiceSubscribeList, list).ok());
}

TEST_F(LoopbackTest, ConnectsAndDisconnects) {
  Start();
  OpenWell();
  Attach();
  EXPECT_EQ(Decoded<mbim::ConnectInfo>(Activate(0)).activation_state,
            mbim::ActivationState::kActivated);
  mbim::SetConnect disconnect;
  disconnect.activation_command = mbim::ActivationCommand::kDeactivate;
  disconnect.context_type = mbim::kContextTypeInternet;
  EXPECT_EQ(Decoded<mbim::ConnectInfo>(Set(mbim::kConnect, disconnect)).activation_state,
            mbim::ActivationState::kDeactivated);
}

TEST_F(LoopbackTest, PassesTheModemsStatusOn) {
  Start();
  OpenWell();
  EXPECT_EQ(Activate(0).status, Status::kPacketServiceDetached);
  Attach();
  EXPECT_TRUE(Activate(0).ok());
  EXPECT_EQ(Activate(1).status, Status::kMaxActivatedContexts);
}

TEST_F(LoopbackTest, HearsIndicationsItSubscribedTo) {
  Start();
  OpenWell();
  mbim::DeviceServiceSubscribeList list;
  list.entries.push_back({mbim::kServiceBasicConnect, {mbim::kRadioState.number}});
  ASSERT_TRUE(Set(mbim::kDeviceServiceSubscribeList, list).ok());
  ASSERT_TRUE(Set(mbim::kRadioState, mbim::SetRadioState{mbim::RadioSwitch::kOff}).ok());
  const auto indication = indications_.Next();
  EXPECT_EQ(indication.service, mbim::kServiceBasicConnect);
  EXPECT_EQ(indication.cid, mbim::kRadioState.number);
  const auto info = mbim::Decode<mbim::RadioStateInfo>(indication.information);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->sw_radio_state, mbim::RadioSwitch::kOff);
}

TEST_F(LoopbackTest, KeepsManyCommandsInFlight) {
  Start();
  OpenWell();
  std::vector<PendingReply> replies;
  for (int i = 0; i < 200; ++i) {
    const mbim::CommandId cid =
        i % 2 == 0 ? mbim::CommandId(mbim::kDeviceCaps) : mbim::CommandId(mbim::kRadioState);
    replies.push_back(Query(*device_, cid));
  }
  for (int i = 0; i < 200; ++i) {
    const Reply reply = replies[static_cast<std::size_t>(i)].Get();
    if (i % 2 == 0) {
      Decoded<mbim::DeviceCapsInfo>(reply);
    } else {
      Decoded<mbim::RadioStateInfo>(reply);
    }
  }
}

TEST_F(LoopbackTest, OpensAgainAfterClose) {
  Start();
  for (int i = 0; i < 5; ++i) {
    OpenWell();
    EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
    ASSERT_TRUE(CloseAndWait(*device_));
    EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kNotOpen);
  }
}

TEST_F(LoopbackTest, IsGoneWhenTheModemIsPulledOutDuringACommand) {
  Start();
  OpenWell();
  fault::Rule hold;
  hold.seam = fault::Seam::kCommand;
  hold.action = fault::Action::kHold;
  const auto rule = gadget_->plan().Add(hold);
  auto held = Query(*device_, mbim::kDeviceCaps);
  ASSERT_TRUE(gadget_->plan().WaitForHits(rule, 1, kPatience));
  gadget_->Unplug();
  EXPECT_EQ(held.Get().outcome, Outcome::kGone);
  EXPECT_EQ(listener_.removals.Next(), device_);
  EXPECT_FALSE(device_->present());
  EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kGone);
}

TEST_F(LoopbackTest, IsGoneWhenACommandMakesTheModemLeave) {
  Start();
  OpenWell();
  fault::Rule unplug;
  unplug.seam = fault::Seam::kAnswer;
  unplug.action = fault::Action::kUnplug;
  gadget_->plan().Add(unplug);
  EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kGone);
  EXPECT_EQ(listener_.removals.Next(), device_);
}

TEST_F(LoopbackTest, FindsAModemThatComesBackAsANewOne) {
  Start();
  OpenWell();
  const auto old = device_;
  gadget_->Unplug();
  EXPECT_EQ(listener_.removals.Next(), old);
  gadget_->Plug();
  Arrive();
  EXPECT_NE(device_->identity().id, old->identity().id);
  OpenWell();
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
  EXPECT_EQ(Query(*old, mbim::kDeviceCaps).Get().outcome, Outcome::kGone);
}

TEST_F(LoopbackTest, SurvivesAModemThatKeepsComingAndGoing) {
  Start();
  for (int i = 0; i < 20; ++i) {
    auto open = Open(*device_);
    auto query = Query(*device_, mbim::kDeviceCaps);
    if (i % 2 == 0) {
      open.Get();
    }
    gadget_->Unplug();
    EXPECT_EQ(listener_.removals.Next(), device_);
    open.Get();
    query.Get();
    gadget_->Plug();
    Arrive();
  }
  OpenWell();
}

TEST_F(LoopbackTest, TimesOutWhenTheControlPlaneIsSilent) {
  for (const auto seam : {fault::Seam::kOpen, fault::Seam::kClose, fault::Seam::kCommand}) {
    SCOPED_TRACE(static_cast<int>(seam));
    fault::Rule drop;
    drop.seam = seam;
    drop.action = fault::Action::kDrop;
    scenario::Scenario scenario;
    scenario.faults = {drop};
    timeouts_.open = milliseconds(100);
    timeouts_.command = milliseconds(100);
    timeouts_.close = milliseconds(100);
    if (seam != fault::Seam::kOpen) {
      timeouts_.open = milliseconds(10'000);
    }
    Start(scenario);
    const Reply opened = Open(*device_).Get();
    EXPECT_EQ(opened.outcome, seam == fault::Seam::kOpen ? Outcome::kTimedOut : Outcome::kAnswered);
    if (seam == fault::Seam::kCommand) {
      EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kTimedOut);
    }
    EXPECT_TRUE(CloseAndWait(*device_));
    monitor_.reset();
    gadget_->set_port(nullptr);
  }
}

TEST_F(LoopbackTest, FindsAnswersWhoseNotificationsAreLost) {
  fault::Rule drop;
  drop.seam = fault::Seam::kNotification;
  drop.action = fault::Action::kDrop;
  scenario::Scenario scenario;
  scenario.faults = {drop};
  Start(scenario);
  OpenWell();
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
}

TEST_F(LoopbackTest, OpensAFunctionThatStallsWhatItMay) {
  scenario::Scenario scenario;
  for (const std::uint8_t request : {0x05, 0x80, 0x84}) {
    fault::Rule stall;
    stall.seam = fault::Seam::kSetup;
    stall.request = request;
    stall.action = fault::Action::kStall;
    scenario.faults.push_back(stall);
  }
  Start(scenario);
  OpenWell();
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
}

TEST_F(LoopbackTest, RecoversWhenAResponseIsStalledOnce) {
  Start();
  OpenWell();
  fault::Rule stall;
  stall.seam = fault::Seam::kSetup;
  stall.request = 0x01;
  stall.action = fault::Action::kStall;
  stall.times = 1;
  gadget_->plan().Add(stall);
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
}

TEST_F(LoopbackTest, ReportsACommandThatTheFunctionRefuses) {
  Start();
  OpenWell();
  fault::Rule stall;
  stall.seam = fault::Seam::kSetup;
  stall.request = 0x00;
  stall.action = fault::Action::kStall;
  stall.times = 1;
  gadget_->plan().Add(stall);
  EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kFunctionError);
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
}

TEST_F(LoopbackTest, CallsTruncatedAnswersMalformed) {
  Start();
  OpenWell();
  fault::Rule truncate;
  truncate.seam = fault::Seam::kAnswer;
  truncate.action = fault::Action::kTruncate;
  truncate.bytes = 3;
  truncate.times = 1;
  gadget_->plan().Add(truncate);
  EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kMalformed);
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
}

TEST_F(LoopbackTest, StopsWhileTheModemIsTalking) {
  for (int round = 0; round < 10; ++round) {
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
    gadget_->set_port(nullptr);
  }
}

TEST_F(LoopbackTest, LeavesTheModemToTheNextMonitor) {
  Start();
  OpenWell();
  monitor_.reset();
  EXPECT_EQ(Get(mbim::kDeviceCaps).outcome, Outcome::kNotOpen);
  monitor_ = MakeLoopbackMonitor(bus_, timeouts_);
  monitor_->Start(listener_);
  Arrive();
  OpenWell();
  EXPECT_TRUE(Get(mbim::kDeviceCaps).ok());
}

}  // namespace
}  // namespace mbnrig::client
