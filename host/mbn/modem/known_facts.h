#pragma once

/// Keeps the facts about one modem (facts.h) up to date.

#include <functional>
#include <vector>

#include "client/device.h"
#include "mbn/modem/facts.h"
#include "mbn/modem/modem_link.h"
#include "mbn/modem/published_state.h"
#include "mbn/service.h"

namespace mbnrig::mbn {

/// Asks the modem for the facts, reads its answers and indications, and asks again after a useless
/// answer. All methods are called on the worker.
class KnownFacts {
 public:
  /// `learned` is called after a fact was updated. `reopen` is called when the modem answers that
  /// it was not opened. All references must outlive this.
  KnownFacts(ModemLink& link, PublishedState& state, const ServiceTimes& times,
             std::function<void(const Fact&)> learned, std::function<void()> reopen);

  /// The modem is open. Before this call, nothing is asked.
  void set_open(bool open) { open_ = open; }

  void AskAll();
  void Ask(const Fact& fact);
  /// Updates a fact from an answer or an indication. If `payload` cannot be read, logs a warning
  /// and returns false.
  bool Learn(const Fact& fact, mbim::ByteView payload);
  /// Applies `change`, which follows from a message of the modem about `fact`.
  void Learn(const Fact& fact, const StateChange& change);

 private:
  struct Asking {
    bool under_way = false;
    bool again = false;  // the pending answer is already out of date
    bool later = false;  // the query is repeated after a while
  };

  void AskUnknown();
  void AskLater(const Fact& fact);
  void OnAnswer(const Fact& fact, const client::Reply& reply);
  void OnRefusal(const Fact& fact, mbim::Status status);
  Asking& AskingFor(const Fact& fact);

  ModemLink& link_;
  PublishedState& state_;
  const ServiceTimes& times_;
  const std::function<void(const Fact&)> learned_;
  const std::function<void()> reopen_;
  bool open_ = false;
  std::vector<Asking> asking_;  // in the order of Facts()
};

}  // namespace mbnrig::mbn
