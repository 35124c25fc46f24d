#pragma once

/// The service while it runs: from one Start to the next Stop.

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "client/device.h"
#include "mbn/modem/event.h"
#include "mbn/modem/modem_session.h"
#include "mbn/profile/profiles.h"
#include "mbn/service.h"

namespace mbnrig::mbn {

using SessionPtr = std::shared_ptr<ModemSession>;

/// Thread-safe, but for Start and Stop, which are called once each.
class RunningService final : private client::Monitor::Listener {
 public:
  /// Throws std::runtime_error when the profiles cannot be had. `sink` and `request_ids`
  /// outlive this.
  RunningService(const ServiceConfig& config, EventSink& sink, RequestIds& request_ids);
  ~RunningService() override;

  /// Begins to watch the bus. Throws what Monitor::Start throws.
  void Start();
  /// Ends every session with ERROR_SERVICE_NOT_ACTIVE, closes the modems, delivers the last events,
  /// joins every thread. No other method may run meanwhile, and none may be called afterwards. Not
  /// on the event thread.
  void Stop();

  /// The interfaces that are listed.
  std::vector<SessionPtr> Interfaces() const;
  /// Null when no listed interface has that ID.
  SessionPtr FindInterface(std::string_view interface_id) const;
  /// Those whose connection is listed.
  std::vector<SessionPtr> Connections() const;

  Profiles& profiles() { return *profiles_; }
  /// Of the modems that are listed and initialised.
  std::vector<Subscriber> Subscribers() const;

  bool OnEventThread() const { return events_.IsCurrent(); }

 private:
  void OnArrival(std::shared_ptr<client::Device> device) override;
  void OnRemoval(std::shared_ptr<client::Device> device) override;
  void End(const SessionPtr& session, HRESULT failure);
  std::vector<SessionPtr> Sessions() const;

  const ServiceTimes times_;
  const ServiceLimits limits_;
  const l2::L2Options l2_;
  EventSink& sink_;
  RequestIds& request_ids_;
  TaskThread events_, worker_;
  const std::unique_ptr<Profiles> profiles_;
  std::unique_ptr<client::Monitor> monitor_;
  mutable std::mutex mutex_;
  std::vector<SessionPtr> sessions_;  // guarded by mutex_
};

/// Whether two IDs are the same GUID text, in either case.
bool SameId(std::string_view a, std::string_view b);

}  // namespace mbnrig::mbn
