#include "mbn/modem/modem_session.h"

#include <fmt/format.h>
#include <objbase.h>

#include <utility>

#include "client/call.h"
#include "com/text.h"
#include "mbim/codec.h"
#include "mbn/log.h"

namespace mbnrig::mbn {
namespace {
using mbim::Status;

std::string NewId() {
  GUID guid{};
  wchar_t text[40] = {};
  if (FAILED(CoCreateGuid(&guid)) || StringFromGUID2(guid, text, 40) == 0) throw std::bad_alloc();
  return com::ToUtf8(text);
}

// An ID stands for one arrival of a device: objects of before it left must not reach what came
// back, which may hold another SIM.
ModemState InitialState(const client::DeviceIdentity& identity) {
  ModemState state;
  state.interface_id = NewId();
  state.connection_id = NewId();
  state.manufacturer = identity.manufacturer;
  state.product = identity.product;
  return state;
}

bool IsSimTrouble(Status status) {
  return status == Status::kPinRequired || status == Status::kSimNotInserted ||
         status == Status::kBadSim;
}

// A modem that says this of a context says that there is none.
bool MeansNoContext(Status status) {
  return status == Status::kContextNotActivated || status == Status::kPacketServiceDetached ||
         status == Status::kNotRegistered || status == Status::kRadioPowerOff ||
         status == Status::kServiceNotActivated;
}

// Worth asking again after a while, though nothing was heard meanwhile.
bool IsTransient(Status status) {
  return status == Status::kBusy || status == Status::kNotInitialized || status == Status::kFailure;
}

template <class Payload>
std::optional<Payload> Read(mbim::ByteView payload, const client::DeviceIdentity& identity) {
  auto decoded = mbim::Decode<Payload>(payload);
  if (decoded) return std::move(*decoded);
  LogWarning(fmt::format("{}: {} that cannot be: {}", identity.id, Payload::kName,
                         decoded.error().ToString()));
  return std::nullopt;
}

}  // namespace

ModemSession::ModemSession(std::shared_ptr<client::Device> device, SessionSurroundings surroundings)
    : device_(std::move(device)),
      surroundings_(surroundings),
      state_(std::make_shared<PublishedState>(InitialState(device_->identity()),
                                              surroundings.events, surroundings.sink,
                                              surroundings.limits.events)) {}

void ModemSession::Start() {
  ListenToIndications();
  surroundings_.worker.Post([self = shared_from_this()] { self->Open(); });
}

void ModemSession::End(HRESULT failure, std::function<void()> removed) {
  ended_ = true;
  surroundings_.worker.Post([self = shared_from_this(), failure, removed = std::move(removed)] {
    if (!self->over_) self->OnEnd(failure, removed);
  });
}

void ModemSession::OnEnd(HRESULT failure, std::function<void()> removed) {
  over_ = true;
  end_ = failure;
  l2_.reset();
  while (!requests_.empty()) {
    const RequestPtr request = requests_.front();
    Complete(request, request->kind == Request::kConnect ? end_ : S_OK, [](ModemState&) {});
  }
  state_->Apply([](ModemState& state) {
    if (state.connect.value) {
      state.connect.value->activation_state = mbim::ActivationState::kDeactivated;
    }
  });
  state_->Withdraw(std::move(removed));
}

void ModemSession::Open() {
  if (over_ || open_) return;
  device_->Open(Then([](ModemSession& self, const client::Reply& reply) { self.OnOpened(reply); }));
}

void ModemSession::OnOpened(const client::Reply& reply) {
  if (!reply.ok()) {
    if (reply.outcome == client::Outcome::kGone) return;
    Log(fmt::format("does not open: {}; will be tried again", reply.Why()));
    After(surroundings_.times.retry, [](ModemSession& self) { self.Open(); });
    return;
  }
  open_ = true;
  opened_ = std::chrono::steady_clock::now();
  Subscribe();
  AskEverything();
  state_->Announce();
}

void ModemSession::Reopen() {
  if (!open_) return;
  open_ = false;
  Log("has forgotten that it was opened; opening it again");
  const auto open_again = [](ModemSession& self) {
    self.device_->Close([weak = self.weak_from_this(), &worker = self.surroundings_.worker] {
      worker.Post([weak] {
        if (const auto session = weak.lock()) session->Open();
      });
    });
  };
  // A modem that forgets at once, over and over, must not keep the machine busy.
  const bool just_opened = std::chrono::steady_clock::now() - opened_ < surroundings_.times.retry;
  if (just_opened) {
    After(surroundings_.times.retry, open_again);
  } else {
    open_again(*this);
  }
}

void ModemSession::Subscribe() {
  mbim::EventEntry basic_connect{mbim::kServiceBasicConnect, {}};
  for (const mbim::CommandId& cid : std::initializer_list<mbim::CommandId>{
           mbim::kSubscriberReadyStatus, mbim::kRadioState, mbim::kRegisterState,
           mbim::kPacketService, mbim::kConnect})
    basic_connect.cids.push_back(cid.number);
  if (surroundings_.l2.mode != l2::L2Mode::kOff)
    basic_connect.cids.push_back(mbim::kIpConfiguration.number);
  client::Set(*device_, mbim::kDeviceServiceSubscribeList, {{basic_connect}},
              Then([](ModemSession& self, const client::Reply& reply) {
                // Basic Connect's indications are on by default; a modem that takes no list sends
                // them all the same.
                if (!reply.ok() && reply.outcome == client::Outcome::kAnswered)
                  LogInfo(fmt::format("{}: subscribe list: {}", self.device_->identity().id,
                                      mbim::StatusName(reply.status)));
              }));
}

void ModemSession::AskEverything() {
  for (std::size_t i = 0; i < kQuestions; ++i)
    Ask(static_cast<Question>(i));
}

void ModemSession::AskUnknown() {
  const Snapshot state = snapshot();
  if (!state->caps) Ask(Question::kCaps);
  if (!state->radio) Ask(Question::kRadio);
  if (!state->registration) Ask(Question::kRegistration);
  if (!state->packet_service) Ask(Question::kPacketService);
  if (!state->connect.known()) Ask(Question::kConnect);
  if (!state->home_provider.known()) Ask(Question::kHomeProvider);
}

void ModemSession::Ask(Question question) {
  if (over_ || !open_) return;
  Asking& asking = asking_[static_cast<std::size_t>(question)];
  if (asking.under_way) {
    asking.again = true;
    return;
  }
  asking.under_way = true;
  auto handler = Then([question](ModemSession& self, const client::Reply& reply) {
    self.OnAnswer(question, reply);
  });
  const mbim::CommandId cid = CidOf(question);
  device_->Command(
      cid.service, cid.number, mbim::CommandType::kQuery,
      question == Question::kConnect ? mbim::Encode(mbim::ConnectInfo{}) : mbim::Bytes(),
      std::move(handler));
}

void ModemSession::AskLater(Question question) {
  Asking& asking = asking_[static_cast<std::size_t>(question)];
  if (std::exchange(asking.later, true)) return;
  After(surroundings_.times.retry, [question](ModemSession& self) {
    self.asking_[static_cast<std::size_t>(question)].later = false;
    self.Ask(question);
  });
}

void ModemSession::OnAnswer(Question question, const client::Reply& reply) {
  Asking& asking = asking_[static_cast<std::size_t>(question)];
  asking.under_way = false;
  if (std::exchange(asking.again, false)) {
    Ask(question);
    return;
  }
  switch (reply.outcome) {
    case client::Outcome::kAnswered:
      if (reply.status != Status::kSuccess) {
        OnRefusal(question, reply.status);
      } else if (!Learn(question, reply.information)) {
        AskLater(question);
      }
      return;
    case client::Outcome::kFunctionError:
      if (reply.error != mbim::ProtocolError::kNotOpened) {
        AskLater(question);
        return;
      }
      [[fallthrough]];
    case client::Outcome::kNotOpen:
      Reopen();
      return;
    case client::Outcome::kTimedOut:
    case client::Outcome::kMalformed:
      AskLater(question);
      return;
    case client::Outcome::kGone:
    case client::Outcome::kCancelled:
      return;
  }
}

void ModemSession::OnRefusal(Question question, Status status) {
  if (question == Question::kConnect && IsSimTrouble(status)) {
    state_->Apply([&](ModemState& state) { state.connect = {std::nullopt, status}; });
    FollowContext();
  } else if (question == Question::kConnect && MeansNoContext(status)) {
    mbim::ConnectInfo none;
    none.activation_state = mbim::ActivationState::kDeactivated;
    LearnConnect(none);
  } else if (question == Question::kHomeProvider && status != Status::kBusy &&
             status != Status::kNotInitialized) {
    state_->Apply([&](ModemState& state) { state.home_provider = {std::nullopt, status}; });
  } else if (IsTransient(status) || question == Question::kConnect) {
    LogInfo(fmt::format("{}: {} to a query of {}; will be asked again", device_->identity().id,
                        mbim::StatusName(status), CidOf(question).number));
    AskLater(question);
  }
  // Else the answer waits for the SIM: AskUnknown asks again once that has changed.
}

bool ModemSession::IsHeard(const client::Indication& indication) {
  return indication.service == mbim::kServiceBasicConnect &&
         (indication.cid == mbim::kIpConfiguration.number || QuestionOf(indication.cid));
}

// A modem that says more than the worker takes in costs bounded memory: what has no place is not
// kept, and once there is room the modem is asked instead.
void ModemSession::ListenToIndications() {
  struct Inbox {
    std::atomic<std::size_t> waiting{0};
    std::atomic<bool> missed{false};
  };
  const auto inbox = std::make_shared<Inbox>();
  const std::size_t most = surroundings_.limits.indications;
  const auto catch_up = [weak = weak_from_this(), inbox] {
    const auto self = weak.lock();
    if (!self || self->over_ || !inbox->missed.exchange(false)) return;
    if (!std::exchange(self->told_of_flood_, true))
      self->Log("indicates more than can be taken in; is asked for everything instead");
    self->AskEverything();
  };
  device_->set_indication_handler([weak = weak_from_this(), &worker = surroundings_.worker, most,
                                   inbox, catch_up](const client::Indication& indication) {
    if (!IsHeard(indication)) return;
    if (inbox->waiting >= most) {
      inbox->missed = true;
      // Those that waited may have been taken meanwhile, and none has seen that.
      if (inbox->waiting <= most / 2) worker.Post(catch_up);
      return;
    }
    ++inbox->waiting;
    worker.Post([weak, inbox, most, catch_up, indication] {
      const auto self = weak.lock();
      if (self && !self->over_) self->OnIndication(indication);
      if (--inbox->waiting <= most / 2) catch_up();
    });
  });
}

void ModemSession::OnIndication(const client::Indication& indication) {
  if (indication.cid == mbim::kIpConfiguration.number) {
    LearnIpConfiguration(indication.information);
  } else if (const auto question = QuestionOf(indication.cid)) {
    Learn(*question, indication.information);
  }
}

bool ModemSession::Learn(Question question, mbim::ByteView payload) {
  const client::DeviceIdentity& identity = device_->identity();
  switch (question) {
    case Question::kCaps: {
      const auto info = Read<mbim::DeviceCapsInfo>(payload, identity);
      if (info) state_->Apply([&](ModemState& state) { state.caps = *info; });
      return info.has_value();
    }
    case Question::kSubscriber: {
      auto info = Read<mbim::SubscriberReadyInfo>(payload, identity);
      if (info) LearnSubscriber(std::move(*info));
      return info.has_value();
    }
    case Question::kRadio: {
      const auto info = Read<mbim::RadioStateInfo>(payload, identity);
      if (info) state_->Apply([&](ModemState& state) { state.radio = *info; });
      return info.has_value();
    }
    case Question::kRegistration: {
      const auto info = Read<mbim::RegistrationStateInfo>(payload, identity);
      if (info) state_->Apply([&](ModemState& state) { state.registration = *info; });
      return info.has_value();
    }
    case Question::kPacketService: {
      const auto info = Read<mbim::PacketServiceInfo>(payload, identity);
      if (info) {
        state_->Apply([&](ModemState& state) { state.packet_service = *info; });
        OnProgress();
      }
      return info.has_value();
    }
    case Question::kConnect: {
      const auto info = Read<mbim::ConnectInfo>(payload, identity);
      // Other sessions are nobody's here.
      if (info && info->session_id == 0) LearnConnect(*info);
      return info.has_value();
    }
    case Question::kHomeProvider: {
      const auto info = Read<mbim::Provider>(payload, identity);
      if (info) state_->Apply([&](ModemState& state) { state.home_provider = {*info, {}}; });
      return info.has_value();
    }
  }
  return false;
}

void ModemSession::LearnSubscriber(mbim::SubscriberReadyInfo info) {
  bool changed = false;
  state_->Apply([&](ModemState& state) {
    const bool had_trouble = SimTrouble(state) != S_OK;
    const bool other_sim =
        state.subscriber && (state.subscriber->subscriber_id != info.subscriber_id ||
                             state.subscriber->sim_icc_id != info.sim_icc_id);
    changed = !state.subscriber || other_sim || state.subscriber->ready_state != info.ready_state;
    state.subscriber = info;
    if (!changed) return;
    // What was said for want of a SIM is asked again once there is one, and what another SIM said.
    const bool ready = SimTrouble(state) == S_OK;
    if (other_sim || (state.home_provider.refusal && ready)) state.home_provider = {};
    if (ready && (state.connect.refusal || had_trouble)) state.connect = {};
  });
  if (changed) AskUnknown();
}

void ModemSession::LearnConnect(const mbim::ConnectInfo& info) {
  state_->Apply([&](ModemState& state) {
    state.connect = {info, {}};
    if (info.activation_state == mbim::ActivationState::kActivated) {
      state.network_error = 0;
    } else if (info.nw_error != 0) {
      state.network_error = info.nw_error;
    }
  });
  OnProgress();
  FollowContext();
}

mbim::CommandId ModemSession::CidOf(Question question) {
  switch (question) {
    case Question::kCaps:
      return mbim::kDeviceCaps;
    case Question::kSubscriber:
      return mbim::kSubscriberReadyStatus;
    case Question::kRadio:
      return mbim::kRadioState;
    case Question::kRegistration:
      return mbim::kRegisterState;
    case Question::kPacketService:
      return mbim::kPacketService;
    case Question::kConnect:
      return mbim::kConnect;
    case Question::kHomeProvider:
      return mbim::kHomeProvider;
  }
  return mbim::kDeviceCaps;
}

std::optional<ModemSession::Question> ModemSession::QuestionOf(std::uint32_t cid) {
  for (std::size_t i = 0; i < kQuestions; ++i) {
    const auto question = static_cast<Question>(i);
    if (CidOf(question).number == cid) return question;
  }
  return std::nullopt;
}

client::Device::ReplyHandler ModemSession::Then(Step step) {
  return [weak = weak_from_this(), &worker = surroundings_.worker,
          step = std::move(step)](client::Reply reply) {
    worker.Post([weak, step, reply = std::move(reply)] {
      const auto self = weak.lock();
      if (self && !self->over_) step(*self, reply);
    });
  };
}

void ModemSession::After(std::chrono::milliseconds delay, std::function<void(ModemSession&)> step) {
  surroundings_.worker.PostAfter(delay, [weak = weak_from_this(), step = std::move(step)] {
    const auto self = weak.lock();
    if (self && !self->over_) step(*self);
  });
}

void ModemSession::Log(std::string_view what) const {
  LogWarning(fmt::format("{}: {}", device_->identity().id, what));
}

}  // namespace mbnrig::mbn
