#include "bench/ledger.h"

#include <algorithm>
#include <utility>

namespace mbnrig::bench {

std::optional<std::string> Missing(const Evidence& evidence, const catalogue::Row& row) {
  bool seen = false;
  for (const Observation& observation : evidence.observations) {
    if (observation.row != &row) continue;
    if (!observation.matched && observation.code == row.value) {
      return row.kind == catalogue::Kind::kEvent
                 ? "the event did not come after its cause, with the new state, and only then"
                 : "saw the code, but not in the event that the row is about";
    }
    if (!observation.matched) {
      return "expected " + catalogue::CodeName(*row.value, row.family) + ", saw " +
             catalogue::CodeName(observation.code, row.family);
    }
    seen = true;
  }
  if (!seen) return "claimed, but never observed";
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
  static_cast<void>(End());  // drops what came between tests
}

Evidence Ledger::End() {
  const std::lock_guard lock(mutex_);
  claims_ended_ += evidence_.claims.size();
  return std::exchange(evidence_, {});
}

std::uint64_t Ledger::Claim(const catalogue::Row& row) {
  const std::lock_guard lock(mutex_);
  auto& claims = evidence_.claims;
  if (std::find(claims.begin(), claims.end(), &row) != claims.end()) return 0;
  claims.push_back(&row);
  return claims_ended_ + claims.size();
}

bool Ledger::Add(std::uint64_t claim, const Observation& observation) {
  const std::lock_guard lock(mutex_);
  if (!Holds(claim, observation.row)) return false;
  evidence_.observations.push_back(observation);
  return true;
}

bool Ledger::Add(std::uint64_t claim, Completion completion) {
  const std::lock_guard lock(mutex_);
  if (!Holds(claim, completion.row)) return false;
  evidence_.completions.push_back(std::move(completion));
  return true;
}

bool Ledger::Holds(std::uint64_t claim, const catalogue::Row* row) const {
  if (claim <= claims_ended_ || claim > claims_ended_ + evidence_.claims.size()) return false;
  return evidence_.claims[claim - claims_ended_ - 1] == row;
}

}  // namespace mbnrig::bench
