#pragma once

/// One gadget, put together: scenario, fault plan, modem and USB function, with the thread that
/// lets time pass for them. Thread-safe. mbim-gadget puts it behind a UDC and a control socket; the
/// conformance bench embeds it on a loopback bus.

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "fault/plan.h"
#include "scenario/scenario.h"
#include "usb/function.h"
#include "usb/port.h"

namespace mbnrig {

class Gadget {
 public:
  explicit Gadget(scenario::Scenario scenario);
  ~Gadget();
  Gadget(const Gadget&) = delete;
  Gadget& operator=(const Gadget&) = delete;

  usb::MbimFunction& function();
  fault::Plan& plan();

  /// The port that Plug and Unplug act on; must outlive the gadget's use of it. Null to take it
  /// away.
  void set_port(Port* port);

  /// Carries out one control request (docs/control.md): load, inject, release, clear, set, state,
  /// trace, wait, unplug, plug. The answer is the JSON-RPC result; a fault throws
  /// control::RpcError.
  nlohmann::json Control(const std::string& method, const nlohmann::json& params);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig
