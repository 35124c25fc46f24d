// How a service of the process starts, stops, and leaves what a thread still uses alone.

#include "service/process_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <string_view>
#include <vector>

namespace mbnrig::service {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Longer than any machine needs. Tests that pass do not wait for it.
constexpr milliseconds kPatience{60'000};
// Shorter than any test: what a test holds up is not over by then.
constexpr milliseconds kImpatience{1};

struct FakeConfig {
  milliseconds stop = kPatience;
  bool starts = true;
  std::shared_future<void> may_stop;  // not valid: at once
};

int fakes_alive = 0;
std::vector<std::string> warnings;

class FakeRunning {
 public:
  explicit FakeRunning(FakeConfig config) : config_(std::move(config)) { ++fakes_alive; }
  ~FakeRunning() { --fakes_alive; }
  FakeRunning(const FakeRunning&) = delete;
  FakeRunning& operator=(const FakeRunning&) = delete;

  void BeginStop() noexcept { asked_.set_value(); }
  void Stop() {
    if (config_.may_stop.valid()) config_.may_stop.wait();
  }
  std::future<void> asked() { return asked_.get_future(); }

 private:
  const FakeConfig config_;
  std::promise<void> asked_;
};

// Every test has a service of its own, because a service of the process keeps what happened to it.
template <int kTest>
struct Fake {
  using Config = FakeConfig;
  using Running = FakeRunning;
  static constexpr const char* kName = "the fake service";
  static std::unique_ptr<FakeRunning> Make(const FakeConfig& config) {
    if (!config.starts || !bus) throw std::runtime_error("no such bus");
    return std::make_unique<FakeRunning>(config);
  }
  static milliseconds StopBound(const FakeConfig& config) { return config.stop; }
  static bool OnOwnThread() { return on_own_thread; }
  static void LogWarning(std::string_view line) noexcept { warnings.emplace_back(line); }

  static inline bool on_own_thread = false;
  static inline bool bus = true;
};

class ProcessServiceTest : public ::testing::Test {
 protected:
  ProcessServiceTest() { warnings.clear(); }
  ~ProcessServiceTest() override { EXPECT_EQ(fakes_alive, 0) << "the test has not stopped it"; }
};

TEST_F(ProcessServiceTest, RunsFromStartToStop) {
  using Service = ProcessService<Fake<0>>;
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  EXPECT_FALSE(Service::Call());
  Service::Get().Start();
  Service::Get().Start();
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  EXPECT_EQ(fakes_alive, 1);
  EXPECT_TRUE(Service::Call());
  EXPECT_THROW(Service::Get().Configure({}), std::logic_error);
  Service::Get().Stop();
  Service::Get().Stop();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  EXPECT_FALSE(Service::Call());
  EXPECT_EQ(fakes_alive, 0);
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(ProcessServiceTest, StartsOnDemandUntilTheProgramTouchesIt) {
  using Service = ProcessService<Fake<1>>;
  Service::Get().StartUnlessTouched();
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  Service::Get().Stop();
  Service::Get().StartUnlessTouched();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
}

// A handler of an event of another service, in which the first call comes.
TEST_F(ProcessServiceTest, StartsOnDemandInAHandler) {
  using Service = ProcessService<Fake<8>>;
  Fake<8>::on_own_thread = true;
  Service::Get().StartUnlessTouched();
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  Fake<8>::on_own_thread = false;
  Service::Get().Stop();
}

TEST_F(ProcessServiceTest, TriesAgainToStartOnDemand) {
  using Definition = Fake<7>;
  using Service = ProcessService<Definition>;
  Definition::bus = false;
  Service::Get().StartUnlessTouched();
  Service::Get().StartUnlessTouched();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  EXPECT_THAT(warnings, ElementsAre("the fake service does not start: no such bus",
                                    "the fake service does not start: no such bus"));
  Definition::bus = true;
  Service::Get().StartUnlessTouched();
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  Service::Get().Stop();
}

TEST_F(ProcessServiceTest, SaysWhyItDoesNotStart) {
  using Service = ProcessService<Fake<2>>;
  FakeConfig config;
  config.starts = false;
  Service::Get().Configure(config);
  EXPECT_THROW(Service::Get().Start(), std::runtime_error);
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  EXPECT_FALSE(Service::Call());
}

TEST_F(ProcessServiceTest, RefusesAThreadThatItWaitsFor) {
  using Service = ProcessService<Fake<3>>;
  Service::Get().Start();
  Fake<3>::on_own_thread = true;
  EXPECT_THROW(Service::Get().Stop(), std::logic_error);
  EXPECT_THROW(Service::Get().Start(), std::logic_error);
  Fake<3>::on_own_thread = false;
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  Service::Get().Stop();
}

TEST_F(ProcessServiceTest, WaitsForCallsAndTellsThemToReturn) {
  using Service = ProcessService<Fake<4>>;
  Service::Get().Start();
  std::promise<void> entered;
  std::thread client([&] {
    const Service::Call call;
    auto asked = call->asked();
    entered.set_value();
    EXPECT_EQ(asked.wait_for(kPatience), std::future_status::ready);
    EXPECT_EQ(fakes_alive, 1);
    EXPECT_FALSE(Service::Call()) << "no call begins while the service stops";
  });
  entered.get_future().wait();
  Service::Get().Stop();
  EXPECT_EQ(fakes_alive, 0);
  EXPECT_THAT(warnings, IsEmpty());
  client.join();
}

TEST_F(ProcessServiceTest, StopDoesNotWaitForEverForAThreadOfTheService) {
  using Service = ProcessService<Fake<5>>;
  std::promise<void> may_stop;
  FakeConfig config;
  config.stop = kImpatience;
  config.may_stop = may_stop.get_future().share();
  Service::Get().Configure(config);
  Service::Get().Start();

  Service::Get().Stop();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopping);
  EXPECT_EQ(fakes_alive, 1) << "its thread still uses it";
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("the fake service has not stopped within 1 ms")));
  EXPECT_FALSE(Service::Call());
  EXPECT_THROW(Service::Get().Start(), std::runtime_error) << "two would run at once";
  EXPECT_EQ(fakes_alive, 1);

  may_stop.set_value();
  Service::Get().Configure({});
  Service::Get().Start();
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  EXPECT_EQ(fakes_alive, 1) << "the first one is gone";
  Service::Get().Stop();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
}

TEST_F(ProcessServiceTest, StopDoesNotWaitForEverForACall) {
  using Service = ProcessService<Fake<6>>;
  FakeConfig config;
  config.stop = kImpatience;
  Service::Get().Configure(config);
  Service::Get().Start();
  {
    const Service::Call call;
    Service::Get().Stop();
    EXPECT_EQ(Service::Get().state(), ServiceState::kStopping);
    EXPECT_EQ(fakes_alive, 1) << "the call still uses it";
    EXPECT_EQ(warnings.size(), 1u);
  }
  Service::Get().Configure({});
  Service::Get().Stop();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  EXPECT_EQ(fakes_alive, 0);
  EXPECT_EQ(warnings.size(), 1u);
}

}  // namespace
}  // namespace mbnrig::service
