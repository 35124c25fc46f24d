#pragma once

/// The directory of the profiles: one XML file for each profile, and the icons beside them.
///
/// A change writes a new file, syncs it, renames it over the old one and syncs the directory. So a
/// process that dies at any moment leaves either the complete old profile or the complete new one.
/// Files that are not profiles are skipped with a line in the log, and not changed. Several
/// processes may use one directory: a change holds a lock on it, and each access first reads the
/// files that changed on disk.

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

/// A profile of the store, and its file.
struct StoredProfile {
  std::string file;  ///< identifies the profile in the store; never used for another profile
  ProfilePtr profile;
};

/// Thread-safe. Methods throw std::system_error if the disk fails, and std::bad_alloc. Nothing has
/// changed then.
class ProfileStore {
 public:
  /// Makes `directory` (mode 0700) if it is missing, and removes the unfinished files of processes
  /// that died. `lock_timeout` bounds the wait for another process's change. Throws
  /// std::system_error, which names the path.
  ProfileStore(std::filesystem::path directory, std::chrono::milliseconds lock_timeout);
  ~ProfileStore();
  ProfileStore(const ProfileStore&) = delete;
  ProfileStore& operator=(const ProfileStore&) = delete;

  /// Every profile, in the order of the file names.
  std::vector<StoredProfile> List();

  /// Methods that change the store. ProfileStore::Change makes this object and holds the lock while
  /// it exists.
  class Transaction {
   public:
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    const std::vector<StoredProfile>& profiles() const { return profiles_; }

    /// A file name for a new profile.
    std::string NewFile() const;
    /// Copies the icon at `source` for the profile of `file`, and returns the copy's path. Returns
    /// nothing if `source` is not the absolute path of a readable regular file of at most
    /// kMaxIconBytes. The copy stays only if Write then gets a profile that names it.
    std::optional<std::filesystem::path> CopyIcon(const std::string& file,
                                                  const std::string& source);

    /// Writes the profile of `file`, and replaces the old profile if there is one. Removes the old
    /// profile's icon unless the new profile names it too.
    void Write(const std::string& file, const Profile& profile);
    void Remove(const std::string& file);

   private:
    friend class ProfileStore;
    explicit Transaction(ProfileStore& store) : store_(store) {}
    /// The path in the store of the icon of the profile of `file`.
    std::optional<std::filesystem::path> IconOf(const std::string& file) const;

    ProfileStore& store_;
    std::vector<StoredProfile> profiles_;
    std::vector<std::filesystem::path> unused_icons_;
  };

  /// Calls `change` under the lock, and throws its exceptions. Throws std::system_error (timed_out)
  /// if another process holds the lock for too long.
  void Change(const std::function<void(Transaction&)>& change);

  static constexpr std::size_t kMaxIconBytes = 1024 * 1024;

 private:
  struct Cached {
    std::uint64_t inode = 0, size = 0;
    std::int64_t modified = 0;
    ProfilePtr profile;  // null: not a profile, and the log says so
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
