#pragma once

/// What the running test claimed and saw. bench/rows.h writes it, the report reads it.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace mbnrig::bench {

/// One answer seen under a row's condition.
struct Observation {
  const catalogue::Row* row;
  std::uint32_t code;
  bool matched;
};

/// One completion event seen for a row.
struct Completion {
  const catalogue::Row* row;
  std::string event;
  std::optional<std::uint32_t> status;
  bool matched;
};

/// Everything that one test said about rows.
struct Evidence {
  std::vector<const catalogue::Row*> claims;
  std::vector<Observation> observations;
  std::vector<Completion> completions;
};

/// Why this evidence does not prove a claimed row; nothing when it does.
std::optional<std::string> Missing(const Evidence& evidence, const catalogue::Row& row);

/// Collects the evidence of the running test. Thread-safe.
class Ledger {
 public:
  static Ledger& Get();

  /// A test begins: clears the evidence.
  void Begin();
  /// The evidence since Begin.
  Evidence Collected() const;

  /// Returns false when the row was claimed before.
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
