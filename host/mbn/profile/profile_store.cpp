#include "mbn/profile/profile_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>
#include <thread>

#include "mbn/log.h"
#include "mbn/profile/files.h"

namespace mbnrig::mbn {
namespace {

constexpr std::string_view kSuffix = ".xml";
constexpr std::string_view kLockFile = ".lock";

void MakeDirectory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw std::system_error(error, "cannot make " + path.string());
  ::chmod(path.c_str(), 0700);
}

// 128 random bits, so that no process uses a name a second time.
std::string RandomName() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// The profile to which an icon's file name ("<profile>-<number>.bmp") belongs.
std::string_view OwnerOf(std::string_view icon) {
  return icon.substr(0, icon.find('-'));
}

std::string_view Stem(std::string_view file) {
  return file.substr(0, file.find('.'));
}

}  // namespace

// An exclusive lock between processes. The mutex does the same for the threads of this process.
class ProfileStore::Lock {
 public:
  Lock(const std::filesystem::path& directory, std::chrono::milliseconds timeout) {
    const auto path = directory / kLockFile;
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd_ < 0)
      throw std::system_error(errno, std::generic_category(), "cannot open " + path.string());
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      if (error == EINTR) continue;
      const bool late = std::chrono::steady_clock::now() >= deadline;
      if (error != EWOULDBLOCK || late) {
        ::close(fd_);
        throw std::system_error(error == EWOULDBLOCK ? ETIMEDOUT : error, std::generic_category(),
                                "cannot lock " + path.string());
      }
      // flock has no timeout.
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  ~Lock() { ::close(fd_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int fd_ = -1;
};

ProfileStore::ProfileStore(std::filesystem::path directory, std::chrono::milliseconds lock_timeout)
    : directory_(std::move(directory)), icons_(directory_ / "icons"), lock_timeout_(lock_timeout) {
  MakeDirectory(directory_);
  MakeDirectory(icons_);
  const std::lock_guard guard(mutex_);
  const Lock lock(directory_, lock_timeout_);
  Refresh();
  ClearLeftovers();
}

ProfileStore::~ProfileStore() = default;

std::vector<StoredProfile> ProfileStore::List() {
  const std::lock_guard guard(mutex_);
  Refresh();
  return Listed();
}

void ProfileStore::Change(const std::function<void(Transaction&)>& change) {
  const std::lock_guard guard(mutex_);
  const Lock lock(directory_, lock_timeout_);
  Refresh();
  Transaction transaction(*this);
  transaction.profiles_ = Listed();
  change(transaction);
}

std::vector<StoredProfile> ProfileStore::Listed() const {
  std::vector<StoredProfile> profiles;
  for (const auto& [file, cached] : cache_) {
    if (cached.profile != nullptr) profiles.push_back({file, cached.profile});
  }
  return profiles;
}

void ProfileStore::Refresh() {
  std::map<std::string, Cached> now;
  for (const std::string& file : FileNames(directory_)) {
    if (!file.ends_with(kSuffix)) continue;
    const std::filesystem::path path = directory_ / file;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) continue;
    Cached cached;
    cached.inode = status.st_ino;
    cached.size = static_cast<std::uint64_t>(status.st_size);
    cached.modified = status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec;
    const auto known = cache_.find(file);
    if (known != cache_.end() && known->second.inode == cached.inode &&
        known->second.size == cached.size && known->second.modified == cached.modified) {
      cached.profile = known->second.profile;
    } else if (const auto text = ReadFile(path, kMaxProfileBytes); !text) {
      LogWarning(fmt::format("{}: skipped, expected a readable file of at most {} bytes",
                             path.string(), kMaxProfileBytes));
    } else {
      auto read = ReadProfile(*text);
      if (const auto* error = std::get_if<ProfileError>(&read)) {
        LogWarning(fmt::format("{}: skipped, {}", path.string(), error->ToString()));
      } else {
        cached.profile = DescribeProfile(std::get<ProfileDocument>(read));
      }
    }
    now.emplace(file, std::move(cached));
  }
  // Somebody copied a file. The first name wins, so that every process uses the same one.
  for (auto one = now.begin(); one != now.end(); ++one) {
    if (one->second.profile == nullptr) continue;
    for (auto other = std::next(one); other != now.end(); ++other) {
      if (other->second.profile == nullptr || !other->second.profile->SameAs(*one->second.profile))
        continue;
      LogWarning(fmt::format("{}: skipped, {} has the same name and subscriber",
                             (directory_ / other->first).string(), one->first));
      other->second.profile = nullptr;
    }
  }
  cache_ = std::move(now);
}

void ProfileStore::ClearLeftovers() {
  std::error_code ignored;
  std::vector<std::filesystem::path> leftovers;
  for (const auto& directory : {directory_, icons_}) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      const std::string file = entry.path().filename().string();
      if (IsUnfinished(file)) leftovers.push_back(entry.path());
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(icons_)) {
    const std::string icon = entry.path().filename().string();
    const auto owner = cache_.find(std::string(OwnerOf(icon)) + std::string(kSuffix));
    // The icon of an unreadable file stays, because somebody may repair the file.
    const bool named =
        owner != cache_.end() && (owner->second.profile == nullptr ||
                                  owner->second.profile->icon_path == entry.path().string());
    if (!named) leftovers.push_back(entry.path());
  }
  for (const auto& leftover : leftovers)
    std::filesystem::remove(leftover, ignored);
}

ProfileStore::Transaction::~Transaction() {
  for (const auto& icon : unused_icons_)
    ::unlink(icon.c_str());
}

std::string ProfileStore::Transaction::NewFile() const {
  return RandomName() + std::string(kSuffix);
}

std::optional<std::filesystem::path> ProfileStore::Transaction::CopyIcon(
    const std::string& file, const std::string& source) {
  const std::filesystem::path path(source);
  if (!path.is_absolute()) return std::nullopt;
  const auto content = ReadFile(path, kMaxIconBytes);
  if (!content) return std::nullopt;
  auto copy = store_.icons_ / fmt::format("{}-{}.bmp", Stem(file), RandomName());
  unused_icons_.push_back(copy);
  WriteAtomically(copy, *content);
  return copy;
}

void ProfileStore::Transaction::Write(const std::string& file, const Profile& profile) {
  const auto old_icon = IconOf(file);
  WriteAtomically(store_.directory_ / file, profile.xml);
  std::erase_if(unused_icons_, [&](const std::filesystem::path& icon) {
    return icon.native() == profile.icon_path;
  });
  // A failure is ignored: the icon is removed when the store is opened next.
  if (old_icon && old_icon->native() != profile.icon_path) ::unlink(old_icon->c_str());
}

void ProfileStore::Transaction::Remove(const std::string& file) {
  const auto old_icon = IconOf(file);
  RemoveDurably(store_.directory_ / file);
  if (old_icon) ::unlink(old_icon->c_str());
}

std::optional<std::filesystem::path> ProfileStore::Transaction::IconOf(
    const std::string& file) const {
  const auto stored = std::find_if(profiles_.begin(), profiles_.end(),
                                   [&](const StoredProfile& p) { return p.file == file; });
  if (stored == profiles_.end()) return std::nullopt;
  std::filesystem::path icon(stored->profile->icon_path);
  // Removes nothing outside the store, even if somebody wrote the file by hand.
  if (icon.parent_path() != store_.icons_) return std::nullopt;
  return icon;
}

}  // namespace mbnrig::mbn
