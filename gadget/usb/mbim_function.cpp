#include "usb/mbim_function.h"

#include <algorithm>
#include <stdexcept>

#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

using Clock = std::chrono::steady_clock;

// RESPONSE_AVAILABLE (CDC 1.2, section 6.3.2).
constexpr std::uint8_t kNotificationRequestType = 0xa1;
constexpr std::uint8_t kResponseAvailable = 0x01;

/// Applies a truncate or corrupt rule to bytes on their way. Any other rule changes nothing.
void Mangle(const fault::Rule& rule, Bytes& bytes) {
  if (rule.action == fault::Action::kTruncate) {
    bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size(), rule.bytes));
  } else if (rule.action == fault::Action::kCorrupt && rule.bytes < bytes.size()) {
    bytes[rule.bytes] = static_cast<std::uint8_t>(~bytes[rule.bytes]);
  }
}

}  // namespace

MbimFunction::MbimFunction(const scenario::UsbIdentity& identity, ControlChannel& channel)
    : identity_(identity), channel_(channel) {
  ResetData();
}

void MbimFunction::Attach(Attachment attachment) {
  std::lock_guard lock(mutex_);
  if (attachment_) throw std::logic_error("the MBIM function is already attached to a controller");
  Reset();
  link_features_ = 0;
  state_ = {};
  ResetData();
  data_.ClearStatistics();
  data_.set_ready(attachment.data_ready, attachment.session_ended);
  attachment_ = std::move(attachment);
  state_.attached = true;
  if (observer_ != nullptr) TellAttached();
}

void MbimFunction::Detach() {
  std::lock_guard lock(mutex_);
  Reset();
  if (attachment_ && observer_ != nullptr) observer_->OnDetach();
  data_.set_ready(nullptr);
  attachment_.reset();
  state_.attached = false;
}

void MbimFunction::set_observer(Observer* observer) {
  std::lock_guard lock(mutex_);
  observer_ = observer;
  observed_ = observer != nullptr;
  if (attachment_ && observer_ != nullptr) TellAttached();
}

/// Descriptors for high speed stand for all speeds: only packet sizes and strings differ.
void MbimFunction::TellAttached() const {
  observer_->OnAttach(Encode(MbimDevice(identity_, Speed::kHigh)),
                      Encode(ConfigurationLocked(Speed::kHigh, true)), attachment_->layout);
}

scenario::UsbIdentity MbimFunction::identity() const {
  std::lock_guard lock(mutex_);
  return identity_;
}

void MbimFunction::set_identity(const scenario::UsbIdentity& identity) {
  std::lock_guard lock(mutex_);
  if (attachment_) throw std::logic_error("the identity of a plugged-in device cannot change");
  identity_ = identity;
  ResetData();
}

bool MbimFunction::Renew(const std::function<bool()>& replace) {
  std::lock_guard lock(mutex_);
  if (!AtRest() || !replace()) return false;
  if (state_.data_alternate == 0) ResetData();
  ConfigureData();
  data_.Reset();
  data_.ClearStatistics();
  mangle_.reset();
  if (attachment_->renewed) attachment_->renewed();
  Collect(Clock::now());
  return true;
}

bool MbimFunction::AtRest() const {
  return attachment_ && state_.configuration != 0 && state_.halted.empty() &&
         channel_.output().fragments == 0 && notifications_.empty() && !pending_setup_ &&
         pending_notifications_.empty();
}

DeviceDescriptor MbimFunction::Device(Speed speed) const {
  std::lock_guard lock(mutex_);
  return MbimDevice(identity_, speed);
}

ConfigurationDescriptor MbimFunction::Configuration(Speed speed, bool full) const {
  std::lock_guard lock(mutex_);
  return ConfigurationLocked(speed, full);
}

ConfigurationDescriptor MbimFunction::ConfigurationLocked(Speed speed, bool full) const {
  auto identity = identity_;
  identity.max_control_message = MaxControlMessage();
  return MbimConfiguration(identity, speed, attachment_ ? attachment_->layout : Layout{}, full);
}

void MbimFunction::HandleSetup(const SetupPacket& setup, Responder respond) {
  std::lock_guard lock(mutex_);
  pending_setup_.reset();
  mangle_.reset();
  if (!attachment_) return;
  if (observer_ != nullptr) {
    observer_->OnSetup(setup);
    respond = [this, setup, respond = std::move(respond)](ControlReply reply) {
      if (observer_ != nullptr) observer_->OnReply(setup, reply);
      respond(std::move(reply));
    };
  }
  const bool of_class = RequestTypeOf(setup) == RequestType::kClass;
  if (of_class && state_.configuration == 0) {
    respond(Stall{});
  } else if (!of_class || !ConsultSetup(setup, respond)) {
    respond(Answer(setup));
  }
  Collect(Clock::now());
}

/// Carries the request out. A choice of the host is in force before the host gets the reply.
ControlReply MbimFunction::Answer(const SetupPacket& setup) {
  ControlReply reply = RequestTypeOf(setup) == RequestType::kClass ? Class(setup) : Standard(setup);
  ConfigureData();
  return Limited(std::move(reply), setup.length);
}

/// True if the fault plan has taken the request over.
bool MbimFunction::ConsultSetup(const SetupPacket& setup, Responder& respond) {
  fault::Event event;
  event.seam = fault::Seam::kSetup;
  event.request = setup.request;
  event.acknowledged = Acknowledged(setup);
  const auto match = channel_.Consult(event);
  if (!match) return false;
  switch (match->rule.action) {
    case fault::Action::kStall:
      respond(Stall{});
      return true;
    case fault::Action::kDrop:
      return true;
    case fault::Action::kUnplug:
      channel_.RequestUnplug();
      return true;
    case fault::Action::kDelay:
      pending_setup_ = {setup, std::move(respond), {Clock::now() + match->rule.delay, 0}};
      channel_.Reschedule();
      return true;
    case fault::Action::kHold:
      pending_setup_ = {setup, std::move(respond), {std::nullopt, match->id}};
      channel_.Reschedule();
      return true;
    case fault::Action::kTruncate:
    case fault::Action::kCorrupt:
      mangle_ = match->rule;
      return false;
    case fault::Action::kStatus:
    case fault::Action::kError:
      return false;  // these are for control messages; a class request has no status or error
  }
  return false;
}

ControlReply MbimFunction::DataStage(const SetupPacket& setup, ByteView data) {
  std::lock_guard lock(mutex_);
  if (observer_ != nullptr) observer_->OnData(setup, data);
  ControlReply reply = TakeData(setup, data);
  if (observer_ != nullptr) observer_->OnReply(setup, reply);
  Collect(Clock::now());
  return reply;
}

ControlReply MbimFunction::TakeData(const SetupPacket& setup, ByteView data) {
  if (!attachment_ || data.size() > setup.length) return Stall{};
  // SET_SEL is the only standard request with data. It tells exit latencies of the link's power
  // states; this link has no power states.
  if (RequestTypeOf(setup) == RequestType::kStandard) return Ack{};
  if (state_.configuration == 0) return Stall{};
  if (!AddressesControlInterface(setup, attachment_->layout)) return Stall{};
  Bytes bytes(data.begin(), data.end());
  if (mangle_) Mangle(*mangle_, bytes);
  mangle_.reset();
  ControlReply reply = Stall{};
  switch (static_cast<ClassRequest>(setup.request)) {
    case ClassRequest::kSendEncapsulatedCommand:
      if (bytes.size() <= MaxControlMessage()) {
        if (channel_.Receive(bytes)) reply = Ack{};
      }
      break;
    case ClassRequest::kSetNtbInputSize:
      reply = SetNtbInputSize(bytes);
      break;
    case ClassRequest::kSetMaxDatagramSize:
      reply = SetMaxDatagramSize(bytes);
      break;
    default:
      break;
  }
  ConfigureData();
  return reply;
}

void MbimFunction::BusReset() {
  std::lock_guard lock(mutex_);
  if (observer_ != nullptr) observer_->OnBusReset();
  Reset();
  link_features_ = 0;
}

void MbimFunction::SetConfiguration(std::uint8_t value) {
  std::lock_guard lock(mutex_);
  Reset();
  state_.configuration = value;
  ConfigureData();
}

bool MbimFunction::configured() const {
  std::lock_guard lock(mutex_);
  return state_.configuration != 0;
}

std::optional<Bytes> MbimFunction::TakeNotification() {
  std::lock_guard lock(mutex_);
  if (notifications_.empty()) return std::nullopt;
  Bytes notification = std::move(notifications_.front());
  notifications_.pop_front();
  if (observer_ != nullptr) observer_->OnNotification(notification);
  return notification;
}

std::size_t MbimFunction::bulk_read_size() const {
  constexpr std::size_t kLargestPacket = 1024;
  std::lock_guard lock(mutex_);
  return (identity_.ntb.out_max_size + kLargestPacket - 1) / kLargestPacket * kLargestPacket;
}

void MbimFunction::ReceiveBulk(ByteView data) {
  if (observed_) {
    std::lock_guard lock(mutex_);
    if (observer_ != nullptr) observer_->OnBulkOut(data);
  }
  data_.Receive(data);
}

void MbimFunction::BulkIdle() {
  data_.ReceiveIdle();
}

std::optional<Bytes> MbimFunction::TakeBulk() {
  auto ntb = data_.Take();
  if (ntb && observed_) {
    std::lock_guard lock(mutex_);
    if (observer_ != nullptr) observer_->OnBulkIn(*ntb);
  }
  return ntb;
}

void MbimFunction::Tick(TimePoint now) {
  std::lock_guard lock(mutex_);
  if (pending_setup_ && Over(pending_setup_->wait, now)) {
    const PendingSetup due = std::move(*pending_setup_);
    pending_setup_.reset();
    due.respond(Answer(due.setup));
  }
  for (std::size_t i = 0; i < pending_notifications_.size();) {
    if (!Over(pending_notifications_[i].wait, now)) {
      ++i;
      continue;
    }
    PushNotification(std::move(pending_notifications_[i].bytes));
    pending_notifications_.erase(pending_notifications_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  Collect(now);
}

std::optional<MbimFunction::TimePoint> MbimFunction::Deadline() const {
  std::lock_guard lock(mutex_);
  std::optional<TimePoint> earliest;
  auto consider = [&earliest](const Wait& wait) {
    if (wait.until && (!earliest || *wait.until < *earliest)) earliest = wait.until;
  };
  if (pending_setup_) consider(pending_setup_->wait);
  for (const auto& notification : pending_notifications_)
    consider(notification.wait);
  return earliest;
}

FunctionState MbimFunction::state() const {
  std::lock_guard lock(mutex_);
  FunctionState state = state_;
  state.responses = announced_;
  state.notifications = notifications_.size();
  state.data = data_.statistics();
  return state;
}

void MbimFunction::set_host(const std::string& host) {
  std::lock_guard lock(mutex_);
  state_.host = host;
}

bool MbimFunction::Over(const Wait& wait, TimePoint now) const {
  return wait.until ? *wait.until <= now : channel_.Released(wait.rule);
}

/// Announces the modem's output, with one RESPONSE_AVAILABLE for each fragment (MBIM 1.0, section
/// 8.2).
void MbimFunction::Collect(TimePoint now) {
  if (!attachment_ || state_.configuration == 0) return;
  const ControlChannel::Output output = channel_.output();
  if (std::exchange(restarts_, output.restarts) != output.restarts) ForgetAnnouncements();
  for (; announced_ > output.fragments; --announced_) {
    // The host may have got the notification already. It then fetches nothing, which is allowed.
    if (!pending_notifications_.empty()) {
      pending_notifications_.pop_back();
    } else if (!notifications_.empty()) {
      notifications_.pop_back();
    }
  }
  while (announced_ < std::min(output.fragments, kMaxResponses)) {
    ++announced_;
    Notify(now);
  }
}

void MbimFunction::ForgetAnnouncements() {
  announced_ = 0;
  notifications_.clear();
  pending_notifications_.clear();
}

/// Whether the host was told that the request is done before the function is asked.
bool MbimFunction::Acknowledged(const SetupPacket& setup) const {
  return attachment_->acknowledges_data && !IsIn(setup) && setup.length > 0;
}

MbimFunction::Reach MbimFunction::Reaches(const fault::Rule& rule) const {
  std::lock_guard lock(mutex_);
  if (rule.seam != fault::Seam::kSetup || !attachment_ || !attachment_->acknowledges_data ||
      !fault::ChangesTheReply(rule.action)) {
    return Reach::kAll;
  }
  if (!rule.request) return Reach::kSome;
  switch (static_cast<ClassRequest>(*rule.request)) {
    case ClassRequest::kSendEncapsulatedCommand:
    case ClassRequest::kSetNtbInputSize:
    case ClassRequest::kSetMaxDatagramSize:
      return Reach::kNone;
    default:
      return Reach::kAll;
  }
}

void MbimFunction::Notify(TimePoint now) {
  Bytes bytes{kNotificationRequestType,
              kResponseAvailable,
              0,
              0,
              attachment_->layout.control_interface,
              0,
              0,
              0};
  fault::Event event;
  event.seam = fault::Seam::kNotification;
  const auto match = channel_.Consult(event);
  const auto action = match ? match->rule.action : fault::Action::kStatus;
  if (action == fault::Action::kDrop) return;
  if (action == fault::Action::kUnplug) {
    channel_.RequestUnplug();
  } else if (action == fault::Action::kDelay || action == fault::Action::kHold) {
    Wait wait;
    if (action == fault::Action::kDelay) wait.until = now + match->rule.delay;
    wait.rule = match->id;
    pending_notifications_.push_back({std::move(bytes), wait});
    channel_.Reschedule();
  } else {
    if (match) Mangle(match->rule, bytes);
    PushNotification(std::move(bytes));
  }
}

void MbimFunction::PushNotification(Bytes bytes) {
  // A host that fetches responses but does not listen gets only as many notifications as there can
  // be responses.
  if (notifications_.size() >= kMaxResponses) return;
  notifications_.push_back(std::move(bytes));
  if (attachment_->notification_ready) attachment_->notification_ready();
}

/// Without a response, the data stage is empty (MBIM 1.0, section 8.1.2.2). A request for no data
/// takes none.
ControlReply MbimFunction::GetResponse(const SetupPacket& setup) {
  if (setup.length == 0) return Bytes{};
  auto response = channel_.TakeOutput();
  if (!response) return Bytes{};
  if (announced_ > 0) --announced_;
  if (mangle_) Mangle(*mangle_, *response);
  mangle_.reset();
  return std::move(*response);
}

void MbimFunction::Reset() {
  if (state_.configuration != 0) channel_.ResetFunction();
  state_.configuration = 0;
  state_.halted.clear();
  ResetData();
  ConfigureData();
  data_.Reset();
  ForgetAnnouncements();
  pending_setup_.reset();
  mangle_.reset();
}

void MbimFunction::ResetData() {
  state_.data_alternate = 0;
  state_.ntb_format = static_cast<std::uint16_t>(identity_.ntb_format);
  state_.ntb_input_size = identity_.ntb.in_max_size;
  state_.ntb_in_max_datagrams = 0;
  state_.max_datagram_size = identity_.max_segment_size;
}

/// Passes the host's choices to the data pipe.
void MbimFunction::ConfigureData() {
  data_.Configure({HasBulkEndpoints(), static_cast<mbim::NtbFormat>(state_.ntb_format),
                   state_.ntb_input_size, state_.ntb_in_max_datagrams, state_.max_datagram_size,
                   identity_.ntb});
}

std::uint16_t MbimFunction::MaxControlMessage() const {
  if (!attachment_) return identity_.max_control_message;
  return std::min(identity_.max_control_message, attachment_->control_transfer_limit);
}

}  // namespace mbnrig::usb
