#pragma once

/// Keeps the facts about one modem (facts.h) up to date.

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "client/device.h"
#include "mbn/modem/facts.h"
#include "mbn/modem/modem_link.h"
#include "mbn/modem/published_state.h"
#include "mbn/service.h"

namespace mbnrig::mbn {

/// Asks the modem for the facts, reads its answers and indications, and asks again after a useless
/// answer. A modem may change without an indication. When it refuses a command with a status that
/// contradicts a fact, the fact is in doubt until the modem says something new about it. All
/// methods are called on the worker.
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
  /// As AskAll. If memory is short, asks with the next message of the modem.
  void AskAllWithoutFail() noexcept;
  /// The modem has refused a command with `status`. Doubts the facts that this contradicts, and
  /// asks for them. Call it for every refused command.
  void OnRefused(mbim::Status status) { Doubt(status, nullptr); }
  bool InDoubt(const Fact& fact) const;
  /// Updates a fact from an answer or an indication. If `payload` cannot be read, logs a warning
  /// and returns false.
  bool Learn(const Fact& fact, mbim::ByteView payload);
  /// Applies `change`, which follows from a message of the modem about `fact`.
  void Learn(const Fact& fact, const StateChange& change);

 private:
  struct Asking {
    bool under_way = false;
    bool again = false;     // the pending answer is already out of date
    bool later = false;     // the query is repeated after a while
    bool in_doubt = false;  // a refusal contradicts the fact
    unsigned useless = 0;   // useless answers since the last useful one
    // What has been logged: why the modem refused the query, and with which status it contradicted
    // the fact. A modem may go on like that for ever.
    std::optional<mbim::Status> refused_with{}, contradicted_with{};
  };

  void AskUnknown();
  void AskLater(const Fact& fact);
  void OnAnswer(const Fact& fact, const client::Reply& reply);
  void OnRefusal(const Fact& fact, mbim::Status status);
  // `asked` is the fact whose query was refused; null: another command.
  void Doubt(mbim::Status status, const Fact* asked);
  static std::size_t IndexOf(const Fact& fact);
  Asking& AskingFor(const Fact& fact) { return asking_[IndexOf(fact)]; }

  ModemLink& link_;
  PublishedState& state_;
  const ServiceTimes& times_;
  const std::function<void(const Fact&)> learned_;
  const std::function<void()> reopen_;
  bool open_ = false;
  bool missed_ = false;         // memory was short; the modem must be asked for everything
  std::vector<Asking> asking_;  // in the order of Facts()
};

}  // namespace mbnrig::mbn
