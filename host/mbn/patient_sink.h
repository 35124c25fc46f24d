#pragma once

#include <atomic>
#include <chrono>

#include "mbn/modem/event.h"

namespace mbnrig::mbn {

/// Tells another sink, which may need memory for that. While memory is short, it tries again, so
/// that clients miss no event. Used on the event thread only.
class PatientSink final : public EventSink {
 public:
  /// Tries for `patience`. Then the event is lost, and a log line says so. `sink` must outlive
  /// this.
  PatientSink(EventSink& sink, std::chrono::milliseconds patience)
      : sink_(sink), patience_(patience) {}

  void Tell(const ServiceEvent& event) override;

  /// The service stops: from now on no event is tried after `end`, except once. Any thread.
  void EndBy(std::chrono::steady_clock::time_point end) noexcept { end_ = end; }

 private:
  EventSink& sink_;
  const std::chrono::milliseconds patience_;
  std::atomic<std::chrono::steady_clock::time_point> end_{
      std::chrono::steady_clock::time_point::max()};
};

}  // namespace mbnrig::mbn
