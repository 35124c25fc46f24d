#include "mbn/patient_sink.h"

#include <algorithm>
#include <new>
#include <thread>

#include "mbn/log.h"

namespace mbnrig::mbn {
namespace {

constexpr std::chrono::milliseconds kBetweenAttempts{10};

}  // namespace

void PatientSink::Tell(const ServiceEvent& event) {
  const auto begun = std::chrono::steady_clock::now();
  while (true) {
    try {
      sink_.Tell(event);
      return;
    } catch (const std::bad_alloc&) {
      if (std::chrono::steady_clock::now() >= std::min(begun + patience_, end_.load())) {
        LogWarning({"memory is short: an event is lost: ", NameOf(event.which)});
        return;
      }
    }
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

}  // namespace mbnrig::mbn
