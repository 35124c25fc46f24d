#pragma once

/// The claims and observations of the running test. bench/rows.h writes them; the report reads
/// them.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace mbnrig::bench {

/// One result of a call, observed under a row's condition.
struct Observation {
  const catalogue::Row* row;
  std::uint32_t code;
  bool matched;
};

/// One completion event, observed for a row.
struct Completion {
  const catalogue::Row* row;
  std::string event;
  std::optional<std::uint32_t> status;
  bool matched;
};

/// Everything that one test recorded about rows.
struct Evidence {
  std::vector<const catalogue::Row*> claims;
  std::vector<Observation> observations;
  std::vector<Completion> completions;
};

/// Why this evidence does not prove a claimed row. Nothing if it does.
std::optional<std::string> Missing(const Evidence& evidence, const catalogue::Row& row);

/// Collects the evidence of the running test. Thread-safe.
class Ledger {
 public:
  static Ledger& Get();

  /// Clears the evidence, because a test begins.
  void Begin();
  /// The evidence since Begin.
  Evidence Collected() const;

  /// Returns false if the row was already claimed.
  bool Claim(const catalogue::Row& row);
  /// Returns false, and records nothing, when the row was not claimed.
  bool Add(const Observation& observation);
  /// Returns false, and records nothing, when the row was not claimed.
  bool Add(Completion completion);

 private:
  bool Claimed(const catalogue::Row& row) const;

  mutable std::mutex mutex_;
  Evidence evidence_;
};

}  // namespace mbnrig::bench
