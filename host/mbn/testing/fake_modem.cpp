#include "mbn/testing/fake_modem.h"

#include <algorithm>
#include <future>
#include <utility>

#include "mbn/testing/test_support.h"

namespace mbnrig::mbn::testing {
using mbim::CommandType;

client::Reply Answered(mbim::Status status, mbim::Bytes information) {
  client::Reply reply;
  reply.outcome = client::Outcome::kAnswered;
  reply.status = status;
  reply.information = std::move(information);
  return reply;
}

client::Reply Failed(client::Outcome outcome) {
  client::Reply reply;
  reply.outcome = outcome;
  return reply;
}

mbim::SubscriberReadyInfo ReadyInfo(mbim::ReadyState state) {
  mbim::SubscriberReadyInfo info;
  info.ready_state = state;
  if (state == mbim::ReadyState::kInitialized) {
    info.subscriber_id = kTestSubscriber;
    info.sim_icc_id = "8900101000000000001";
    info.telephone_numbers = {"+15550100"};
  }
  return info;
}

mbim::RegistrationStateInfo Registration(mbim::RegisterState state, mbim::RegisterMode mode) {
  mbim::RegistrationStateInfo info;
  info.register_state = state;
  info.register_mode = mode;
  return info;
}

mbim::PacketServiceInfo PacketService(mbim::PacketServiceState state, std::uint32_t error) {
  mbim::PacketServiceInfo info;
  info.packet_service_state = state;
  info.nw_error = error;
  return info;
}

mbim::ConnectInfo Context(mbim::ActivationState state, std::uint32_t error) {
  mbim::ConnectInfo info;
  info.activation_state = state;
  info.nw_error = error;
  return info;
}

FakeModem::FakeModem(client::DeviceIdentity identity, service::TaskThread& dispatch)
    : identity_(std::move(identity)), dispatch_(dispatch) {
  const auto answer = [this](const mbim::CommandId& cid, CommandType type, const auto& payload) {
    On(cid, type, [payload](mbim::ByteView) { return AnsweredWith(payload); });
  };
  // Answers every query, so that a new fact needs a line here only if its value matters.
  std::apply([this](const auto&... cid) { (AnswerWithDefault(cid), ...); },
             mbim::kBasicConnect.cids);
  mbim::DeviceCapsInfo caps;
  caps.cellular_class = mbim::CellularClass::kGsm;
  caps.voice_class = mbim::VoiceClass::kNoVoice;
  caps.data_class = mbim::data_class::kLte | mbim::data_class::kUmts;
  caps.ctrl_caps = mbim::ctrl_caps::kRegManual | mbim::ctrl_caps::kMultiCarrier;
  caps.device_id = "490154203237518";
  caps.firmware_info = "1.2.3";
  caps.hardware_info = "Fake One";
  answer(mbim::kDeviceCaps, CommandType::kQuery, caps);
  answer(mbim::kSubscriberReadyStatus, CommandType::kQuery,
         ReadyInfo(mbim::ReadyState::kInitialized));
  answer(mbim::kRadioState, CommandType::kQuery,
         mbim::RadioStateInfo{mbim::RadioSwitch::kOn, mbim::RadioSwitch::kOn});
  answer(mbim::kRegisterState, CommandType::kQuery, Registration(mbim::RegisterState::kHome));
  answer(mbim::kPacketService, CommandType::kQuery,
         PacketService(mbim::PacketServiceState::kDetached));
  answer(mbim::kPacketService, CommandType::kSet,
         PacketService(mbim::PacketServiceState::kAttached));
  answer(mbim::kConnect, CommandType::kQuery, Context(mbim::ActivationState::kDeactivated));
  On(mbim::kConnect, CommandType::kSet, [](mbim::ByteView information) {
    const auto set = mbim::Decode<mbim::SetConnect>(information);
    return AnsweredWith(Context(set->activation_command == mbim::ActivationCommand::kActivate
                                    ? mbim::ActivationState::kActivated
                                    : mbim::ActivationState::kDeactivated));
  });
  mbim::Provider home;
  home.provider_id = "00101";
  home.provider_name = "Home";
  home.provider_state = mbim::provider_state::kHome;
  answer(mbim::kHomeProvider, CommandType::kQuery, home);
  answer(mbim::kDeviceServiceSubscribeList, CommandType::kSet, mbim::DeviceServiceSubscribeList{});
}

FakeModem::Key FakeModem::KeyOf(const mbim::CommandId& cid, CommandType type) {
  return {cid, type};
}

void FakeModem::On(const mbim::CommandId& cid, CommandType type, Answerer answerer) {
  const std::lock_guard lock(mutex_);
  answerers_[KeyOf(cid, type)] = std::make_shared<const Answerer>(std::move(answerer));
}

void FakeModem::Hold(const mbim::CommandId& cid, CommandType type) {
  const std::lock_guard lock(mutex_);
  held_.try_emplace(KeyOf(cid, type));
}

void FakeModem::Release(const mbim::CommandId& cid, CommandType type) {
  const std::lock_guard lock(mutex_);
  const auto held = held_.find(KeyOf(cid, type));
  if (held == held_.end()) return;
  for (Waiting& waiting : held->second) {
    dispatch_.Post([done = std::move(waiting.done),
                    reply = (*AnswererOf(held->first))(waiting.information)] { done(reply); });
  }
  held_.erase(held);
}

bool FakeModem::WaitForCommands(const mbim::CommandId& cid, CommandType type, std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kTestPatience,
                           [&] { return commands_[KeyOf(cid, type)].size() >= count; });
}

std::vector<mbim::Bytes> FakeModem::Commands(const mbim::CommandId& cid, CommandType type) const {
  const std::lock_guard lock(mutex_);
  const auto commands = commands_.find(KeyOf(cid, type));
  return commands == commands_.end() ? std::vector<mbim::Bytes>() : commands->second;
}

void FakeModem::IndicateRaw(const mbim::CommandId& cid, mbim::Bytes information) {
  const std::lock_guard lock(mutex_);
  dispatch_.Post([handler = indicate_, cid, information = std::move(information)] {
    if (handler) {
      handler({cid.service, cid.number, information});
    }
  });
}

void FakeModem::OnOpen(std::function<client::Reply()> answerer) {
  const std::lock_guard lock(mutex_);
  open_ = std::move(answerer);
}

std::size_t FakeModem::opens() const {
  const std::lock_guard lock(mutex_);
  return opens_;
}

void FakeModem::Vanish() {
  const std::lock_guard lock(mutex_);
  present_ = false;
  for (auto& [key, waiting] : held_) {
    for (Waiting& one : waiting) {
      dispatch_.Post([done = std::move(one.done)] { done(Failed(client::Outcome::kGone)); });
    }
  }
  held_.clear();
}

bool FakeModem::present() const {
  const std::lock_guard lock(mutex_);
  return present_;
}

void FakeModem::Open(ReplyHandler done) {
  const std::lock_guard lock(mutex_);
  ++opens_;
  client::Reply reply = open_ ? open_() : Answered(mbim::Status::kSuccess);
  if (!present_) reply = Failed(client::Outcome::kGone);
  dispatch_.Post([done = std::move(done), reply] { done(reply); });
}

void FakeModem::Close(std::function<void()> done) {
  dispatch_.Post(std::move(done));
}

std::shared_ptr<const Answerer> FakeModem::AnswererOf(const Key& key) const {
  const auto always = [](const client::Reply& reply) {
    return std::make_shared<const Answerer>([reply](mbim::ByteView) { return reply; });
  };
  if (!present_) return always(Failed(client::Outcome::kGone));
  const auto answerer = answerers_.find(key);
  return answerer != answerers_.end() ? answerer->second
                                      : always(Answered(mbim::Status::kNoDeviceSupport));
}

void FakeModem::Command(const mbim::Uuid& service, std::uint32_t cid, CommandType type,
                        mbim::Bytes information, ReplyHandler done, std::chrono::milliseconds) {
  std::unique_lock lock(mutex_);
  const Key key({service, cid}, type);
  const auto held = held_.find(key);
  if (held != held_.end() && present_) {
    commands_[key].push_back(information);
    held->second.push_back({std::move(information), std::move(done)});
    changed_.notify_all();
    return;
  }
  const auto answerer = AnswererOf(key);
  lock.unlock();  // an answerer may wait for the test
  const client::Reply reply = (*answerer)(information);
  lock.lock();
  // The answer is posted before WaitForCommands returns, so that it comes before the caller's
  // next step.
  dispatch_.Post([done = std::move(done), reply] { done(reply); });
  commands_[key].push_back(std::move(information));
  changed_.notify_all();
}

void FakeModem::set_indication_handler(IndicationHandler handler) {
  const std::lock_guard lock(mutex_);
  indicate_ = std::move(handler);
}

void FakeModem::set_datagram_handler(std::uint8_t session, DatagramHandler handler) {
  const std::lock_guard lock(mutex_);
  if (session == 0) datagram_handler_ = std::move(handler);
}

bool FakeModem::SendDatagram(std::uint8_t session, mbim::ByteView datagram, bool) {
  const std::lock_guard lock(mutex_);
  if (session == 0) datagrams_.emplace_back(datagram.begin(), datagram.end());
  return session == 0;
}

bool FakeModem::Deliver(mbim::ByteView datagram) {
  const std::lock_guard lock(mutex_);
  if (!datagram_handler_.datagram) return false;
  datagram_handler_.datagram(datagram);
  if (datagram_handler_.idle) datagram_handler_.idle();
  return true;
}

std::vector<mbim::Bytes> FakeModem::Datagrams() const {
  const std::lock_guard lock(mutex_);
  return datagrams_;
}

class FakeBus::Monitor final : public client::Monitor {
 public:
  explicit Monitor(FakeBus& bus) : bus_(bus) {}
  ~Monitor() override { Stop(); }
  void Start(Listener& listener) override {
    listener_ = &listener;
    bus_.Attach(&listener);
  }
  void Stop() override {
    if (listener_ != nullptr) bus_.Detach(std::exchange(listener_, nullptr));
  }

 private:
  FakeBus& bus_;
  Listener* listener_ = nullptr;
};

std::unique_ptr<client::Monitor> FakeBus::MakeMonitor() {
  return std::make_unique<Monitor>(*this);
}

void FakeBus::Attach(client::Monitor::Listener* listener) {
  dispatch_.Post([this, listener] {
    listeners_.push_back(listener);
    for (const auto& modem : modems_)
      listener->OnArrival(modem);
  });
}

void FakeBus::Detach(client::Monitor::Listener* listener) {
  std::promise<void> detached;
  dispatch_.Post([&] {
    std::erase(listeners_, listener);
    for (const auto& modem : modems_)
      modem->set_indication_handler(nullptr);
    detached.set_value();
  });
  detached.get_future().wait();
}

std::shared_ptr<FakeModem> FakeBus::Plug(const std::string& serial) {
  client::DeviceIdentity identity;
  identity.id = "fake#" + std::to_string(++plugged_);
  identity.serial = serial;
  identity.manufacturer = "Fakes of London, who make the best modems there are";
  identity.product = "Fake";
  auto modem = std::make_shared<FakeModem>(identity, dispatch_);
  dispatch_.Post([this, modem] {
    modems_.push_back(modem);
    for (auto* listener : listeners_)
      listener->OnArrival(modem);
  });
  return modem;
}

void FakeBus::Unplug(const std::shared_ptr<FakeModem>& modem) {
  modem->Vanish();
  dispatch_.Post([this, modem] {
    std::erase(modems_, modem);
    for (auto* listener : listeners_)
      listener->OnRemoval(modem);
  });
}

}  // namespace mbnrig::mbn::testing
