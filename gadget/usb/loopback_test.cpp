#include "usb/loopback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "usb/mbim_function.h"
#include "usb/testing/echo_channel.h"

namespace mbnrig::usb {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kPatience = 10s;  // only a broken bus takes this long

/// Values that arrive on another thread.
template <class T>
class Arrivals {
 public:
  void Put(T value) {
    std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
    changed_
        .notify_all();  // under the lock: the thread that takes the value may destroy this at once
  }
  /// The next value. Nothing if none arrives.
  std::optional<T> Take() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [this] { return !values_.empty(); })) {
      return std::nullopt;
    }
    T value = std::move(values_.front());
    values_.pop_front();
    return value;
  }
  bool empty() const {
    std::lock_guard lock(mutex_);
    return values_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> values_;
};

struct Ended {
  TransferStatus status{};
  Bytes data;
  friend bool operator==(const Ended&, const Ended&) = default;
};
void PrintTo(const Ended& ended, std::ostream* out) {
  *out << "status " << static_cast<int>(ended.status) << " with " << ended.data.size() << " bytes";
}

class Loopback : public ::testing::Test {
 protected:
  struct Change {
    std::shared_ptr<LoopbackDevice> device;
    bool arrived;
  };

  std::shared_ptr<LoopbackDevice> PlugAndFind() {
    subscription_ = bus_.Subscribe([this](std::shared_ptr<LoopbackDevice> device, bool arrived) {
      changes_.Put({std::move(device), arrived});
    });
    port_.Plug();
    const auto change = changes_.Take();
    EXPECT_TRUE(change && change->arrived);
    return change ? change->device : nullptr;
  }

  static LoopbackDevice::Completion To(Arrivals<Ended>& arrivals) {
    return [&arrivals](TransferStatus status, ByteView data) {
      arrivals.Put({status, {data.begin(), data.end()}});
    };
  }
  static std::optional<Ended> Control(LoopbackDevice& device, const SetupPacket& setup,
                                      const Bytes& out = {},
                                      std::chrono::milliseconds timeout = kPatience) {
    Arrivals<Ended> ended;
    device.SubmitControl(setup, out, timeout, To(ended));
    return ended.Take();
  }
  static SetupPacket Send(std::size_t length) {
    return {0x21, 0x00, 0, 0, static_cast<std::uint16_t>(length)};
  }
  static constexpr SetupPacket kFetch{0xa1, 0x01, 0, 0, 4096};

  void Rule(fault::Action action) {
    fault::Rule rule;
    rule.seam = fault::Seam::kSetup;
    rule.action = action;
    channel_.plan.Add(rule);
  }

  // The bus's thread calls back into these. They stand before the bus, so that they outlive the
  // thread.
  Arrivals<Change> changes_;
  Arrivals<Ended> ended_;
  Arrivals<Bytes> uplink_;
  Arrivals<int> idle_;  ///< sessions
  EchoChannel channel_;
  MbimFunction function_{scenario::UsbIdentity{}, channel_};
  LoopbackBus bus_;
  LoopbackPort port_{bus_, function_};
  std::uint32_t subscription_ = 0;
};

TEST_F(Loopback, DeviceArrivesConfigured) {
  const auto device = PlugAndFind();
  ASSERT_TRUE(device);
  EXPECT_EQ(Control(*device, {0x80, 8, 0, 0, 1}), (Ended{TransferStatus::kCompleted, {1}}));
  EXPECT_TRUE(DecodeDevice(device->DeviceDescriptor()));
  EXPECT_TRUE(DecodeConfiguration(device->ConfigurationDescriptor()));
  EXPECT_EQ(device->StringDescriptor(3), function_.identity().serial);
  EXPECT_EQ(device->StringDescriptor(77), "");
}

TEST_F(Loopback, CommandIsSentAndItsAnswerFetched) {
  const auto device = PlugAndFind();
  device->SubmitIn(Layout{}.notification_endpoint, 16, To(ended_));
  EXPECT_EQ(Control(*device, Send(3), {1, 2, 3}), (Ended{TransferStatus::kCompleted, {}}));
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kCompleted, {0xa1, 1, 0, 0, 0, 0, 0, 0}}));
  EXPECT_EQ(Control(*device, kFetch), (Ended{TransferStatus::kCompleted, {1, 2, 3}}));
}

TEST_F(Loopback, NotificationWaitsForAReader) {
  const auto device = PlugAndFind();
  Control(*device, Send(1), {1});
  device->SubmitIn(Layout{}.notification_endpoint, 16, To(ended_));
  const auto notification = ended_.Take();
  ASSERT_TRUE(notification);
  EXPECT_EQ(notification->status, TransferStatus::kCompleted);
}

TEST_F(Loopback, NotificationThatDoesNotFitIsAnError) {
  const auto device = PlugAndFind();
  device->SubmitIn(Layout{}.notification_endpoint, 7, To(ended_));
  Control(*device, Send(1), {1});
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kError, {}}));
}

TEST_F(Loopback, StallIsAStall) {
  const auto device = PlugAndFind();
  EXPECT_EQ(Control(*device, {0xa1, 0x89, 0, 0, 2}), (Ended{TransferStatus::kStall, {}}));
  EXPECT_EQ(Control(*device, Send(5000), Bytes(5000)), (Ended{TransferStatus::kStall, {}}));
  // Refused only when its data is there.
  EXPECT_EQ(Control(*device, {0x21, 0x88, 0, 0, 2}, {0, 0}), (Ended{TransferStatus::kStall, {}}));
}

TEST_F(Loopback, DataStageOfTheWrongLengthIsAnError) {
  const auto device = PlugAndFind();
  EXPECT_EQ(Control(*device, Send(3), {1, 2}), (Ended{TransferStatus::kError, {}}));
}

TEST_F(Loopback, UnansweredControlTransferTimesOutAndTheNextOneWorks) {
  const auto device = PlugAndFind();
  Rule(fault::Action::kDrop);
  EXPECT_EQ(Control(*device, kFetch, {}, 1ms), (Ended{TransferStatus::kTimedOut, {}}));
  channel_.plan.Clear();
  EXPECT_EQ(Control(*device, kFetch), (Ended{TransferStatus::kCompleted, {}}));
}

TEST_F(Loopback, HeldControlTransferEndsWhenReleased) {
  const auto device = PlugAndFind();
  Rule(fault::Action::kHold);
  device->SubmitControl(kFetch, {}, 0ms, To(ended_));
  ASSERT_TRUE(channel_.plan.WaitForHits(1, 1, kPatience));
  channel_.plan.Release(1);
  function_.Tick(std::chrono::steady_clock::now());
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kCompleted, {}}));
}

TEST_F(Loopback, ControlTransfersTakeTurns) {
  const auto device = PlugAndFind();
  for (std::uint8_t i = 0; i < 8; ++i)
    device->SubmitControl(Send(1), Bytes{i}, 0ms, To(ended_));
  for (int i = 0; i < 8; ++i)
    device->SubmitControl(kFetch, {}, 0ms, To(ended_));
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kCompleted, {}}));
  for (std::uint8_t i = 0; i < 8; ++i) {
    EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kCompleted, {i}}));
  }
}

TEST_F(Loopback, CancelEndsPendingTransfersOfAnEndpoint) {
  const auto device = PlugAndFind();
  Arrivals<Ended> held;
  Rule(fault::Action::kHold);
  device->SubmitControl(kFetch, {}, 0ms, To(held));
  device->SubmitIn(Layout{}.notification_endpoint, 16, To(ended_));
  device->Cancel(Layout{}.notification_endpoint);
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kCancelled, {}}));
  device->Cancel(0);
  EXPECT_EQ(held.Take(), (Ended{TransferStatus::kCancelled, {}}));
}

TEST_F(Loopback, UnplugEndsTransfersAndIsReported) {
  const auto device = PlugAndFind();
  Rule(fault::Action::kHold);
  device->SubmitControl(kFetch, {}, 0ms, To(ended_));
  device->SubmitControl(kFetch, {}, 0ms, To(ended_));
  device->SubmitIn(Layout{}.notification_endpoint, 16, To(ended_));
  port_.Unplug();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kNoDevice, {}}));
  const auto change = changes_.Take();
  ASSERT_TRUE(change);
  EXPECT_FALSE(change->arrived);
  EXPECT_EQ(change->device, device);
  EXPECT_EQ(Control(*device, kFetch), (Ended{TransferStatus::kNoDevice, {}}));
  EXPECT_FALSE(function_.state().attached);
}

TEST_F(Loopback, DeviceThatComesBackIsANewOne) {
  const auto device = PlugAndFind();
  port_.Unplug();
  ASSERT_TRUE(changes_.Take());
  port_.Plug();
  const auto change = changes_.Take();
  ASSERT_TRUE(change && change->arrived);
  EXPECT_NE(change->device->address(), device->address());
  EXPECT_EQ(Control(*device, kFetch), (Ended{TransferStatus::kNoDevice, {}}));
  EXPECT_EQ(Control(*change->device, kFetch), (Ended{TransferStatus::kCompleted, {}}));
}

TEST_F(Loopback, BulkNeedsTheDataSetting) {
  const auto device = PlugAndFind();
  device->SubmitIn(Layout{}.bulk_in_endpoint, 512, To(ended_));
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kError, {}}));
  device->SubmitOut(Layout{}.bulk_out_endpoint, Bytes(10), To(ended_));
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kError, {}}));
  ASSERT_EQ(Control(*device, {0x01, 11, 1, 1, 0}), (Ended{TransferStatus::kCompleted, {}}));
  device->SubmitOut(Layout{}.bulk_out_endpoint, Bytes(10), To(ended_));
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kCompleted, {}}));
  EXPECT_EQ(function_.state().data.out_bytes, 10u);
  device->SubmitIn(Layout{}.bulk_in_endpoint, 512, To(ended_));
  device->SubmitOut(0x01, Bytes(10), To(ended_));
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kError, {}}));  // the read stays pending
  device->Cancel(Layout{}.bulk_in_endpoint);
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kCancelled, {}}));
}

class BulkOnLoopback : public Loopback {
 protected:
  void SetUp() override {
    function_.data().set_uplink({[this](std::uint8_t, ByteView datagram) {
                                   uplink_.Put(Bytes(datagram.begin(), datagram.end()));
                                 },
                                 [this](std::uint8_t session) { idle_.Put(session); }});
    function_.data().SetSession(0, true);
    device_ = PlugAndFind();
    ASSERT_EQ(Control(*device_, {0x01, 11, 1, 1, 0}), (Ended{TransferStatus::kCompleted, {}}));
  }
  void Read(std::size_t length) {
    device_->SubmitIn(Layout{}.bulk_in_endpoint, length, To(ended_));
  }
  void Write(Bytes data) { device_->SubmitOut(Layout{}.bulk_out_endpoint, data, To(ended_)); }
  /// An NTB16 with one datagram, `size` bytes in all.
  static Bytes Ntb(std::size_t size, std::uint8_t first) {
    mbim::NtbWriter writer;
    writer.Reset({}, mbim::NtbFormat::kNtb16, 0, 0);
    constexpr std::size_t kAround = 12 + 16;
    Bytes datagram(size - kAround, first);
    EXPECT_TRUE(writer.Add(0, true, datagram));
    const ByteView ntb = writer.Finish();
    EXPECT_EQ(ntb.size(), size);
    return {ntb.begin(), ntb.end()};
  }

  std::shared_ptr<LoopbackDevice> device_;
};

TEST_F(BulkOnLoopback, EachReadGetsAnNtb) {
  for (int i = 0; i < 8; ++i)
    Read(mbim::NtbParameters{}.in_max_size);
  for (std::uint8_t i = 0; i < 8; ++i) {
    function_.data().Downlink(0, Bytes(100, i));
    const auto ended = ended_.Take();
    ASSERT_TRUE(ended && ended->status == TransferStatus::kCompleted);
    mbim::NtbContents contents;
    EXPECT_FALSE(mbim::ParseNtb(ended->data, mbim::NtbFormat::kNtb16, contents));
    ASSERT_EQ(contents.datagrams.size(), 1u);
    EXPECT_EQ(contents.datagrams[0].bytes.front(), i);
    EXPECT_EQ(contents.sequence, i);
  }
}

TEST_F(BulkOnLoopback, WaitingDatagramsShareAnNtb) {
  for (int i = 0; i < 5; ++i)
    function_.data().Downlink(0, Bytes(100));
  Read(mbim::NtbParameters{}.in_max_size);
  mbim::NtbContents contents;
  EXPECT_FALSE(mbim::ParseNtb(ended_.Take()->data, mbim::NtbFormat::kNtb16, contents));
  EXPECT_EQ(contents.datagrams.size(), 5u);
}

TEST_F(BulkOnLoopback, ShortReadsTakeAnNtbInPieces) {
  function_.data().Downlink(0, Bytes(1000));
  Read(512);
  Read(512);
  EXPECT_EQ(ended_.Take()->data.size(), 512u);
  Read(512);
  EXPECT_EQ(ended_.Take()->data.size(), 512u);
  EXPECT_GT(ended_.Take()->data.size(), 0u);
}

TEST_F(BulkOnLoopback, ARequestForSomethingElseLeavesHalfAnNtbAlone) {
  function_.data().Downlink(0, Bytes(1000));
  Read(512);
  Bytes ntb = ended_.Take()->data;
  const Bytes out = Ntb(1024, 7);
  Write({out.begin(), out.begin() + 512});
  ASSERT_TRUE(ended_.Take());
  const auto status = [this](const SetupPacket& setup) { return Control(*device_, setup)->status; };
  EXPECT_EQ(status({0x01, 11, 2, 1, 0}), TransferStatus::kStall) << "no such setting";
  EXPECT_EQ(status({0x21, 0x8a, 0, 0, 0}), TransferStatus::kStall) << "no CRC mode";
  EXPECT_EQ(status({0x01, 11, 0, 0, 0}), TransferStatus::kCompleted) << "control interface";
  EXPECT_EQ(status({0x02, 1, 0, 0x85, 0}), TransferStatus::kCompleted) << "notifications";
  Read(1024);
  const Bytes rest = ended_.Take()->data;
  ntb.insert(ntb.end(), rest.begin(), rest.end());
  mbim::NtbContents contents;
  EXPECT_FALSE(mbim::ParseNtb(ntb, mbim::NtbFormat::kNtb16, contents));
  ASSERT_EQ(contents.datagrams.size(), 1u);
  EXPECT_EQ(contents.datagrams[0].bytes.size(), 1000u);
  Write({out.begin() + 512, out.end()});
  Write({});
  EXPECT_EQ(uplink_.Take()->front(), 7);
}

TEST_F(BulkOnLoopback, RequestsThatRestartBulkInEndHalfAnNtb) {
  for (const SetupPacket& restart :
       {SetupPacket{0x01, 11, 1, 1, 0}, SetupPacket{0x02, 1, 0, 0x82, 0},
        SetupPacket{0x21, 0x05, 0, 0, 0}}) {
    function_.data().Downlink(0, Bytes(1000));
    Read(512);
    EXPECT_EQ(ended_.Take()->data.size(), 512u);
    EXPECT_EQ(Control(*device_, restart)->status, TransferStatus::kCompleted);
    function_.data().Downlink(0, Bytes(60));
    Read(1024);
    mbim::NtbContents contents;
    EXPECT_FALSE(mbim::ParseNtb(ended_.Take()->data, mbim::NtbFormat::kNtb16, contents));
    ASSERT_EQ(contents.datagrams.size(), 1u);
    EXPECT_EQ(contents.datagrams[0].bytes.size(), 60u);
  }
}

/// A block that has the host's size needs no short packet (NCM 1.0, section 3.2.2).
TEST_F(BulkOnLoopback, AReadThatIsLongerThanAFullBlockGoesOn) {
  constexpr std::size_t kChosen = mbim::kNtbMinMaxSize, kAround = 12 + 16;
  const Bytes size{kChosen & 0xff, kChosen >> 8, 0, 0};
  device_->SubmitControl({0x21, 0x86, 0, 0, 4}, size, kPatience, To(ended_));
  ASSERT_EQ(ended_.Take(), (Ended{TransferStatus::kCompleted, {}}));
  const Bytes datagram(kChosen - kAround);
  Read(kChosen);
  function_.data().Downlink(0, datagram);
  EXPECT_EQ(ended_.Take()->data.size(), kChosen) << "the read is full";
  Read(2 * kChosen);
  function_.data().Downlink(0, datagram);
  function_.data().Downlink(0, Bytes(100));
  const auto ended = ended_.Take();
  ASSERT_TRUE(ended && ended->status == TransferStatus::kCompleted);
  EXPECT_GT(ended->data.size(), kChosen) << "both blocks, because the first ends no transfer";
  mbim::NtbContents contents;
  EXPECT_FALSE(
      mbim::ParseNtb(ByteView(ended->data).subspan(kChosen), mbim::NtbFormat::kNtb16, contents));
  EXPECT_EQ(contents.datagrams.size(), 1u);
}

TEST_F(BulkOnLoopback, APacketThatDoesNotFitIsAnError) {
  function_.data().Downlink(0, Bytes(1000));
  Read(600);
  EXPECT_EQ(ended_.Take()->status, TransferStatus::kError);
}

TEST_F(BulkOnLoopback, AShortPacketEndsATransfer) {
  Write(Ntb(100, 1));
  ASSERT_TRUE(ended_.Take());
  EXPECT_EQ(uplink_.Take()->front(), 1);
}

TEST_F(BulkOnLoopback, SessionsAreToldWhenTheyAreIdle) {
  Write(Ntb(100, 1));
  EXPECT_TRUE(uplink_.Take());
  EXPECT_EQ(idle_.Take(), 0);
}

TEST_F(BulkOnLoopback, FullPacketsNeedAZeroLengthPacket) {
  Write(Ntb(1024, 1));
  ASSERT_TRUE(ended_.Take());
  EXPECT_TRUE(uplink_.empty());
  Write({});
  ASSERT_TRUE(ended_.Take());
  EXPECT_EQ(uplink_.Take()->front(), 1);
}

TEST_F(BulkOnLoopback, FullPacketsWithoutAZeroLengthPacketAreJoined) {
  Write(Ntb(1024, 1));
  Write(Ntb(100, 2));
  ASSERT_TRUE(ended_.Take() && ended_.Take());
  EXPECT_EQ(uplink_.Take()->front(), 1);
  EXPECT_EQ(function_.state().data.out_ntbs, 1u) << "the second NTB is data after the first";
  EXPECT_TRUE(uplink_.empty());
}

TEST_F(BulkOnLoopback, TheLargestNtbNeedsNoZeroLengthPacket) {
  Bytes largest = Ntb(1024, 3);
  largest.resize(mbim::NtbParameters{}.in_max_size);
  Write(largest);
  EXPECT_EQ(uplink_.Take()->front(), 3);
}

TEST_F(Loopback, LateSubscriberIsToldOfPresentDevices) {
  port_.Plug();
  Arrivals<bool> heard;
  const auto id = bus_.Subscribe([&](const auto&, bool arrived) { heard.Put(arrived); });
  EXPECT_EQ(heard.Take(), true);
  bus_.Unsubscribe(id);
}

TEST_F(Loopback, UnsubscribedListenerIsNotCalled) {
  const auto device = PlugAndFind();
  bus_.Unsubscribe(subscription_);
  Arrivals<bool> heard;
  const auto id = bus_.Subscribe([&](const auto&, bool arrived) { heard.Put(arrived); });
  EXPECT_EQ(heard.Take(), true);
  port_.Unplug();
  EXPECT_EQ(heard.Take(), false);
  bus_.Unsubscribe(id);
  EXPECT_TRUE(changes_.empty());
}

TEST_F(Loopback, ListenerMayUnsubscribeItselfAndSubmit) {
  std::uint32_t id = 0;
  std::mutex mutex;
  std::unique_lock lock(mutex);
  id = bus_.Subscribe([&](const std::shared_ptr<LoopbackDevice>& device, bool) {
    std::lock_guard guard(mutex);
    bus_.Unsubscribe(id);
    device->SubmitControl(kFetch, {}, 0ms, To(ended_));
  });
  lock.unlock();
  port_.Plug();
  EXPECT_EQ(ended_.Take(), (Ended{TransferStatus::kCompleted, {}}));
}

TEST_F(Loopback, CompletionMayUnplug) {
  const auto device = PlugAndFind();
  Arrivals<bool> unplugged;
  device->SubmitControl(kFetch, {}, 0ms, [&](TransferStatus, ByteView) {
    bus_.Unplug(device->address());
    unplugged.Put(true);
  });
  EXPECT_EQ(unplugged.Take(), true);
  EXPECT_FALSE(function_.state().attached);
}

TEST_F(Loopback, TwoDevicesAreIndependent) {
  EchoChannel other_channel;
  MbimFunction other{scenario::UsbIdentity{}, other_channel};
  const auto first = PlugAndFind();
  const auto address = bus_.Plug(other);
  const auto change = changes_.Take();
  ASSERT_TRUE(change);
  const auto second = change->device;
  EXPECT_EQ(second->address(), address);
  Control(*first, Send(1), {1});
  Control(*second, Send(1), {2});
  EXPECT_EQ(Control(*second, kFetch), (Ended{TransferStatus::kCompleted, {2}}));
  EXPECT_EQ(Control(*first, kFetch), (Ended{TransferStatus::kCompleted, {1}}));
  bus_.Unplug(address);
  bus_.Unplug(address);
}

TEST_F(Loopback, TimeoutsWorkOnABusThatIsNeverIdle) {
  EchoChannel busy_channel;
  MbimFunction busy{scenario::UsbIdentity{}, busy_channel};
  const auto device = PlugAndFind();
  const auto address = bus_.Plug(busy);
  const auto change = changes_.Take();
  ASSERT_TRUE(change);
  std::atomic<bool> end = false;
  std::function<void()> again = [&] {
    change->device->SubmitControl(kFetch, {}, 0ms, [&](TransferStatus, ByteView) {
      end ? ended_.Put({TransferStatus::kCompleted, {}}) : again();
    });
  };
  again();
  Rule(fault::Action::kDrop);
  EXPECT_EQ(Control(*device, kFetch, {}, 1ms), (Ended{TransferStatus::kTimedOut, {}}));
  end = true;
  EXPECT_TRUE(ended_.Take());
  bus_.Unplug(address);
}

TEST(LoopbackLife, DevicesLeaveWithTheBus) {
  Arrivals<Ended> ended;
  EchoChannel channel;
  MbimFunction function{scenario::UsbIdentity{}, channel};
  std::shared_ptr<LoopbackDevice> device;
  {
    LoopbackBus bus;
    Arrivals<std::shared_ptr<LoopbackDevice>> devices;
    bus.Plug(function);
    bus.Subscribe([&](std::shared_ptr<LoopbackDevice> d, bool arrived) {
      if (arrived) devices.Put(std::move(d));
    });
    device = devices.Take().value_or(nullptr);
    ASSERT_TRUE(device);
    device->SubmitIn(Layout{}.notification_endpoint, 16, [&](TransferStatus status, ByteView) {
      ended.Put({status, {}});
    });
  }
  EXPECT_EQ(ended.Take(), (Ended{TransferStatus::kNoDevice, {}}));
  device->SubmitIn(Layout{}.notification_endpoint, 16, [&](TransferStatus status, ByteView) {
    ended.Put({status, {}});
  });
  EXPECT_EQ(ended.Take(), (Ended{TransferStatus::kNoDevice, {}}));
}

TEST_F(Loopback, TrafficSurvivesPluggingAtAnyMoment) {
  PlugAndFind();
  bus_.Unsubscribe(subscription_);
  std::mutex mutex;
  std::shared_ptr<LoopbackDevice> current;
  const auto id = bus_.Subscribe([&](const std::shared_ptr<LoopbackDevice>& device, bool arrived) {
    std::lock_guard lock(mutex);
    current = arrived ? device : nullptr;
  });
  std::thread plugger([&] {
    for (int i = 0; i < 50; ++i) {
      port_.Unplug();
      port_.Plug();
    }
  });
  for (int i = 0; i < 500; ++i) {
    std::shared_ptr<LoopbackDevice> device;
    {
      std::lock_guard lock(mutex);
      device = current;
    }
    if (!device) continue;
    device->SubmitIn(Layout{}.notification_endpoint, 16, [](TransferStatus, ByteView) {});
    EXPECT_TRUE(Control(*device, Send(1), {1}));
    EXPECT_TRUE(Control(*device, kFetch));
    device->Cancel(0);
  }
  plugger.join();
  bus_.Unsubscribe(id);
}

}  // namespace
}  // namespace mbnrig::usb
