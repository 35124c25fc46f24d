#pragma once

/// Finds the functions behind the kernel's driver (cdc_wdm.h), and who uses them.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "transport/descriptors.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// Where the kernel shows its devices. Tests use folders of their own.
struct CdcWdmPaths {
  std::filesystem::path devices = "/dev";
  std::filesystem::path sysfs = "/sys/class/usbmisc";
  std::filesystem::path processes = "/proc";
};

/// One function that the driver is bound to.
struct CdcWdmDevice {
  UsbDeviceInfo info;
  std::filesystem::path node;   ///< "/dev/cdc-wdm0"
  std::filesystem::path sysfs;  ///< of its interface; "net" is below it
  unsigned address = 0;         ///< on its bus; changes with each arrival
  unsigned appearance =
      0;  ///< counts how often the watch has seen the node appear (cdc_wdm_watch.h)

  FunctionLimits limits;  ///< none if the kernel does not show the descriptors

  /// Whether both are the same arrival.
  friend bool operator==(const CdcWdmDevice& a, const CdcWdmDevice& b) {
    return a.node == b.node && a.address == b.address && a.appearance == b.appearance &&
           a.info.location == b.info.location;
  }
};

/// The present functions. Functions of other drivers that use cdc-wdm (QMI) are left out.
std::vector<CdcWdmDevice> FindCdcWdmDevices(const CdcWdmPaths& paths);

/// The name of the function's network interface ("wwan0"). Empty when it has none now.
std::string NetworkInterfaceOf(const CdcWdmDevice& device);

/// The other process that has a device's file open, "ModemManager (process 123)", if /proc shows
/// it. The driver lets several processes open the file, and then they take each other's responses.
std::optional<std::string> FindHolder(const std::filesystem::path& node,
                                      const std::filesystem::path& processes);

}  // namespace mbnrig::transport
