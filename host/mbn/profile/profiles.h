#pragma once

/// The rules of finding, creating, changing and deleting the profiles of the store.

#include <winerror.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mbn/modem/event.h"
#include "mbn/profile/profile_store.h"
#include "service/task_thread.h"

namespace mbnrig::mbn {

/// The owner of a SIM: a modem that is present and initialised has it.
struct Subscriber {
  std::string id, sim_icc_id;
  std::string home_provider;  ///< empty: not known
  friend bool operator==(const Subscriber&, const Subscriber&) = default;
};

/// The subscriber of the modem's SIM. Nothing while the modem is not initialised or does not report
/// it.
std::optional<Subscriber> SubscriberOf(const ModemState& modem);

/// Selects profiles by their subscribers.
struct ProfileScope {
  std::optional<Subscriber> only{};  ///< only this subscriber's; empty: everybody's
  std::vector<Subscriber> first{};   ///< the profiles of these come first
  friend bool operator==(const ProfileScope&, const ProfileScope&) = default;
};

/// Thread-safe. Results are HRESULTs of the profile pages. If the disk fails, methods log a warning
/// and return E_FAIL. If a method throws std::bad_alloc, nothing has changed. `present` are the
/// subscribers of the present modems; the service writes their data into the profile.
class Profiles {
 public:
  Profiles(const std::filesystem::path& directory, std::chrono::milliseconds lock_timeout,
           service::TaskThread& events, EventSink& sink)
      : store_(directory, lock_timeout), events_(events), sink_(sink) {}

  /// S_OK.
  HRESULT List(const ProfileScope& scope, std::vector<ProfilePtr>* profiles);
  /// The first profile of that name. S_OK, ERROR_NOT_FOUND.
  HRESULT Find(std::string_view name, const ProfileScope& scope, ProfilePtr* profile);

  /// S_OK, E_MBN_INVALID_PROFILE, ERROR_ALREADY_EXISTS, E_MBN_DEFAULT_PROFILE_EXIST,
  /// ERROR_FILE_NOT_FOUND, in this order.
  HRESULT Create(std::string_view xml, const std::vector<Subscriber>& present);
  /// S_OK, ERROR_NOT_FOUND, E_MBN_INVALID_PROFILE (also for another name or subscriber),
  /// E_MBN_DEFAULT_PROFILE_EXIST, ERROR_FILE_NOT_FOUND, in this order.
  HRESULT Update(const ProfileKey& profile, std::string_view xml,
                 const std::vector<Subscriber>& present);
  /// S_OK, ERROR_NOT_FOUND.
  HRESULT Delete(const ProfileKey& profile);

 private:
  HRESULT Change(const std::function<HRESULT(ProfileStore::Transaction&)>& change);
  service::TaskThread::Ready Tell(EventId which, ProfilePtr profile);

  ProfileStore store_;
  service::TaskThread& events_;
  EventSink& sink_;
};

}  // namespace mbnrig::mbn
