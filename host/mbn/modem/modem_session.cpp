#include "mbn/modem/modem_session.h"

#include <fmt/format.h>
#include <objbase.h>

#include <algorithm>
#include <new>
#include <utility>

#include "client/call.h"
#include "com/text.h"
#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "mbn/log.h"

namespace mbnrig::mbn {
namespace {

std::string NewId() {
  GUID guid{};
  wchar_t text[40] = {};
  if (FAILED(CoCreateGuid(&guid)) || StringFromGUID2(guid, text, 40) == 0) throw std::bad_alloc();
  return com::ToUtf8(text);
}

// IDs are new for each arrival, so that old COM objects cannot reach a device that was replugged.
ModemState InitialState(const client::DeviceIdentity& identity) {
  ModemState state;
  state.interface_id = NewId();
  state.connection_id = NewId();
  state.manufacturer = identity.manufacturer;
  state.product = identity.product;
  return state;
}

// Adds the command to the entry of its service.
void Add(mbim::DeviceServiceSubscribeList& list, const mbim::CommandId& cid) {
  auto entry = std::find_if(list.entries.begin(), list.entries.end(), [&](const auto& candidate) {
    return candidate.device_service_id == cid.service;
  });
  if (entry == list.entries.end()) entry = list.entries.insert(entry, {cid.service, {}});
  entry->cids.push_back(cid.number);
}

}  // namespace

ModemSession::ModemSession(std::shared_ptr<client::Device> device, SessionSurroundings surroundings,
                           std::function<void(const ModemSession&)> removed)
    : surroundings_(surroundings),
      link_(std::move(device), surroundings.worker),
      state_(std::make_shared<PublishedState>(InitialState(link_.device()->identity()),
                                              surroundings.events, surroundings.sink,
                                              surroundings.limits.events)),
      facts_(
          link_, *state_, surroundings.times, [this](const Fact& fact) { OnLearned(fact); },
          [this] { Reopen(); }),
      operations_(link_, *state_, facts_, surroundings.request_ids, surroundings.times,
                  surroundings.worker, surroundings.limits.requests),
      data_(link_, *state_, surroundings.times, surroundings.l2,
            [this](mbim::Status status) { facts_.OnRefused(status); }),
      removed_(std::move(removed)),
      leaving_(std::make_shared<Leaving>()),
      end_([leaving = leaving_] { leaving->session->OnEnd(leaving->ending); }),
      withdrawal_(state_->PrepareWithdrawal(
          [leaving = leaving_] { leaving->session->removed_(*leaving->session); })) {}

void ModemSession::Start() {
  link_.set_owner(weak_from_this());
  ListenToIndications();
  link_.Post([this] { Open(); });
}

// The tasks of the end keep the session alive. They leave the session's members when they are
// posted, so that it does not keep itself alive.
void ModemSession::End(Ending ending) noexcept {
  if (ended_.exchange(true)) return;
  operations_.Close();  // so that every completion comes before the removal
  const std::shared_ptr<Leaving> leaving = std::move(leaving_);
  *leaving = {ending, shared_from_this()};
  if (!surroundings_.worker.Post(std::move(end_))) leaving->session = nullptr;
}

void ModemSession::OnEnd(Ending ending) {
  link_.End();
  data_.End();
  operations_.End(ending);
  try {
    state_->Apply([](ModemState& state) {
      if (state.connect.value)
        state.connect.value->activation_state = mbim::ActivationState::kDeactivated;
    });
  } catch (const std::bad_alloc&) {
    link_.LogWarning("memory is short: the removal is told with the last known state");
  }
  state_->Withdraw(std::move(*withdrawal_));
  withdrawal_.reset();
}

bool ModemSession::WaitUntilKnown(std::chrono::milliseconds timeout) const {
  return state_->WaitUntil(
      [](const ModemState& state) {
        const auto facts = Facts();
        return std::all_of(facts.begin(), facts.end(),
                           [&](const Fact& fact) { return fact.known(state); });
      },
      timeout);
}

HRESULT ModemSession::Submit(std::unique_ptr<Operation> operation, std::uint32_t* request) {
  return operations_.Submit(shared_from_this(), std::move(operation), request);
}

void ModemSession::Open() {
  if (link_.over() || open_) return;
  device()->Open(link_.Then([this](const client::Reply& reply) { OnOpened(reply); }));
}

void ModemSession::OnOpened(const client::Reply& reply) {
  if (!reply.ok()) {
    if (reply.outcome == client::Outcome::kGone) return;
    const std::string why = reply.Why();
    if (std::exchange(cannot_open_, why) != why)
      link_.LogWarning(fmt::format("cannot open the modem: {}; trying again later", why));
    link_.After(surroundings_.times.retry, [this] { Open(); });
    return;
  }
  open_ = true;
  cannot_open_.clear();
  opened_ = std::chrono::steady_clock::now();
  facts_.set_open(true);
  Begin();
}

// Clients see the modem even if memory is short for the rest. The rest is done again after a while,
// or with the next indication.
void ModemSession::Begin() {
  begin_again_ = true;
  try {
    state_->Announce();
    Subscribe();
    facts_.AskAll();
    begin_again_ = false;
  } catch (const std::bad_alloc&) {
    mbn::LogWarning("memory is short: a modem is not asked for everything yet");
    link_.After(surroundings_.times.retry, [this] {
      if (open_ && begin_again_) Begin();
    });
  }
}

void ModemSession::Reopen() {
  if (!open_) return;
  open_ = false;
  facts_.set_open(false);
  link_.LogWarning("reports NOT_OPENED; reopening");
  const auto open_again = [this] {
    device()->Close([weak = weak_from_this(), &worker = surroundings_.worker] {
      worker.Post([weak] {
        if (const auto session = weak.lock()) session->Open();
      });
    });
  };
  // Delays the next attempt: a modem that always reports NOT_OPENED must not keep the CPU busy.
  const bool just_opened = std::chrono::steady_clock::now() - opened_ < surroundings_.times.retry;
  if (just_opened) {
    link_.After(surroundings_.times.retry, open_again);
  } else {
    open_again();
  }
}

void ModemSession::Subscribe() {
  mbim::DeviceServiceSubscribeList list;
  for (const Fact& fact : Facts()) {
    if (fact.indicated) Add(list, fact.cid);
  }
  if (data_.follows_addresses()) Add(list, mbim::kIpConfiguration);
  client::Set(*device(), mbim::kDeviceServiceSubscribeList, list,
              link_.Then([this](const client::Reply& reply) {
                // Not an error: Basic Connect's indications are on by default, so a modem that
                // refuses the list sends them anyway.
                if (reply.ok() || reply.outcome != client::Outcome::kAnswered) return;
                link_.LogInfo(fmt::format("refuses the subscribe list: {}", reply.Why()));
                facts_.OnRefused(reply.status);
              }));
}

// A modem may indicate faster than the worker works. To bound the memory, indications beyond the
// bound are dropped, and the modem is asked for everything afterwards.
void ModemSession::ListenToIndications() {
  struct Inbox {
    std::atomic<std::size_t> waiting{0};
    std::atomic<bool> missed{false};
  };
  const auto inbox = std::make_shared<Inbox>();
  const std::size_t most = surroundings_.limits.indications;
  const auto catch_up = [weak = weak_from_this(), inbox] {
    const auto self = weak.lock();
    if (!self || self->link_.over() || !inbox->missed.exchange(false)) return;
    if (!std::exchange(self->told_of_flood_, true))
      self->link_.LogWarning("too many indications; dropping them and querying the full state");
    self->facts_.AskAll();
  };
  device()->set_indication_handler([weak = weak_from_this(), &worker = surroundings_.worker, most,
                                    inbox, catch_up](const client::Indication& indication) {
    const mbim::CommandId cid{indication.service, indication.cid};
    if (cid != mbim::kIpConfiguration && FindFact(cid) == nullptr) return;
    if (inbox->waiting >= most) {
      inbox->missed = true;
      // The worker may have emptied the inbox in the meantime without seeing that one was dropped.
      if (inbox->waiting <= most / 2) worker.Post(catch_up);
      return;
    }
    ++inbox->waiting;
    worker.Post([weak, inbox, most, catch_up, indication] {
      const auto self = weak.lock();
      if (self && !self->link_.over()) self->OnIndication(indication);
      if (--inbox->waiting <= most / 2) catch_up();
    });
  });
}

void ModemSession::OnIndication(const client::Indication& indication) {
  if (open_ && begin_again_) Begin();
  const mbim::CommandId cid{indication.service, indication.cid};
  if (cid == mbim::kIpConfiguration) {
    data_.LearnAddresses(indication.information);
  } else if (const Fact* fact = FindFact(cid)) {
    facts_.Learn(*fact, indication.information);
  }
}

void ModemSession::OnLearned(const Fact& fact) {
  operations_.OnFact(fact);
  if (fact.cid == mbim::kConnect) data_.FollowContext();
}

}  // namespace mbnrig::mbn
