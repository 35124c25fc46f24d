#include "usb/udc.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace mbnrig::usb {
namespace {

namespace fs = std::filesystem;

/// Whether `path` still names the open file.
bool Names(const fs::path& path, const Fd& fd) {
  struct stat by_path {
  }, by_fd{};
  return ::stat(path.c_str(), &by_path) == 0 && ::fstat(fd.get(), &by_fd) == 0 &&
         by_path.st_ino == by_fd.st_ino && by_path.st_dev == by_fd.st_dev;
}

bool KernelKnowsFileSystem(const std::string& type) {
  std::ifstream list("/proc/filesystems");
  for (std::string line; std::getline(list, line);) {
    if (line.substr(line.find('\t') + 1) == type) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> ListUdcs(const fs::path& udc_class) {
  std::vector<std::string> udcs;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(udc_class, ignored)) {
    udcs.push_back(entry.path().filename().string());
  }
  std::sort(udcs.begin(), udcs.end());
  return udcs;
}

std::string ChooseUdc(const std::string& asked, const fs::path& udc_class) {
  const auto udcs = ListUdcs(udc_class);
  if (udcs.empty()) {
    throw std::runtime_error(
        "this machine has no USB device controller; on a board, load its driver (docs/boards.md); "
        "for a virtual one: modprobe dummy_hcd");
  }
  std::string list;
  for (const auto& udc : udcs)
    list += (list.empty() ? "" : ", ") + udc;
  if (asked.empty()) {
    if (udcs.size() == 1) return udcs.front();
    throw std::runtime_error("this machine has several UDCs, choose one with --udc: " + list);
  }
  if (std::find(udcs.begin(), udcs.end(), asked) == udcs.end()) {
    throw std::runtime_error("there is no UDC '" + asked + "'; this machine has: " + list);
  }
  return asked;
}

std::string UdcProperty(const std::string& udc, const std::string& key, const fs::path& udc_class) {
  std::ifstream file(udc_class / udc / "uevent");
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, key.size() + 1, key + "=") == 0) return line.substr(key.size() + 1);
  }
  return {};
}

UdcLock::UdcLock(std::string udc, fs::path file, Fd fd)
    : udc_(std::move(udc)), file_(std::move(file)), fd_(std::move(fd)) {}

std::optional<UdcLock> UdcLock::Try(const std::string& udc, const fs::path& folder) {
  MakeFolder(folder);
  const fs::path file = folder / (udc + ".lock");
  for (;;) {
    Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd) throw std::runtime_error("cannot open " + file.string() + ": " + Advice(errno));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::nullopt;
      throw std::runtime_error("cannot lock " + file.string() + ": " + Advice(errno));
    }
    // The last holder may have removed the file between the two calls.
    if (Names(file, fd)) return UdcLock(udc, file, std::move(fd));
  }
}

UdcLock::UdcLock(const std::string& udc, const fs::path& folder) {
  auto lock = Try(udc, folder);
  if (!lock) {
    throw std::runtime_error("UDC '" + udc + "' is in use by another mbim-gadget; stop that one, " +
                             "or choose another UDC");
  }
  udc_ = std::move(lock->udc_);
  file_ = std::move(lock->file_);
  fd_ = std::move(lock->fd_);
}

UdcLock::~UdcLock() {
  if (!fd_) return;
  ::unlink(file_.c_str());
  ::rmdir(file_.parent_path().c_str());  // succeeds only if this was the last lock
}

void MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw std::runtime_error("cannot make " + folder.string() + ": " + Advice(error.value()));
  }
}

void Mount(const std::string& source, const fs::path& folder, const std::string& type,
           const std::string& module) {
  MakeFolder(folder);
  if (::mount(source.c_str(), folder.c_str(), type.c_str(), MS_NOSUID | MS_NODEV | MS_NOEXEC,
              nullptr) == 0) {
    return;
  }
  const int error = errno;
  ::rmdir(folder.c_str());
  if (error == ENODEV && !KernelKnowsFileSystem(type)) {
    throw std::runtime_error("the kernel has no " + type + "; load it: modprobe " + module);
  }
  throw std::runtime_error("cannot mount " + type + " on " + folder.string() + ": " +
                           Advice(error));
}

void Unmount(const fs::path& folder) {
  while (::umount2(folder.c_str(), MNT_DETACH) == 0) {
  }
  ::rmdir(folder.c_str());
}

std::optional<fs::path> FindMount(const std::string& type) {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string source, folder, mounted;
    words >> source >> folder >> mounted;
    if (mounted == type) return folder;
  }
  return std::nullopt;
}

std::string Advice(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "permission denied; run as root, e.g. with sudo";
    case EROFS:
      return "the file system is read-only";
    case EBUSY:
      return "in use by another program";
    default:
      return std::strerror(error);
  }
}

}  // namespace mbnrig::usb
