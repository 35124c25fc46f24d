// What the running test claimed and saw. Written by bench/rows.h, read by the report.
#pragma once

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

/// Everything one test said about rows.
struct Evidence {
  std::vector<const catalogue::Row*> claims;
  std::vector<Observation> observations;
  std::vector<Completion> completions;
};

/// Why a claimed row is not proven by this evidence, or nothing when it is.
std::optional<std::string> Missing(const Evidence& evidence, const catalogue::Row& row);

/// Collects the evidence of the test that runs. Thread-safe.
class Ledger {
 public:
  static Ledger& Get();

  /// Forgets what is there; a test begins.
  void Begin();
  /// Hands out what was collected since Begin.
  Evidence Collected() const;

  /// False when the row was claimed already.
  bool Claim(const catalogue::Row& row);
  /// These two return false, and record nothing, when the row was not claimed.
  bool Add(const Observation& observation);
  bool Add(Completion completion);

 private:
  bool Claimed(const catalogue::Row& row) const;

  mutable std::mutex mutex_;
  Evidence evidence_;
};

}  // namespace mbnrig::bench
