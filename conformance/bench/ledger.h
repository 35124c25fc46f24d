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

  /// A test begins.
  void Begin();
  /// The test has ended: returns its evidence, to which nothing can be added any more.
  Evidence End();

  /// Returns the number of the claim, or 0 if the test has claimed the row before.
  std::uint64_t Claim(const catalogue::Row& row);
  /// Adds to the evidence. Returns false if `claim` is not a claim of the running test, or is one
  /// of another row.
  bool Add(std::uint64_t claim, const Observation& observation);
  bool Add(std::uint64_t claim, Completion completion);

 private:
  bool Holds(std::uint64_t claim, const catalogue::Row* row) const;

  std::mutex mutex_;
  Evidence evidence_;               // guarded by mutex_
  std::uint64_t claims_ended_ = 0;  // guarded by mutex_; claims up to this one are of ended tests
};

}  // namespace mbnrig::bench
