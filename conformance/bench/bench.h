// The bench: what brings a target up before the suites run and takes it down afterwards, and the
// words in which a suite arranges conditions. Every word does what a user could do: it asks the
// gadget's control socket, starts and stops services, drops rights. Nothing here is particular to
// one operating system.
//
// A target announces itself once, at namespace scope of the file that implements it:
//
//   const bench::TargetRegistration kEmbedded(Target::kEmbedded, [](const Options& options) {
//     return std::unique_ptr<Bench>(std::make_unique<EmbeddedBench>(options));
//   });
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"

namespace mbnrig::bench {

using catalogue::Target;

/// The rig itself went wrong: a target that does not come up, a control socket that is gone. Thrown
/// by the bench, never because of what the code under test answered. A test that ends with it is
/// counted as a rig fault, and the rows it claims stay unproven.
class RigFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the command line asks of the bench.
struct Options {
  Target target = Target::kEmbedded;
  /// How the gadget reaches the host: "loopback", "functionfs", "gadgetfs", "usbip"; empty: as the
  /// target usually does.
  std::string gadget;
  /// How the host reaches it: "libusb", or "cdc-wdm", which is the kernel's driver; empty: as the
  /// target usually does.
  std::string transport;
};

/// A fault rule in force; 0 is none.
using RuleId = std::uint32_t;

/// How the RRAS service is configured when it starts.
enum class RouterType { kLanAndDemandDial, kLanOnly };

/// The one target of this process, up from Start to Stop. Start and Stop belong to main. Its words
/// throw RigFault when the rig fails them.
class Bench {
 public:
  virtual ~Bench() = default;
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// Brings the target up. Throws RigFault when it cannot.
  static void Start(const Options& options);

  /// The target that is up. Throws RigFault when none is.
  static Bench& Get();

  /// Takes the target down; does nothing when none is up.
  static void Stop();

  const Options& options() const { return options_; }
  Target target() const { return options_.target; }

  /// How long a suite waits for what must come before it calls it missing.
  virtual std::chrono::milliseconds patience() const = 0;

  /// Everything as a fresh boot has it: the modem of a scenario, no other faults, modem plugged in,
  /// no profile stored, both services stopped.
  void Reset(std::string_view scenario = "default");

  // -- the modem, its SIM and its network (docs/control.md, docs/faults.md, docs/scenarios.md) --

  /// Power-cycles the modem with fixtures/scenarios/<scenario>.yaml. It stays on the bus where no
  /// host would notice (docs/control.md): a host that is to see an arrival needs Unplug and Plug.
  void Load(std::string_view scenario);
  /// Changes one thing around the modem: Set("sim.state", "absent"), Set("contexts.limit", 2).
  void Set(std::string_view key, std::string_view value);
  void Set(std::string_view key, std::uint32_t value);
  void Set(std::string_view key, std::initializer_list<std::string_view> values);
  /// Adds a fault rule, as JSON with a scenario's keys: {"on": "command", "cid": "CONNECT", "do":
  /// "hold"}.
  RuleId Inject(std::string_view rule);
  /// Lets go on what a rule holds.
  void Release(RuleId rule);
  void ClearFaults();
  /// Waits until the rule has acted; throws RigFault when it does not within patience().
  void WaitUntilHit(RuleId rule, std::uint32_t hits = 1);
  void Unplug();
  void Plug();

  // -- the host's services --

  virtual void StartMbn() = 0;
  virtual void StopMbn() = 0;
  virtual void StartRras(RouterType type = RouterType::kLanAndDemandDial) = 0;
  virtual void StopRras() = 0;
  virtual void PauseRras() = 0;

  // -- other programs on the host, which use mbnapi.h (suites that cannot include it need these) --

  /// Waits until the Mobile Broadband service, which runs, lists a modem that can connect: its SIM
  /// is ready, it is registered, and what its context does is known.
  void WaitUntilRegistered();
  /// Waits until that service lists no modem.
  void WaitUntilGone();
  /// Stores a profile for the modem's SIM.
  void StoreProfile(std::wstring_view name, std::wstring_view access_string);
  /// Connects by a stored profile, as any other program would, and waits for it.
  void ConnectElsewhere(std::wstring_view profile);

  // -- the datagrams of the connection that the Mobile Broadband service has made, on a target that
  // makes no network interface of it --

  /// False when it was dropped: nothing is connected, a queue is full.
  virtual bool SendDatagram(std::span<const std::uint8_t> datagram) = 0;
  /// The next one that came; nothing when none comes within patience().
  virtual std::optional<std::vector<std::uint8_t>> NextDatagram() = 0;

  // -- the caller --

  /// Runs `call` on a thread of its own whose rights have been dropped, and waits for it. Throws
  /// RigFault where the process has none to drop.
  virtual void WithoutRights(const std::function<void()>& call) = 0;
  /// Runs `call` on this thread while every allocation it makes on the free store fails.
  virtual void WithoutMemory(const std::function<void()>& call) = 0;

 protected:
  /// One control request; parameters and result are JSON.
  virtual std::string Control(std::string_view method, const std::string& parameters) = 0;
  /// Forgets every stored profile; the services are stopped.
  virtual void ForgetProfiles() = 0;

  explicit Bench(Options options) : options_(std::move(options)) {}

 private:
  Options options_;
};

/// Makes a target known to Bench::Start. `factory` may throw RigFault.
struct TargetRegistration {
  using Factory = std::unique_ptr<Bench> (*)(const Options&);
  TargetRegistration(Target target, Factory factory);
};

}  // namespace mbnrig::bench
