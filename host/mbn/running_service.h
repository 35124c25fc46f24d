#pragma once

/// The service while it runs: from one Start to the next Stop.

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "client/device.h"
#include "mbn/modem/event.h"
#include "mbn/modem/modem_session.h"
#include "mbn/patient_sink.h"
#include "mbn/profile/profiles.h"
#include "mbn/seam.h"
#include "mbn/service.h"

namespace mbnrig::mbn {

/// Thread-safe. Start and Stop are called once each.
class RunningService final : public Seam, private client::Monitor::Listener {
 public:
  /// Throws std::runtime_error if the folder of the profiles cannot be used. `sink` and
  /// `request_ids` must outlive this.
  RunningService(const ServiceConfig& config, EventSink& sink, RequestIds& request_ids);
  ~RunningService() override;

  /// Begins to watch the bus. Throws the exceptions of Monitor::Start.
  void Start();
  /// Ends every session with ERROR_SERVICE_NOT_ACTIVE, closes the modems, delivers the last events
  /// and joins every thread. No other method may run at the same time or be called afterwards. Must
  /// not be called on the event thread. Waits for the handlers of clients as long as they take;
  /// service::ProcessService bounds that.
  void Stop();
  /// Only WaitUntilKnown waits inside a call, and its caller gives it a bound. From now on events
  /// wait for memory no longer than the service may take to stop.
  void BeginStop() noexcept;

  std::vector<Modem> Modems() const override;
  std::optional<Modem> FindModem(std::string_view interface_id) const override;
  HRESULT Submit(std::string_view interface_id, const OperationRequest& request,
                 std::uint32_t* id) override;
  HRESULT ListProfiles(const ProfileScope& scope, std::vector<ProfilePtr>* profiles) override;
  HRESULT FindProfile(std::string_view name, const ProfileScope& scope,
                      ProfilePtr* profile) override;
  HRESULT Change(const ProfileRequest& request) override;

  /// Waits until every fact of a listed modem is known and clients got the events. False after
  /// `timeout`, and for an ID that is not listed. Must not be called on the event thread.
  bool WaitUntilKnown(std::string_view interface_id, std::chrono::milliseconds timeout);

 private:
  using SessionPtr = std::shared_ptr<ModemSession>;

  void OnArrival(std::shared_ptr<client::Device> device) override;
  void OnRemoval(std::shared_ptr<client::Device> device) override;
  void EndSessions(Ending ending) noexcept;
  std::vector<SessionPtr> Sessions() const;
  SessionPtr FindSession(std::string_view interface_id) const;
  std::vector<Subscriber> Subscribers() const;

  const ServiceTimes times_;
  const ServiceLimits limits_;
  const l2::L2Options l2_;
  PatientSink sink_;
  RequestIds& request_ids_;
  service::TaskThread events_, worker_;
  const std::unique_ptr<Profiles> profiles_;
  std::unique_ptr<client::Monitor> monitor_;
  mutable std::mutex mutex_;
  std::vector<SessionPtr> sessions_;  // guarded by mutex_
  // Made in advance, so that stopping needs no memory.
  std::promise<void> sessions_ended_;
  service::TaskThread::Ready tell_ended_{[this] { sessions_ended_.set_value(); }};
};

}  // namespace mbnrig::mbn
