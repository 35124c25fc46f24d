#include "mbn/modem/known_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

namespace mbnrig::mbn {
namespace {

using SimFacts = std::optional<mbim::SubscriberReadyInfo>;

bool SimDiffers(const SimFacts& before, const SimFacts& after) {
  if (!before || !after) return before.has_value() != after.has_value();
  return before->subscriber_id != after->subscriber_id || before->sim_icc_id != after->sim_icc_id ||
         before->ready_state != after->ready_state;
}

bool IsAnotherSim(const SimFacts& before, const SimFacts& after) {
  return before && after &&
         (before->subscriber_id != after->subscriber_id || before->sim_icc_id != after->sim_icc_id);
}

}  // namespace

KnownFacts::KnownFacts(ModemLink& link, PublishedState& state, const ServiceTimes& times,
                       std::function<void(const Fact&)> learned, std::function<void()> reopen)
    : link_(link),
      state_(state),
      times_(times),
      learned_(std::move(learned)),
      reopen_(std::move(reopen)),
      asking_(Facts().size()) {}

std::size_t KnownFacts::IndexOf(const Fact& fact) {
  return static_cast<std::size_t>(&fact - Facts().data());
}

bool KnownFacts::InDoubt(const Fact& fact) const {
  return asking_[IndexOf(fact)].in_doubt;
}

void KnownFacts::AskAll() {
  for (const bool first : {true, false}) {
    for (const Fact& fact : Facts()) {
      if (fact.asked_first == first) Ask(fact);
    }
  }
}

void KnownFacts::AskAllWithoutFail() noexcept {
  try {
    AskAll();
  } catch (const std::bad_alloc&) {
    missed_ = true;
  }
}

void KnownFacts::AskUnknown() {
  const Snapshot state = state_.Get();
  for (const Fact& fact : Facts()) {
    if (!fact.known(*state)) Ask(fact);
  }
}

void KnownFacts::Ask(const Fact& fact) {
  if (link_.over() || !open_) return;
  Asking& asking = AskingFor(fact);
  if (asking.under_way) {
    asking.again = true;
    return;
  }
  link_.device()->Command(fact.cid.service, fact.cid.number, mbim::CommandType::kQuery,
                          fact.query(), link_.Then([this, &fact](const client::Reply& reply) {
                            try {
                              OnAnswer(fact, reply);
                            } catch (const std::bad_alloc&) {
                              missed_ = true;
                            }
                          }));
  asking.under_way = true;  // not if memory was short
}

void KnownFacts::AskLater(const Fact& fact) {
  Asking& asking = AskingFor(fact);
  if (asking.later) return;
  auto delay = times_.retry;
  for (unsigned i = 0; i < std::min(asking.useless, 30u) && delay < times_.retry_longest; ++i)
    delay *= 2;
  link_.After(std::min(delay, std::max(times_.retry, times_.retry_longest)), [this, &fact] {
    AskingFor(fact).later = false;
    Ask(fact);
  });
  asking.later = true;
  ++asking.useless;
}

void KnownFacts::OnAnswer(const Fact& fact, const client::Reply& reply) {
  Asking& asking = AskingFor(fact);
  asking.under_way = false;
  if (std::exchange(asking.again, false)) {
    Ask(fact);
    return;
  }
  switch (reply.outcome) {
    case client::Outcome::kAnswered:
      if (reply.status != mbim::Status::kSuccess) {
        OnRefusal(fact, reply.status);
      } else if (Learn(fact, reply.information)) {
        asking.useless = 0;
        asking.refused_with.reset();
      } else {
        AskLater(fact);
      }
      return;
    case client::Outcome::kFunctionError:
      if (reply.error != mbim::ProtocolError::kNotOpened) {
        AskLater(fact);
        return;
      }
      [[fallthrough]];
    case client::Outcome::kNotOpen:
      reopen_();
      return;
    case client::Outcome::kTimedOut:
    case client::Outcome::kMalformed:
      AskLater(fact);
      return;
    case client::Outcome::kGone:
    case client::Outcome::kCancelled:
      return;
  }
}

void KnownFacts::OnRefusal(const Fact& fact, mbim::Status status) {
  const Refused refused = fact.refused(status);
  if (refused.ask_again) {
    AskLater(fact);
    if (std::exchange(AskingFor(fact).refused_with, status) != status)
      link_.LogInfo(fmt::format("refuses a query of {}: {}; asking again later", fact.name,
                                mbim::StatusName(status)));
  }
  if (refused.change) Learn(fact, refused.change);
  Doubt(status, &fact);
}

// A fact that is in doubt already has been asked for, so two refusals cannot cause each other.
void KnownFacts::Doubt(mbim::Status status, const Fact* asked) {
  const Snapshot state = state_.Get();
  for (const Fact& fact : Facts()) {
    if (&fact == asked || fact.denied == nullptr || !fact.denied(*state, status)) continue;
    if (AskingFor(fact).in_doubt) continue;
    Ask(fact);
    AskingFor(fact).in_doubt = true;
    if (std::exchange(AskingFor(fact).contradicted_with, status) != status)
      link_.LogInfo(fmt::format("answers {}, which contradicts its {}; asking",
                                mbim::StatusName(status), fact.name));
  }
}

bool KnownFacts::Learn(const Fact& fact, mbim::ByteView payload) {
  const auto change = fact.read(payload);
  if (!change) {
    link_.LogWarning(fmt::format("malformed {}: {}", fact.name, change.error().ToString()));
    return false;
  }
  if (*change) Learn(fact, *change);
  return true;
}

void KnownFacts::Learn(const Fact& fact, const StateChange& change) {
  bool sim_changed = false;
  state_.Apply([&](ModemState& state) {
    const SimFacts before = state.subscriber;
    const bool was_ready = SimTrouble(state) == S_OK;
    change(state);
    sim_changed = SimDiffers(before, state.subscriber);
    if (!sim_changed) return;
    const SimChange sim{IsAnotherSim(before, state.subscriber), SimTrouble(state) == S_OK,
                        was_ready};
    for (const Fact& other : Facts()) {
      if (other.follow_sim != nullptr) other.follow_sim(state, sim);
    }
  });
  Asking& asking = AskingFor(fact);
  asking.in_doubt = false;
  if (asking.contradicted_with && !fact.denied(*state_.Get(), *asking.contradicted_with))
    asking.contradicted_with.reset();
  // Asks again for facts that the modem refused without a SIM or reported about another SIM.
  if (sim_changed) AskUnknown();
  if (std::exchange(missed_, false)) AskAllWithoutFail();
  learned_(fact);
}

}  // namespace mbnrig::mbn
