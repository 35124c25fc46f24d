#pragma once

/// One gadget, put together: scenario, fault plan, modem and USB function, with the thread that
/// lets time pass for them. Thread-safe. mbim-gadget puts it behind a UDC and a control socket; the
/// conformance bench embeds it on a loopback bus:
///
///     usb::LoopbackBus bus;
///     Gadget gadget(scenario::Load("fixtures/scenarios/default.yaml"));
///     usb::LoopbackPort port(bus, gadget.function());
///     gadget.set_port(&port);
///     gadget.Plug();
///     ...
///     gadget.set_port(nullptr);

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "fault/plan.h"
#include "scenario/scenario.h"
#include "usb/function.h"
#include "usb/port.h"

namespace mbnrig {

namespace trace {
class Writer;
}

class Gadget {
 public:
  /// Not plugged in yet. The scenario's faults are in force. Throws std::runtime_error with one
  /// line for a person where this machine cannot offer the network that the scenario asks for.
  explicit Gadget(scenario::Scenario scenario);
  /// Stops; a port that is still set is unplugged, so it must still be there.
  ~Gadget();
  Gadget(const Gadget&) = delete;
  Gadget& operator=(const Gadget&) = delete;

  usb::MbimFunction& function();
  fault::Plan& plan();

  /// The port that Plug and Unplug act on; must outlive the gadget's use of it. A gadget that is
  /// plugged in is unplugged first. Null to take it away; when this has returned, it is not used
  /// any more.
  void set_port(Port* port);

  /// What a trace is to have: the USB transfers with comments, or the comments alone, for a trace
  /// that has the transfers from the host's side.
  enum class Traced { kTransfersAndComments, kComments };
  /// Writes what passes from now on into a trace (docs/trace.md): plugging and unplugging, what
  /// changes in the modem's state, faults injected and faults that act are comments. Null: no
  /// trace.
  void set_trace(std::shared_ptr<trace::Writer> writer,
                 Traced traced = Traced::kTransfersAndComments);

  /// Plugs the gadget in, with power; pulls it out: the modem loses power, and what `set` made of
  /// the world around it stays. Without effect when that is so already. Plug throws
  /// std::runtime_error with the port's reason. Not to be called on the gadget's own thread (from
  /// within the port).
  void Plug();
  void Unplug();

  /// Carries out one control request (docs/control.md): help, load, inject, release, clear, set,
  /// state, trace, wait, unplug, plug. The answer is the JSON-RPC result; a fault throws
  /// control::RpcError.
  nlohmann::json Control(const std::string& method, const nlohmann::json& params);

  /// Unplugs and ends what `wait` requests are under way; later control requests fail.
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig
