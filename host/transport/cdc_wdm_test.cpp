// The kernel's driver itself is tested in the virtual board. Here a pseudo-terminal replaces its
// file, and folders replace what the kernel shows of it.

#include "transport/cdc_wdm.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>

#include "fd.h"
#include "transport/cdc_wdm_watch.h"

namespace mbnrig::transport {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr seconds kPatience{20};

/// Runs posted tasks until a condition holds.
class WaitingExecutor : public Executor {
 public:
  bool Post(Task&& task) override {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_all();
    return true;
  }
  TimerId After(milliseconds, Task task) override {
    timers_.emplace(++last_timer_, std::move(task));
    return last_timer_;
  }
  void Cancel(TimerId timer) override { timers_.erase(timer); }
  TimePoint Now() const override { return {}; }

  /// Whether timers fire as soon as there is nothing else to do.
  void set_time_passes(bool passes) { time_passes_ = passes; }

  /// False if the condition does not become true.
  bool RunUntil(const std::function<bool()>& condition) {
    while (!condition()) {
      Task task;
      {
        std::unique_lock lock(mutex_);
        if (tasks_.empty() && time_passes_ && !timers_.empty()) {
          tasks_.push_back(std::move(timers_.begin()->second));
          timers_.erase(timers_.begin());
        }
        if (!changed_.wait_for(lock, kPatience, [this] { return !tasks_.empty(); })) {
          return false;
        }
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool time_passes_ = true;
  TimerId last_timer_ = 0;
  std::map<TimerId, Task> timers_;
};

class CdcWdmTest : public ::testing::Test {
 protected:
  CdcWdmTest() {
    paths_ = {root_ / "dev", root_ / "sys/class/usbmisc", root_ / "proc"};
    for (const auto& folder : {paths_.devices, paths_.sysfs, paths_.processes}) {
      fs::create_directories(folder);
    }
  }
  ~CdcWdmTest() override { fs::remove_all(root_); }

  static fs::path MakeRoot() {
    std::string name = (fs::temp_directory_path() / "mbnrig-wdm-XXXXXX").string();
    return ::mkdtemp(name.data()) ? fs::path(name) : fs::path();
  }
  static void Write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

  /// Creates the files that the kernel shows for a modem behind port 1-4.2.
  void AddDevice(const std::string& name, const std::string& driver, const std::string& address) {
    const fs::path usb = root_ / "sys/devices" / name / "1-4.2";
    const fs::path interface = usb / "1-4.2:1.0";
    fs::create_directories(interface / "net/wwan0");
    fs::create_directories(root_ / "sys/bus/usb/drivers" / driver);
    fs::create_directory_symlink(root_ / "sys/bus/usb/drivers" / driver, interface / "driver");
    Write(usb / "idVendor", "1d6b\n");
    Write(usb / "idProduct", "0104\n");
    Write(usb / "manufacturer", "mbnrig\n");
    Write(usb / "product", "MBIM modem\n");
    Write(usb / "serial", "MBNRIG0001\n");
    Write(usb / "devnum", address + "\n");
    fs::create_directories(paths_.sysfs / name);
    fs::create_directory_symlink(interface, paths_.sysfs / name / "device");
    if (!fs::exists(paths_.devices / name)) {
      Write(paths_.devices / name, "");
    }
  }
  /// The descriptors that the kernel shows: two configurations, of which the second one is active
  /// and has the MBIM function.
  void AddDescriptors(const std::string& name) {
    const Bytes function = {
        9,  0x04, 0,    0, 1,  0x02, 0x0E, 0,  0,                        // MBIM control
        12, 0x24, 0x1B, 0, 1,  0,    2,    16, 128,  0xDC, 5, 0,         // segments of 1500 bytes
        8,  0x24, 0x1C, 0, 1,  3,    0x78, 5,                            // 3 commands, MTU 1400
        7,  0x05, 0x81, 3, 64, 0,    9,                                  // notifications
        9,  0x04, 1,    0, 2,  0x0A, 0,    2,  0,                        // data
        7,  0x05, 0x82, 2, 0,  2,    0,    7,  0x05, 0x02, 2, 0, 2, 0};  // bulk endpoints
    Bytes bytes(18);
    bytes.insert(bytes.end(), {9, 0x02, 9, 0, 0, 1, 0, 0x80, 50});
    const auto total = static_cast<std::uint8_t>(9 + function.size());
    bytes.insert(bytes.end(), {9, 0x02, total, 0, 2, 2, 0, 0x80, 50});
    bytes.insert(bytes.end(), function.begin(), function.end());
    const fs::path usb = root_ / "sys/devices" / name / "1-4.2";
    Write(usb / "descriptors", std::string(bytes.begin(), bytes.end()));
    Write(usb / "bConfigurationValue", "2\n");
  }
  void RemoveDevice(const std::string& name) {
    fs::remove(paths_.devices / name);
    fs::remove_all(paths_.sysfs / name);
    fs::remove_all(root_ / "sys/devices" / name);
  }

  const fs::path root_ = MakeRoot();
  CdcWdmPaths paths_;
};

TEST_F(CdcWdmTest, FindsTheFunctionsOfTheMbimDriver) {
  AddDevice("cdc-wdm0", "cdc_mbim", "7");
  AddDevice("cdc-wdm1", "qmi_wwan", "8");
  const auto found = FindCdcWdmDevices(paths_);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].node, paths_.devices / "cdc-wdm0");
  EXPECT_EQ(found[0].info.location, "usb-1-4.2");
  EXPECT_EQ(found[0].info.vendor_id, 0x1d6b);
  EXPECT_EQ(found[0].info.product_id, 0x0104);
  EXPECT_EQ(found[0].info.serial, "MBNRIG0001");
  EXPECT_EQ(found[0].address, 7u);
  const CdcWdmFunction function(nullptr, found[0], paths_);
  EXPECT_EQ(function.network_interface(), "wwan0");
  EXPECT_EQ(function.data(), nullptr);
}

TEST_F(CdcWdmTest, ReadsTheLimitsOfTheActiveConfiguration) {
  AddDevice("cdc-wdm0", "cdc_mbim", "7");
  EXPECT_EQ(FindCdcWdmDevices(paths_).at(0).limits.outstanding_commands, std::nullopt);
  AddDescriptors("cdc-wdm0");
  const CdcWdmFunction function(nullptr, FindCdcWdmDevices(paths_).at(0), paths_);
  EXPECT_EQ(function.limits().outstanding_commands, 3);
  EXPECT_EQ(function.limits().datagram, 1500);
  EXPECT_EQ(function.limits().mtu, 1400);
  Write(root_ / "sys/devices/cdc-wdm0/1-4.2/bConfigurationValue", "1\n");
  EXPECT_EQ(FindCdcWdmDevices(paths_).at(0).limits.datagram, 0);
}

TEST_F(CdcWdmTest, FindsTheHolderOfAFile) {
  fs::create_directories(paths_.processes / "123/fd");
  Write(paths_.processes / "123/comm", "ModemManager\n");
  fs::create_symlink("/dev/null", paths_.processes / "123/fd/3");
  EXPECT_EQ(FindHolder("/dev/cdc-wdm0", paths_.processes), std::nullopt);
  fs::create_symlink("/dev/cdc-wdm0", paths_.processes / "123/fd/4");
  EXPECT_EQ(FindHolder("/dev/cdc-wdm0", paths_.processes), "ModemManager (process 123)");
}

TEST_F(CdcWdmTest, ReportsArrivalsAndRemovals) {
  WaitingExecutor executor;
  std::vector<CdcWdmDevice> now;
  CdcWdmWatch watch(paths_);
  watch.Start([&](std::vector<CdcWdmDevice> found) {
    executor.Post([&, found = std::move(found)] { now = found; });
  });
  AddDevice("cdc-wdm0", "cdc_mbim", "7");
  ASSERT_TRUE(executor.RunUntil([&] { return now.size() == 1; }));
  const CdcWdmDevice first = now[0];
  RemoveDevice("cdc-wdm0");
  ASSERT_TRUE(executor.RunUntil([&] { return now.empty(); }));
  AddDevice("cdc-wdm0", "cdc_mbim", "7");
  ASSERT_TRUE(executor.RunUntil([&] { return now.size() == 1; }));
  EXPECT_FALSE(now[0] == first);
  watch.Stop();
}

/// A pipe over a pseudo-terminal. The test has the other end.
class CdcWdmPipeTest : public CdcWdmTest {
 protected:
  CdcWdmPipeTest() {
    int master = -1, slave = -1;
    char name[256] = {};
    termios raw{};
    ::cfmakeraw(&raw);
    EXPECT_EQ(::openpty(&master, &slave, name, &raw, nullptr), 0);
    function_ = Fd(master);
    slave_ = Fd(slave);
    device_.info.location = "usb-1-4.2";
    device_.node = name;
    pipe_ = CdcWdmFunction(executor_, device_, paths_).MakeControlPipe();
  }
  ~CdcWdmPipeTest() override {
    bool closed = false;
    pipe_->Close([&] { closed = true; });
    EXPECT_TRUE(executor_->RunUntil([&] { return closed; }));
  }

  UsbStatus Open() {
    std::optional<UsbStatus> status;
    ControlPipe::Handlers handlers;
    handlers.fragment = [this](ByteView f) { fragments_.emplace_back(f.begin(), f.end()); };
    handlers.gone = [this] { gone_ = true; };
    pipe_->Open(handlers, [&](UsbStatus opened) { status = opened; });
    EXPECT_TRUE(executor_->RunUntil([&] { return status.has_value(); }));
    return status.value_or(UsbStatus::kError);
  }
  Bytes ReadAsFunction(std::size_t size) {
    Bytes bytes(size);
    std::size_t have = 0;
    while (have < size) {
      const ssize_t count = ::read(function_.get(), bytes.data() + have, size - have);
      if (count <= 0) break;
      have += static_cast<std::size_t>(count);
    }
    bytes.resize(have);
    return bytes;
  }
  /// A message whose header says `length` bytes.
  static Bytes Message(std::uint8_t length) {
    Bytes bytes(length, 0xAB);
    bytes[4] = length;
    bytes[5] = bytes[6] = bytes[7] = 0;
    return bytes;
  }

  const std::shared_ptr<WaitingExecutor> executor_ = std::make_shared<WaitingExecutor>();
  Fd function_, slave_;
  CdcWdmDevice device_;
  std::shared_ptr<ControlPipe> pipe_;
  std::vector<Bytes> fragments_;
  bool gone_ = false;
};

TEST_F(CdcWdmPipeTest, SendsFragmentsInOrder) {
  ASSERT_EQ(Open(), UsbStatus::kOk);
  EXPECT_EQ(pipe_->max_control_message(), 4096);
  std::vector<SendResult> results;
  pipe_->Send({Message(20), Message(30)}, [&](SendResult r) { results.push_back(r); });
  pipe_->Send({Message(40)}, [&](SendResult r) { results.push_back(r); });
  ASSERT_TRUE(executor_->RunUntil([&] { return results.size() == 2; }));
  EXPECT_THAT(results, ElementsAre(SendResult::kSent, SendResult::kSent));
  EXPECT_EQ(ReadAsFunction(20), Message(20));
  EXPECT_EQ(ReadAsFunction(30), Message(30));
  EXPECT_EQ(ReadAsFunction(40), Message(40));
}

TEST_F(CdcWdmPipeTest, DelaysTheNextCommandUntilTheAnswer) {
  executor_->set_time_passes(false);
  ASSERT_EQ(Open(), UsbStatus::kOk);
  std::vector<SendResult> results;
  pipe_->Send({Message(20)}, [&](SendResult r) { results.push_back(r); });
  pipe_->Send({Message(30)}, [&](SendResult r) { results.push_back(r); });
  ASSERT_TRUE(executor_->RunUntil([&] { return results.size() == 1; }));
  EXPECT_EQ(ReadAsFunction(20), Message(20));
  const Bytes answer = Message(16);
  ASSERT_EQ(::write(function_.get(), answer.data(), answer.size()), 16);
  ASSERT_TRUE(executor_->RunUntil([&] { return results.size() == 2; }));
  EXPECT_THAT(fragments_, ElementsAre(answer));
  EXPECT_EQ(ReadAsFunction(30), Message(30));
}

TEST_F(CdcWdmPipeTest, DelaysNothingWithoutAHold) {
  executor_->set_time_passes(false);
  pipe_ = CdcWdmFunction(executor_, device_, paths_, milliseconds(0)).MakeControlPipe();
  ASSERT_EQ(Open(), UsbStatus::kOk);
  std::vector<SendResult> results;
  pipe_->Send({Message(20)}, [&](SendResult r) { results.push_back(r); });
  pipe_->Send({Message(30)}, [&](SendResult r) { results.push_back(r); });
  ASSERT_TRUE(executor_->RunUntil([&] { return results.size() == 2; }));
  EXPECT_EQ(ReadAsFunction(20), Message(20));
  EXPECT_EQ(ReadAsFunction(30), Message(30));
}

TEST_F(CdcWdmPipeTest, DeliversFragments) {
  ASSERT_EQ(Open(), UsbStatus::kOk);
  const Bytes first = Message(20), second = Message(30);
  Bytes both = first;
  both.insert(both.end(), second.begin(), second.end());
  ASSERT_EQ(::write(function_.get(), both.data(), both.size()), 50);
  ASSERT_TRUE(executor_->RunUntil([&] { return fragments_.size() == 2; }));
  EXPECT_THAT(fragments_, ElementsAre(first, second));
}

TEST_F(CdcWdmPipeTest, IsGoneWithTheDevice) {
  ASSERT_EQ(Open(), UsbStatus::kOk);
  function_.Close();
  EXPECT_TRUE(executor_->RunUntil([&] { return gone_; }));
}

TEST_F(CdcWdmPipeTest, IsBusyIfAnotherMbnrigHoldsTheFile) {
  ASSERT_EQ(::flock(slave_.get(), LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(Open(), UsbStatus::kBusy);
  EXPECT_THAT(pipe_->Advice(UsbStatus::kBusy), HasSubstr("is held by another program"));
}

TEST_F(CdcWdmPipeTest, NamesTheHolder) {
  fs::create_directories(paths_.processes / "123/fd");
  Write(paths_.processes / "123/comm", "mbim-proxy\n");
  char name[256] = {};
  ASSERT_EQ(::ttyname_r(slave_.get(), name, sizeof name), 0);
  fs::create_symlink(name, paths_.processes / "123/fd/4");
  EXPECT_EQ(Open(), UsbStatus::kBusy);
  EXPECT_THAT(pipe_->Advice(UsbStatus::kBusy),
              HasSubstr("is held by mbim-proxy (process 123): stop it"));
}

}  // namespace
}  // namespace mbnrig::transport
