// The bench: what brings a target up before the suites run and takes it down afterwards.
//
// A target announces itself once, at namespace scope of the file that implements it:
//
//   const bench::TargetRegistration kEmbedded(Target::kEmbedded, [](const Options& options) {
//     return std::unique_ptr<Bench>(std::make_unique<EmbeddedBench>(options));
//   });
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

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
  /// How the gadget reaches the host: "loopback", "functionfs", "gadgetfs"; empty: as the target
  /// usually does.
  std::string gadget;
};

/// The one target of this process, up from Start to Stop. Start and Stop belong to main.
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

 protected:
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
