#include "mbn/patient_sink.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include "log/log.h"

namespace mbnrig::mbn {
namespace {

/// Has no memory for the first attempts.
class ShortOfMemory final : public EventSink {
 public:
  explicit ShortOfMemory(int failures) : failures_(failures) {}
  void Tell(const ServiceEvent& event) override {
    ++attempts;
    if (at_attempt) at_attempt(attempts);
    if (failures_ > 0 && attempts <= failures_) throw std::bad_alloc();
    told.push_back(event.request);
  }

  int attempts = 0;
  std::function<void(int)> at_attempt;  ///< is called with the number of the attempt
  std::vector<std::uint32_t> told;

 private:
  const int failures_;
};

ServiceEvent EventOf(std::uint32_t request) {
  ServiceEvent event;
  event.which = EventId::kIMbnConnectionEvents_OnConnectComplete;
  event.request = request;
  return event;
}

TEST(PatientSink, TellsOnceThereIsMemory) {
  ShortOfMemory clients(3);
  PatientSink patient(clients, std::chrono::seconds(20));
  patient.Tell(EventOf(1));
  patient.Tell(EventOf(2));
  EXPECT_EQ(clients.attempts, 5);
  EXPECT_EQ(clients.told, (std::vector<std::uint32_t>{1, 2}));
}

TEST(PatientSink, DoesNotTryForEver) {
  const log::Capture lines;
  ShortOfMemory clients(1'000'000);
  PatientSink patient(clients, std::chrono::milliseconds(0));
  patient.Tell(EventOf(1));
  EXPECT_EQ(clients.attempts, 1);
  EXPECT_TRUE(clients.told.empty());
  ASSERT_EQ(lines.Lines().size(), 1u);
  EXPECT_NE(lines.Lines()[0].find("IMbnConnectionEvents::OnConnectComplete"), std::string::npos);
}

// Many events may wait when the service stops. They share the time that it has.
TEST(PatientSink, TriesEachEventOnceWhenTheServiceHasHadItsTime) {
  const log::Capture lines;
  ShortOfMemory clients(1'000'000);
  PatientSink patient(clients, std::chrono::minutes(10));
  patient.EndBy(std::chrono::steady_clock::now());
  for (std::uint32_t request = 1; request <= 100; ++request)
    patient.Tell(EventOf(request));
  EXPECT_EQ(clients.attempts, 100);
}

TEST(PatientSink, EndsAnAttemptThatIsUnderWay) {
  const log::Capture lines;
  ShortOfMemory clients(1'000'000);
  PatientSink patient(clients, std::chrono::minutes(10));
  clients.at_attempt = [&](int attempt) {
    if (attempt == 2) patient.EndBy(std::chrono::steady_clock::now());
  };
  patient.Tell(EventOf(1));
  EXPECT_EQ(clients.attempts, 2);
}

}  // namespace
}  // namespace mbnrig::mbn
