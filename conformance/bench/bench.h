#pragma once

/// The bench brings a target up before the suites run, takes it down afterwards, and creates the
/// conditions of their tests. Every method does something that a user could do: it sends requests
/// to the gadget's control socket, starts and stops services, or drops rights. Nothing here depends
/// on one operating system.
///
/// A target registers itself once, at namespace scope of the file that implements it:
///
///   const bench::TargetRegistration kEmbedded(Target::kEmbedded, [](const Options& options) {
///     return std::unique_ptr<Bench>(std::make_unique<EmbeddedBench>(options));
///   });

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "catalogue/catalogue.h"

namespace mbnrig::bench {

using catalogue::Target;

/// The rig itself failed: a target does not come up, or a control socket is gone. The bench throws
/// this exception. A result of the code under test is never a reason for it. A test that ends with
/// it counts as a rig fault, and the rows that it claims stay unproven.
class RigFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The options of the command line about the target.
struct Options {
  Target target = Target::kEmbedded;
  /// How the gadget is connected to the host: "loopback", "functionfs", "gadgetfs", "usbip". Empty:
  /// the target's default.
  std::string gadget;
  /// How the host talks to the modem: "libusb", or "cdc-wdm", which is the kernel's driver. Empty:
  /// the target's default.
  std::string transport;
};

/// The number of a fault rule. 0 means no rule.
using RuleId = std::uint32_t;

/// The configuration of the RRAS service when it starts.
enum class RouterType { kLanAndDemandDial, kLanOnly };

/// The one target of this process. It is up from Start to Stop, which main calls. All other methods
/// throw RigFault if the rig fails.
class Bench {
 public:
  virtual ~Bench() = default;
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// Brings the target up. Throws RigFault if that fails.
  static void Start(const Options& options);

  /// The target that is up. Throws RigFault if there is none.
  static Bench& Get();

  /// Takes the target down. Does nothing if none is up.
  static void Stop();

  const Options& options() const { return options_; }
  Target target() const { return options_.target; }

  /// How long a suite waits for something that must happen, before it fails.
  virtual std::chrono::milliseconds patience() const = 0;

  /// Restores the state after a boot: a new modem of the scenario is plugged in, with only the
  /// scenario's faults; no profile is stored; both services are stopped.
  void Reset(std::string_view scenario = "default");

  // -- the modem, its SIM and its network (docs/control.md, docs/faults.md, docs/scenarios.md) --

  /// Replaces the modem by that of fixtures/scenarios/<scenario>.yaml, as a power cycle. The gadget
  /// stays on the bus if no host notices the difference (docs/control.md, "Load on the bus"). A
  /// test that needs an arrival on the bus calls Unplug and Plug.
  void Load(std::string_view scenario);
  /// Changes one thing around the modem: Set("sim.state", "absent"), Set("contexts.limit", 2).
  void Set(std::string_view key, std::string_view value);
  void Set(std::string_view key, std::uint32_t value);
  void Set(std::string_view key, std::initializer_list<std::string_view> values);
  /// Adds a fault rule. It is JSON with the keys of a scenario's rule:
  /// {"on": "command", "cid": "CONNECT", "do": "hold"}.
  RuleId Inject(std::string_view rule);
  /// Releases the messages that a rule holds.
  void Release(RuleId rule);
  void ClearFaults();
  /// Waits until the rule has acted. Throws RigFault if it does not act within patience().
  void WaitUntilHit(RuleId rule, std::uint32_t hits = 1);
  void Unplug();
  void Plug();
  /// Plugs in another modem, of fixtures/scenarios/<scenario>.yaml. It stays until Reset. The other
  /// methods here act on the first modem only. On every target the added modem is in this process.
  virtual void AddModem(std::string_view scenario = "default") = 0;

  // -- the host's services --

  virtual void StartMbn() = 0;
  virtual void StopMbn() = 0;
  virtual void StartRras(RouterType type = RouterType::kLanAndDemandDial) = 0;
  virtual void StopRras() = 0;
  virtual void PauseRras() = 0;

  // -- other programs on the host that use mbnapi.h. The suites that need them do not include it.
  // --

  /// Waits until the running Mobile Broadband service lists a modem that can connect: the SIM is
  /// ready, the modem is registered, and the state of its context is known.
  void WaitUntilRegistered();
  /// Waits until that service lists no modem.
  void WaitUntilGone();
  /// Stores a profile for the modem's SIM.
  void StoreProfile(std::wstring_view name, std::wstring_view access_string);
  /// Connects with a stored profile, like any other program, and waits for the completion.
  void ConnectElsewhere(std::wstring_view profile);
  /// While the result exists, another program connects with a stored profile each time that a
  /// connection was hung up. A service that starts after this call learns that the connection was
  /// hung up only when the new one is up.
  std::shared_ptr<void> ConnectElsewhereAfterDisconnect(std::wstring profile);
  /// Runs `call` in an event handler of another program, and waits for it.
  void InHandler(const std::function<void()>& call);

  // -- the caller --

  /// Runs `call` on a new thread without administrator's rights, and waits for its end. Throws
  /// RigFault if the thread cannot drop its rights.
  virtual void WithoutRights(const std::function<void()>& call) = 0;
  /// Runs `call` on this thread. Meanwhile this process calls the Mobile Broadband API as the
  /// Windows Store app `name`.
  virtual void AsStoreApp(std::string_view name, const std::function<void()>& call) = 0;
  /// Runs `call` on this thread. Meanwhile every call of operator new on this thread fails.
  virtual void WithoutMemory(const std::function<void()>& call) = 0;

 protected:
  /// Sends one control request. Parameters and result are JSON.
  virtual std::string Control(std::string_view method, const std::string& parameters) = 0;
  /// Deletes every stored profile. The services must be stopped.
  virtual void ForgetProfiles() = 0;
  /// Removes the modems of AddModem. The services are stopped.
  virtual void RemoveAddedModems() = 0;
  /// The path of fixtures/scenarios/<scenario>.yaml.
  static std::string ScenarioFile(std::string_view scenario);

  explicit Bench(Options options) : options_(std::move(options)) {}

 private:
  Options options_;
};

/// Registers a target for Bench::Start. `factory` may throw RigFault.
struct TargetRegistration {
  using Factory = std::unique_ptr<Bench> (*)(const Options&);
  TargetRegistration(Target target, Factory factory);
};

}  // namespace mbnrig::bench
