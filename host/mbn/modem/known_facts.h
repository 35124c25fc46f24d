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

/// Asks the modem for the facts, takes in what it answers and indicates, and asks again where an
/// answer said nothing. All methods are of the worker.
class KnownFacts {
 public:
  /// `learned` is called after a fact was taken in. `reopen` is called when the modem says that it
  /// was not opened. All references outlive this.
  KnownFacts(ModemLink& link, PublishedState& state, const ServiceTimes& times,
             std::function<void(const Fact&)> learned, std::function<void()> reopen);

  /// The modem is open; nothing is asked otherwise.
  void set_open(bool open) { open_ = open; }

  void AskAll();
  void Ask(const Fact& fact);
  /// Takes in what an answer or an indication says. False, and a line in the log, when `payload`
  /// cannot be read.
  bool Learn(const Fact& fact, mbim::ByteView payload);
  /// Applies `change`, which follows from what the modem said about `fact`.
  void Learn(const Fact& fact, const StateChange& change);

 private:
  struct Asking {
    bool under_way = false;
    bool again = false;  // the answer under way is out of date already
    bool later = false;  // will be asked again after a while
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
