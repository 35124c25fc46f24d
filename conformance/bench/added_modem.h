#pragma once

/// Modems beside the first one, and the monitor that watches their bus too.

#include <memory>
#include <string>

#include "client/device.h"
#include "gadget.h"
#include "usb/loopback.h"

namespace mbnrig::bench {

/// A modem in this process that is plugged in while it exists.
class AddedModem {
 public:
  /// `scenario`: path of the file. `bus` must outlive this. Throws std::runtime_error if the
  /// scenario cannot be loaded.
  AddedModem(usb::LoopbackBus& bus, const std::string& scenario);
  ~AddedModem();
  AddedModem(const AddedModem&) = delete;
  AddedModem& operator=(const AddedModem&) = delete;

 private:
  Gadget gadget_;
  usb::LoopbackPort port_;
};

/// A monitor of two buses at once. The devices of `first` come first.
std::unique_ptr<client::Monitor> WatchBoth(std::unique_ptr<client::Monitor> first,
                                           std::unique_ptr<client::Monitor> second);

}  // namespace mbnrig::bench
