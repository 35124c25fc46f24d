#pragma once

/// MBIM functions behind the kernel's driver (drivers/net/usb/cdc_mbim.c, drivers/usb/class/
/// cdc-wdm.c): a character device /dev/cdc-wdm* for control messages, a network interface wwan* for
/// the datagrams of session 0. The driver has claimed the interfaces, agreed on NTBs and fetches
/// what the function notifies; a response that it does not notify is not fetched.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "transport/cdc_wdm_config.h"
#include "transport/executor.h"
#include "transport/function.h"

namespace mbnrig::transport {

/// Where the kernel shows its devices; tests have folders of their own.
struct CdcWdmPlaces {
  std::filesystem::path devices = "/dev";
  std::filesystem::path sysfs = "/sys/class/usbmisc";
  std::filesystem::path processes = "/proc";
};

/// One function that the driver has bound to.
struct CdcWdmDevice {
  UsbDeviceInfo info;
  std::filesystem::path node;   ///< "/dev/cdc-wdm0"
  std::filesystem::path sysfs;  ///< of its interface; below it is "net"
  unsigned address = 0;         ///< on its bus: another one after each arrival
  unsigned appearance = 0;      ///< of the node, as far as it was watched (cdc_wdm_watch.h)

  /// Whether it is the same arrival.
  friend bool operator==(const CdcWdmDevice& a, const CdcWdmDevice& b) {
    return a.node == b.node && a.address == b.address && a.appearance == b.appearance &&
           a.info.location == b.info.location;
  }
};

/// The functions that are there. Those of other drivers that use cdc-wdm, QMI's, are left out.
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

/// Who else has a device's file open, "ModemManager (process 123)", as far as /proc shows it:
/// the driver lets several processes in, who then take each other's responses.
std::optional<std::string> FindHolder(const std::filesystem::path& node,
                                      const std::filesystem::path& processes);

}  // namespace mbnrig::transport
