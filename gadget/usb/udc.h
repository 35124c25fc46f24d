#pragma once

/// The USB device controllers of this machine, and our hold on one of them.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fd.h"

namespace mbnrig::usb {

/// Where gadgets keep their locks and mount points.
inline const std::filesystem::path kStateFolder = "/run/mbnrig";
inline const std::filesystem::path kUdcClass = "/sys/class/udc";

/// The UDCs there are, sorted.
std::vector<std::string> ListUdcs(const std::filesystem::path& udc_class = kUdcClass);

/// The UDC that was asked for; the only one when none was. Throws std::runtime_error that lists
/// those there are.
std::string ChooseUdc(const std::string& asked, const std::filesystem::path& udc_class = kUdcClass);

/// A value of the UDC's uevent file, such as USB_UDC_NAME; empty when it has none.
std::string UdcProperty(const std::string& udc, const std::string& key,
                        const std::filesystem::path& udc_class = kUdcClass);

/// The exclusive hold of one process on a UDC: a lock that the kernel gives back when the process
/// ends, however it ends.
class UdcLock {
 public:
  /// Throws std::runtime_error when another gadget holds the UDC, or without rights.
  explicit UdcLock(const std::string& udc, const std::filesystem::path& folder = kStateFolder);
  /// The lock when it is free; nothing when it is held.
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

/// Has a folder of ours for something to be mounted on. Throws std::runtime_error.
void MakeFolder(const std::filesystem::path& folder);
/// Mounts `type` on a folder, which is made. The error says what to do; `module` is what the file
/// system comes from.
void Mount(const std::string& source, const std::filesystem::path& folder, const std::string& type,
           const std::string& module);
/// Takes a mount and its folder away, whether or not they are there.
void Unmount(const std::filesystem::path& folder);
/// Where a file system of this type is mounted; nothing when nowhere.
std::optional<std::filesystem::path> FindMount(const std::string& type);

/// "permission denied" and such, with what to do about it.
std::string Advice(int error);

}  // namespace mbnrig::usb
