#pragma once

/// The rules of creating, changing and deleting profiles, over the store.

#include <winerror.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mbn/modem/event.h"
#include "mbn/profile/profile_store.h"
#include "mbn/task_thread.h"

namespace mbnrig::mbn {

/// The subscriber of a modem that is present and initialised.
struct Subscriber {
  std::string id, sim_icc_id;
  std::string home_provider;  ///< empty: not known
};

/// Thread-safe. Results are HRESULTs of the profile pages; E_FAIL, and a line in the log, when the
/// disk refuses. Throw std::bad_alloc, and then nothing has changed. `present` are the subscribers
/// of the modems that are present, from whom the elements come that the service writes itself.
class Profiles {
 public:
  Profiles(const std::filesystem::path& directory, std::chrono::milliseconds lock_timeout,
           TaskThread& events, EventSink& sink)
      : store_(directory, lock_timeout), events_(events), sink_(sink) {}

  /// Every profile. S_OK.
  HRESULT List(std::vector<ProfilePtr>* profiles);

  /// S_OK, E_MBN_INVALID_PROFILE, ERROR_ALREADY_EXISTS, E_MBN_DEFAULT_PROFILE_EXIST,
  /// ERROR_FILE_NOT_FOUND, in this order.
  HRESULT Create(std::string_view xml, const std::vector<Subscriber>& present);
  /// S_OK, ERROR_NOT_FOUND, E_MBN_INVALID_PROFILE (also for another name or subscriber),
  /// E_MBN_DEFAULT_PROFILE_EXIST, ERROR_FILE_NOT_FOUND, in this order.
  HRESULT Update(const Profile& profile, std::string_view xml,
                 const std::vector<Subscriber>& present);
  /// S_OK, ERROR_NOT_FOUND.
  HRESULT Delete(const Profile& profile);

 private:
  HRESULT Change(const std::function<HRESULT(ProfileStore::Transaction&)>& change);
  TaskThread::Ready Tell(EventId which, ProfilePtr profile);

  ProfileStore store_;
  TaskThread& events_;
  EventSink& sink_;
};

}  // namespace mbnrig::mbn
