#pragma once

/// One gadget: scenario, fault plan, modem and USB function, with the thread that passes the time
/// to them. Thread-safe. mbim-gadget puts it behind a UDC and a control socket. The conformance
/// bench embeds it on a loopback bus:
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
  /// The gadget is not plugged in yet; the scenario's faults are in force. Throws
  /// std::runtime_error with one line for a person if this machine cannot offer the network that
  /// the scenario asks for.
  explicit Gadget(scenario::Scenario scenario);
  /// Stops. A port that is still set is unplugged, so it must still exist.
  ~Gadget();
  Gadget(const Gadget&) = delete;
  Gadget& operator=(const Gadget&) = delete;

  usb::MbimFunction& function();
  fault::Plan& plan();

  /// Sets the port that Plug and Unplug act on, which must outlive its use. A gadget that is
  /// plugged in is unplugged first. Null removes the port; after this call the gadget no longer
  /// uses it.
  void set_port(Port* port);

  /// What a trace contains: the USB transfers with comments, or only the comments. The latter is
  /// for a host in the same process that writes the transfers into the same trace itself.
  enum class Traced { kTransfersAndComments, kComments };
  /// Writes everything that happens from now on into a trace (docs/trace.md). Comments report
  /// plugging and unplugging, changes of the modem's state, and faults that are injected or act.
  /// Null: no trace.
  void set_trace(std::shared_ptr<trace::Writer> writer,
                 Traced traced = Traced::kTransfersAndComments);

  /// Plug plugs the gadget in, and the modem gets power. Unplug pulls it out, and the modem loses
  /// power; the changes by `set` are kept. Both do nothing if there is nothing to change. Plug
  /// throws std::runtime_error with the port's reason. Do not call them on the gadget's own thread
  /// (from within the port).
  void Plug();
  void Unplug();

  /// Carries out one control request (docs/control.md): help, load, inject, release, clear, set,
  /// state, trace, wait, unplug, plug. Returns the JSON-RPC result. Throws control::RpcError if the
  /// request fails.
  nlohmann::json Control(const std::string& method, const nlohmann::json& params);

  /// Unplugs the gadget and ends the `wait` requests that are under way. Later control requests
  /// fail.
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig
