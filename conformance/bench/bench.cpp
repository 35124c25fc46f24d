#include "bench/bench.h"

#include <map>
#include <utility>

namespace mbnrig::bench {
namespace {

std::map<Target, TargetRegistration::Factory>& Factories() {
  static std::map<Target, TargetRegistration::Factory> factories;
  return factories;
}

std::unique_ptr<Bench>& Current() {
  static std::unique_ptr<Bench> current;
  return current;
}

}  // namespace

TargetRegistration::TargetRegistration(Target target, Factory factory) {
  Factories()[target] = factory;
}

void Bench::Start(const Options& options) {
  if (Current()) throw RigFault("the bench is up already");
  const auto found = Factories().find(options.target);
  if (found == Factories().end()) {
    std::string known;
    for (const auto& entry : Factories()) {
      known.append(known.empty() ? "" : ", ").append(catalogue::TargetName(entry.first));
    }
    throw RigFault("target " + std::string(catalogue::TargetName(options.target)) +
                   " is not part of this program; it has " + (known.empty() ? "none" : known));
  }
  Current() = found->second(options);
}

Bench& Bench::Get() {
  if (!Current()) throw RigFault("the bench is not up");
  return *Current();
}

void Bench::Stop() {
  Current().reset();
}

}  // namespace mbnrig::bench
