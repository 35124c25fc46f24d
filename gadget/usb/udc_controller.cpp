#include "usb/udc_controller.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

constexpr std::uint8_t kSetConfiguration = 9;
constexpr std::uint8_t kSetInterface = 11;
/// After this many failures in a row, the endpoints rest until the host configures the device
/// again.
constexpr int kMaxFailures = 8 * static_cast<int>(2 * kBulkTransfers + 1);

bool IsStandard(const SetupPacket& setup, std::uint8_t request) {
  return RequestTypeOf(setup) == RequestType::kStandard && !IsIn(setup) && setup.request == request;
}

}  // namespace

UdcController::UdcController(MbimFunction& function, std::unique_ptr<DeviceFiles> files)
    : function_(function),
      files_(std::move(files)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

UdcController::~UdcController() {
  Unplug();
}

void UdcController::Plug() {
  if (plugged_) return;
  Attachment attachment = files_->Open(function_.identity());
  attachment.notification_ready = attachment.data_ready = [this] { Wake(); };
  attachment.renewed = [this] {
    renewed_ = true;
    Wake();
  };
  data_interface_ = attachment.layout.data_interface;
  attachment.session_ended = [this] {
    session_ended_ = true;
    Wake();
  };
  attachment.acknowledges_data = files_->data_comes_first();
  try {
    function_.Attach(std::move(attachment));
  } catch (...) {
    files_->LeaveBus();
    files_->Close();
    throw;
  }
  read_size_ = function_.bulk_read_size();
  read_.reset();
  stopping_ = renewed_ = session_ended_ = received_ = false;
  taken_back_.reset();
  thread_ = std::thread([this] { Loop(); });
  plugged_ = true;
}

void UdcController::Unplug() {
  if (!plugged_) return;
  plugged_ = false;
  stopping_ = true;
  files_->LeaveBus();
  Wake();
  thread_.join();
  function_.Detach();
  files_->Close();
  request_.reset();
  endpoints_on_ = notification_under_way_ = false;
  bulk_in_under_way_ = bulk_out_under_way_ = 0;
  notification_.reset();
  ntb_.reset();
  replies_.clear();
}

/// May be called under locks of the function.
void UdcController::Wake() {
  const std::uint64_t one = 1;
  // Fails only if the counter is full, and then the loop is awake anyway.
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

void UdcController::Loop() {
  files_->BeginLoop();
  while (!stopping_) {
    std::array<pollfd, 3> fds{{{wake_.get(), POLLIN, 0},
                               {files_->event_fd(), POLLIN, 0},
                               {files_->completion_fd(), POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
    if (fds[0].revents != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto read = ::read(wake_.get(), &count, sizeof count);
    }
    if (renewed_.exchange(false)) ForgetBulkIn();
    TakeBackBulkIn();
    TakeCompletions();
    AnswerReplies();
    const bool signalled = fds[1].revents != 0;
    if (signalled) files_->ClearEventSignal();
    if (signalled && request_ && request_->acknowledged) CollectData();
    // While a request is held, a signal means that the host has given the request up.
    if (signalled && Waiting() && !request_->acknowledged) HandleNext();
    while (!stopping_ && !Waiting() && HandleNext())
      TakeCompletions();
    Pump();
    if (std::exchange(received_, false)) function_.BulkIdle();
  }
}

void UdcController::TakeCompletions() {
  for (auto& completion : files_->TakeCompletions()) {
    received_ = received_ || completion.kind == EndpointCompletion::Kind::kBulkOut;
    Complete(std::move(completion));
  }
}

/// Whether the device waits for our reply. Until the reply is given, the kernel would take a read
/// of events as the reply.
bool UdcController::Waiting() const {
  return request_ && !request_->data;
}

bool UdcController::HandleNext() {
  const auto event = files_->NextEvent();
  if (!event) return false;
  // First the data: what the host sent before a request must not meet what the request changes.
  TakeCompletions();
  Handle(*event);
  return true;
}

void UdcController::Handle(const DeviceEvent& event) {
  if (const auto* setup = std::get_if<SetupPacket>(&event)) {
    files_->ClearEventSignal();  // the signal of this request; a later signal means something else
    Begin(*setup);
    return;
  }
  request_.reset();
  if (std::holds_alternative<BusResetEvent>(event)) {
    function_.BusReset();
    files_->SetEndpoints(false);
    endpoints_on_ = false;
    notification_.reset();
    ForgetBulkIn();
  } else if (const auto* configured = std::get_if<ConfiguredEvent>(&event)) {
    if (!configured->on || configured->resets || !function_.configured()) {
      function_.SetConfiguration(configured->on ? 1 : 0);
      ForgetNotification();
    }
    endpoints_on_ = configured->on;
    ForgetBulkIn();
  }
}

void UdcController::Begin(const SetupPacket& setup) {
  request_ = Request{++last_request_, setup, false, std::nullopt};
  if (files_->data_comes_first() && !IsIn(setup) && setup.length > 0) {
    request_->acknowledged = true;
    CollectData();
    return;
  }
  Ask(*request_);
}

/// Asks the function. A reply that comes at once is passed on at once.
void UdcController::Ask(Request request) {
  function_.HandleSetup(request.setup, [this, number = request.number](ControlReply reply) {
    {
      std::lock_guard lock(mutex_);
      replies_.emplace_back(number, std::move(reply));
    }
    Wake();
  });
  AnswerReplies();
}

void UdcController::AnswerReplies() {
  for (;;) {
    std::optional<ControlReply> reply;
    {
      std::lock_guard lock(mutex_);
      if (replies_.empty()) return;
      // If the number is another one, the host has given up that request.
      if (request_ && replies_.front().first == request_->number) {
        reply = std::move(replies_.front().second);
      }
      replies_.pop_front();
    }
    if (reply) Reply(*reply);
  }
}

void UdcController::Reply(const ControlReply& reply) {
  const SetupPacket setup = request_->setup;
  const bool has_out_data = !IsIn(setup) && setup.length > 0;
  if (request_->data) {  // the kernel accepted it long ago
    if (std::holds_alternative<Ack>(reply)) function_.DataStage(setup, *request_->data);
    request_.reset();
    return;
  }
  if (std::holds_alternative<Ack>(reply) && has_out_data) {
    request_->acknowledged = true;
    CollectData();
    return;
  }
  request_.reset();
  TakeBackBulkIn();  // no data behind the answer that says that its context has ended
  if (const auto* bytes = std::get_if<Bytes>(&reply)) {
    files_->SendControl(setup, *bytes);
  } else if (std::holds_alternative<Ack>(reply)) {
    FollowRequest(setup);
    files_->AckControl(setup);
  } else {
    files_->StallControl(setup);
  }
}

void UdcController::CollectData() {
  auto received = files_->ReceiveControl(request_->setup);
  if (std::holds_alternative<DeviceFiles::Pending>(received)) return;
  if (std::holds_alternative<DeviceFiles::Cancelled>(received)) {
    request_.reset();
    return;
  }
  Bytes& data = std::get<Bytes>(received);
  if (!files_->data_comes_first()) {
    const SetupPacket setup = request_->setup;
    request_.reset();
    function_.DataStage(setup, data);
    return;
  }
  request_->acknowledged = false;
  request_->data = std::move(data);
  // The device does not wait any more: the next request may come while this one is held.
  Ask(*request_);
}

/// Makes the endpoints ready and drops outdated transfers, before the host is told that its request
/// is carried out.
void UdcController::FollowRequest(const SetupPacket& setup) {
  if (IsStandard(setup, kSetConfiguration)) {
    files_->SetEndpoints(false);
    endpoints_on_ = function_.configured();
    files_->SetEndpoints(endpoints_on_);
    notification_.reset();
    ntb_.reset();
    taken_back_.reset();
    failures_ = 0;
  } else if (IsStandard(setup, kSetInterface)) {
    const bool data = setup.index == data_interface_;
    files_->ResetToggles(data ? DeviceFiles::Interface::kData : DeviceFiles::Interface::kControl);
    if (data) ForgetBulkIn();
    failures_ = 0;
  } else if (RequestTypeOf(setup) == RequestType::kClass &&
             setup.request == static_cast<std::uint8_t>(ClassRequest::kResetFunction)) {
    ForgetBulkIn();
    ForgetNotification();
  }
}

void UdcController::Complete(EndpointCompletion&& completion) {
  failures_ = completion.ok ? 0 : failures_ + 1;
  switch (completion.kind) {
    case EndpointCompletion::Kind::kNotification:
      notification_under_way_ = false;
      // A notification that failed because the endpoints were set up again is sent again.
      if (completion.ok) notification_.reset();
      break;
    case EndpointCompletion::Kind::kBulkIn:
      --bulk_in_under_way_;
      if (taken_back_ && !completion.ok) {
        taken_back_->push_back(std::move(completion.data));
      } else {
        function_.GiveBackBulk(std::move(completion.data));
      }
      ReturnBulkIn();
      break;
    case EndpointCompletion::Kind::kBulkOut:
      --bulk_out_under_way_;
      if (completion.ok) function_.ReceiveBulk(completion.data);
      reads_.GiveBack(std::move(completion.data));
      break;
  }
}

void UdcController::Pump() {
  if (!endpoints_on_ || failures_ >= kMaxFailures) return;
  PumpBulk();
  if (notification_under_way_) return;
  if (!notification_) notification_ = function_.TakeNotification();
  TakeBackBulkIn();  // the notification may be of a context that has ended
  if (notification_) notification_under_way_ = files_->StartNotification(*notification_);
}

/// NTBs from before a reset would have wrong sequence numbers and perhaps the wrong format.
void UdcController::ForgetBulkIn() {
  ntb_.reset();
  // The function forgets which sessions have ended: their blocks do not come back.
  if (std::exchange(taken_back_, std::nullopt)) function_.TakeBackBulk({});
  files_->CancelBulkIn();
  failures_ = 0;  // cancelled transfers are not failures
}

/// RESPONSE_AVAILABLE from before a reset announces nothing.
void UdcController::ForgetNotification() {
  notification_.reset();
  if (notification_under_way_) files_->CancelNotification();
}

/// If a session has ended, cancels the NTBs that the host has not got. They return to the function
/// once all of them have ended.
void UdcController::TakeBackBulkIn() {
  if (!session_ended_.exchange(false)) return;
  if (!taken_back_) taken_back_.emplace();
  if (ntb_) taken_back_->push_back(*std::exchange(ntb_, std::nullopt));
  if (bulk_in_under_way_ > 0) files_->CancelBulkIn();
  failures_ = 0;  // cancelled transfers are not failures
  ReturnBulkIn();
}

void UdcController::ReturnBulkIn() {
  if (!taken_back_ || bulk_in_under_way_ > 0) return;
  function_.TakeBackBulk(*std::exchange(taken_back_, std::nullopt));
}

void UdcController::PumpBulk() {
  while (bulk_out_under_way_ < kBulkTransfers) {
    if (!read_) read_ = reads_.Take(read_size_);
    if (!files_->StartBulkOut(std::move(*read_))) break;
    read_.reset();
    ++bulk_out_under_way_;
  }
  while (!taken_back_ && bulk_in_under_way_ < kBulkTransfers) {
    if (!ntb_) ntb_ = function_.TakeBulk();
    if (!ntb_ || !files_->StartBulkIn(std::move(*ntb_))) return;
    ntb_.reset();
    ++bulk_in_under_way_;
  }
}

}  // namespace mbnrig::usb
