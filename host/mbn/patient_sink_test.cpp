#include "mbn/patient_sink.h"

#include <gtest/gtest.h>

#include <new>

#include "log/log.h"

namespace mbnrig::mbn {
namespace {

/// Has no memory for the first attempts.
class ShortOfMemory final : public EventSink {
 public:
  explicit ShortOfMemory(int failures) : failures_(failures) {}
  void Tell(const ServiceEvent& event) override {
    ++attempts;
    if (failures_ > 0 && attempts <= failures_) throw std::bad_alloc();
    told.push_back(event.request);
  }

  int attempts = 0;
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
  EXPECT_EQ(lines.Lines().size(), 2u);
}

}  // namespace
}  // namespace mbnrig::mbn
