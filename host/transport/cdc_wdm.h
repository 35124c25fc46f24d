#pragma once

/// MBIM functions behind the kernel's driver (drivers/net/usb/cdc_mbim.c, drivers/usb/class/
/// cdc-wdm.c). It offers a character device /dev/cdc-wdm* for control messages and a network
/// interface wwan* for the datagrams of session 0. The driver claims the interfaces and agrees on
/// NTBs. It fetches a response only when the function has notified it.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "transport/cdc_wdm_config.h"
#include "transport/executor.h"
#include "transport/function.h"

namespace mbnrig::transport {

/// Where the kernel shows its devices. Tests use folders of their own.
struct CdcWdmPlaces {
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

  /// Whether both are the same arrival.
  friend bool operator==(const CdcWdmDevice& a, const CdcWdmDevice& b) {
    return a.node == b.node && a.address == b.address && a.appearance == b.appearance &&
           a.info.location == b.info.location;
  }
};

/// The present functions. Functions of other drivers that use cdc-wdm (QMI) are left out.
std::vector<CdcWdmDevice> FindCdcWdmDevices(const CdcWdmPlaces& places);

class CdcWdmFunction final : public Function {
 public:
  CdcWdmFunction(std::shared_ptr<Executor> executor, CdcWdmDevice device, CdcWdmPlaces places,
                 std::chrono::milliseconds longest_hold = kDefaultCdcWdmHold);

  std::shared_ptr<ControlPipe> MakeControlPipe() override;
  DataPipe* data() const override { return nullptr; }
  std::string network_interface() const override;

 private:
  const std::shared_ptr<Executor> executor_;
  const CdcWdmDevice device_;
  const CdcWdmPlaces places_;
  const std::chrono::milliseconds longest_hold_;
};

/// The other process that has a device's file open, "ModemManager (process 123)", if /proc shows
/// it. The driver lets several processes open the file, and then they take each other's responses.
std::optional<std::string> FindHolder(const std::filesystem::path& node,
                                      const std::filesystem::path& processes);

}  // namespace mbnrig::transport
