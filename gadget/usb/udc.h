#pragma once

/// The USB device controllers (UDCs) of this machine, and this process's lock on one of them.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fd.h"

namespace mbnrig::usb {

/// Where gadgets keep their locks and mount points.
inline const std::filesystem::path kStateFolder = "/run/mbnrig";
inline const std::filesystem::path kUdcClass = "/sys/class/udc";

/// The UDCs of this machine, sorted.
std::vector<std::string> ListUdcs(const std::filesystem::path& udc_class = kUdcClass);

/// The UDC with the name `asked`. If `asked` is empty, the only UDC there is. Throws
/// std::runtime_error that lists the UDCs.
std::string ChooseUdc(const std::string& asked, const std::filesystem::path& udc_class = kUdcClass);

/// A value of the UDC's uevent file, such as USB_UDC_NAME. Empty if the file has none.
std::string UdcProperty(const std::string& udc, const std::string& key,
                        const std::filesystem::path& udc_class = kUdcClass);

/// One process's exclusive lock on a UDC. The kernel releases it when the process ends, for
/// whatever reason.
class UdcLock {
 public:
  /// Throws std::runtime_error if another gadget holds the UDC or if rights are missing.
  explicit UdcLock(const std::string& udc, const std::filesystem::path& folder = kStateFolder);
  /// The lock if it is free. Nothing if another gadget holds it.
  static std::optional<UdcLock> Try(const std::string& udc,
                                    const std::filesystem::path& folder = kStateFolder);
  UdcLock(UdcLock&&) = default;
  UdcLock& operator=(UdcLock&&) = delete;
  ~UdcLock();

  const std::string& udc() const { return udc_; }

 private:
  UdcLock(std::string udc, std::filesystem::path file, Fd fd);

  std::string udc_;
  std::filesystem::path file_;
  Fd fd_;
};

/// Creates a folder in which to mount something, if it does not exist. Throws std::runtime_error.
void MakeFolder(const std::filesystem::path& folder);
/// Creates a folder and mounts a file system of `type` on it. The error says what to do; `module`
/// is the kernel module of the file system.
void Mount(const std::string& source, const std::filesystem::path& folder, const std::string& type,
           const std::string& module);
/// Removes a mount and its folder, if they exist.
void Unmount(const std::filesystem::path& folder);
/// Where a file system of this type is mounted. Nothing if it is not mounted.
std::optional<std::filesystem::path> FindMount(const std::string& type);

/// The text of an error, e.g. "permission denied", with what to do about it.
std::string Advice(int error);

}  // namespace mbnrig::usb
