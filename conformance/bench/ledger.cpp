#include "bench/ledger.h"

#include <algorithm>
#include <utility>

namespace mbnrig::bench {

std::optional<std::string> Missing(const Evidence& evidence, const catalogue::Row& row) {
  bool seen = false;
  for (const Observation& observation : evidence.observations) {
    if (observation.row != &row) continue;
    if (!observation.matched) {
      return "expected " + catalogue::CodeName(*row.value, row.family) + ", saw " +
             catalogue::CodeName(observation.code, row.family);
    }
    seen = true;
  }
  if (!seen) return "claimed, but its code was never observed (no ExpectCode)";
  if (row.completion.empty()) return std::nullopt;
  bool completed = false;
  for (const Completion& completion : evidence.completions) {
    if (completion.row != &row) continue;
    if (!completion.matched) return "its completion " + completion.event + " was not as expected";
    completed = true;
  }
  if (!completed) {
    return "its completion " + std::string(row.completion) +
           " was never observed (no ExpectCompletion)";
  }
  return std::nullopt;
}

Ledger& Ledger::Get() {
  static Ledger ledger;
  return ledger;
}

void Ledger::Begin() {
  const std::lock_guard lock(mutex_);
  evidence_ = {};
}

Evidence Ledger::Collected() const {
  const std::lock_guard lock(mutex_);
  return evidence_;
}

bool Ledger::Claim(const catalogue::Row& row) {
  const std::lock_guard lock(mutex_);
  if (Claimed(row)) return false;
  evidence_.claims.push_back(&row);
  return true;
}

bool Ledger::Add(const Observation& observation) {
  const std::lock_guard lock(mutex_);
  if (!Claimed(*observation.row)) return false;
  evidence_.observations.push_back(observation);
  return true;
}

bool Ledger::Add(Completion completion) {
  const std::lock_guard lock(mutex_);
  if (!Claimed(*completion.row)) return false;
  evidence_.completions.push_back(std::move(completion));
  return true;
}

bool Ledger::Claimed(const catalogue::Row& row) const {
  return std::find(evidence_.claims.begin(), evidence_.claims.end(), &row) !=
         evidence_.claims.end();
}

}  // namespace mbnrig::bench
