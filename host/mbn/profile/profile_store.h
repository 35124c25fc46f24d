#pragma once

/// Where profiles live: a directory with one XML file a profile, and icons beside them.
///
/// A change is a new file, written, synced and renamed over the old one, then the directory synced:
/// a process that dies at any moment leaves the old profile or the new one, never neither and never
/// half. Files that are no profiles are passed over with a line in the log, and left alone. Several
/// processes may use one directory: changes are made under a lock on it, and each look begins
/// with what changed on disk.

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mbn/profile/profile.h"

namespace mbnrig::mbn {

/// A profile of the store and the file it is in.
struct StoredProfile {
  std::string file;  ///< names the profile for the store's methods; never used again once removed
  ProfilePtr profile;
};

/// Thread-safe. Methods throw std::system_error when the disk refuses, and std::bad_alloc, after
/// which nothing has changed.
class ProfileStore {
 public:
  /// Makes `directory` (mode 0700) where it is missing, and clears away what a process that died
  /// here left half done. `lock_timeout` bounds the wait for another process's change. Throws
  /// std::system_error naming the path.
  ProfileStore(std::filesystem::path directory, std::chrono::milliseconds lock_timeout);
  ~ProfileStore();
  ProfileStore(const ProfileStore&) = delete;
  ProfileStore& operator=(const ProfileStore&) = delete;

  /// Every profile, by file name.
  std::vector<StoredProfile> List();

  /// Changes of the store; made by Change, which holds the lock meanwhile.
  class Transaction {
   public:
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    const std::vector<StoredProfile>& profiles() const { return profiles_; }

    /// A file name for a profile that is not in the store yet.
    std::string NewFile() const;
    /// Copies the icon at `source` for the profile of `file`. The copy's path; the copy stays only
    /// when Write is given a profile that names it. Nothing when `source` is no absolute path of a
    /// readable regular file of up to kMaxIconBytes.
    std::optional<std::filesystem::path> CopyIcon(const std::string& file,
                                                  const std::string& source);

    /// Writes the profile of `file`: a new one, or over the one that is there, whose icon goes
    /// unless the new profile names it too.
    void Write(const std::string& file, const Profile& profile);
    void Remove(const std::string& file);

   private:
    friend class ProfileStore;
    explicit Transaction(ProfileStore& store) : store_(store) {}
    /// The icon in the store that the profile of `file` has now.
    std::optional<std::filesystem::path> IconOf(const std::string& file) const;

    ProfileStore& store_;
    std::vector<StoredProfile> profiles_;
    std::vector<std::filesystem::path> unused_icons_;
  };

  /// Calls `change` under the lock; what it throws passes through. Throws std::system_error
  /// (timed_out) when another process holds the lock for too long.
  void Change(const std::function<void(Transaction&)>& change);

  static constexpr std::size_t kMaxIconBytes = 1024 * 1024;

 private:
  struct Cached {
    std::uint64_t inode = 0, size = 0;
    std::int64_t modified = 0;
    ProfilePtr profile;  // null: no profile, told of already
  };
  class Lock;

  void Refresh();
  void ClearLeftovers();
  std::vector<StoredProfile> Listed() const;

  const std::filesystem::path directory_, icons_;
  const std::chrono::milliseconds lock_timeout_;
  std::mutex mutex_;
  std::map<std::string, Cached> cache_;  // guarded by mutex_; by file name
};

}  // namespace mbnrig::mbn
