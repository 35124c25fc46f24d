#include "mbn/profile/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace mbnrig::mbn {
namespace {

constexpr std::string_view kUnfinished = ".unfinished-";

[[noreturn]] void Fail(const char* what, const std::filesystem::path& path) {
  const int error = errno;
  throw std::system_error(error, std::generic_category(), std::string(what) + " " + path.string());
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  const int fd_;
};

void SyncDirectory(const std::filesystem::path& directory) {
  const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) Fail("cannot open", directory);
  // Some filesystems (9p) have no fsync for directories. Their errors are ignored.
  if (::fsync(fd.get()) != 0 && errno != EINVAL && errno != ENOTSUP) Fail("cannot sync", directory);
}

void WriteAll(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      Fail("cannot write", path);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Unlinks an unfinished file unless it was renamed away.
class Unfinished {
 public:
  explicit Unfinished(std::filesystem::path path) : path_(std::move(path)) {}
  ~Unfinished() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  const std::filesystem::path& path() const { return path_; }
  void Keep() { path_.clear(); }

 private:
  std::filesystem::path path_;
};

std::filesystem::path UnfinishedName(const std::filesystem::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() / (std::string(kUnfinished) + std::to_string(::getpid()) + "-" +
                               std::to_string(counter.fetch_add(1)));
}

}  // namespace

void WriteAtomically(const std::filesystem::path& path, std::string_view content) {
  // Everything that needs memory comes before the rename, so that nothing has changed when it
  // fails.
  const std::filesystem::path directory = path.parent_path();
  Unfinished unfinished(UnfinishedName(path));
  {
    const Descriptor fd(::open(unfinished.path().c_str(),
                               O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) Fail("cannot create", unfinished.path());
    WriteAll(fd.get(), content, unfinished.path());
    if (::fsync(fd.get()) != 0) Fail("cannot sync", unfinished.path());
  }
  if (::rename(unfinished.path().c_str(), path.c_str()) != 0) Fail("cannot replace", path);
  unfinished.Keep();
  SyncDirectory(directory);
}

bool IsUnfinished(std::string_view file_name) {
  return file_name.starts_with(kUnfinished);
}

std::optional<std::string> ReadFile(const std::filesystem::path& path, std::size_t limit) {
  // O_NONBLOCK: the path may name a FIFO, whose open would wait for a writer.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  if (status.st_size < 0 || static_cast<std::size_t>(status.st_size) > limit) return std::nullopt;
  // One byte more than the size of the file, to notice a file that grows while it is read.
  std::string content(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t have = 0;
  while (have < content.size()) {
    const ssize_t got = ::read(fd.get(), content.data() + have, content.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have > static_cast<std::size_t>(status.st_size)) return std::nullopt;
  content.resize(have);
  return content;
}

std::vector<std::string> FileNames(const std::filesystem::path& directory) {
  const auto close = [](DIR* open) { ::closedir(open); };
  const std::unique_ptr<DIR, decltype(close)> folder(::opendir(directory.c_str()), close);
  if (folder == nullptr) {
    throw std::system_error(errno, std::generic_category(), "cannot list " + directory.string());
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

void RemoveDurably(const std::filesystem::path& path) {
  const std::filesystem::path directory = path.parent_path();
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return;
    Fail("cannot remove", path);
  }
  SyncDirectory(directory);
}

}  // namespace mbnrig::mbn
