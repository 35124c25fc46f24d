#pragma once

/// One modem that the service has: asks it what clients want to know, carries out their requests,
/// follows its indications.

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "client/device.h"
#include "mbn/modem/published_state.h"
#include "mbn/modem/request_ids.h"
#include "mbn/service.h"
#include "mbn/task_thread.h"

namespace mbnrig::mbn {

/// What a session uses of the service; all of it outlives the session's work.
struct SessionSurroundings {
  TaskThread& worker;  ///< runs every session's work
  TaskThread& events;
  EventSink& sink;
  RequestIds& request_ids;
  const ServiceTimes& times;
  const ServiceLimits& limits;
  const l2::L2Options& l2;
};

/// Made by std::make_shared. Public methods may be called on any thread; everything else happens on
/// the worker. A request that was accepted completes exactly once.
class ModemSession : public std::enable_shared_from_this<ModemSession> {
 public:
  ModemSession(std::shared_ptr<client::Device> device, SessionSurroundings surroundings);

  /// Opens the modem, again and again until it opens, then announces it.
  void Start();
  /// Ends the session: pending Connects complete with `failure`, pending Disconnects with S_OK. The
  /// modem leaves the lists on the event thread, where `removed` is called then.
  void End(HRESULT failure, std::function<void()> removed);

  const std::shared_ptr<client::Device>& device() const { return device_; }
  Snapshot snapshot() const { return state_->Get(); }
  bool interface_listed() const { return state_->interface_listed(); }
  bool connection_listed() const { return state_->connection_listed(); }
  /// False once USB knows no such device, which is before its removal has been processed.
  bool reachable() const { return !ended_ && device_->present(); }

  /// Begins to activate session 0. S_OK and a request ID; E_MBN_MAX_ACTIVATED_CONTEXTS when a
  /// context is active or on its way; E_INVALIDARG when the wire has no room for a text of
  /// `settings`. Throws std::bad_alloc, and then nothing has begun.
  HRESULT Connect(const mbim::SetConnect& settings, const std::string& profile_name,
                  ULONG* request_id);
  /// Begins to deactivate it. HRESULT_FROM_WIN32(ERROR_NOT_FOUND) when there is nothing to end.
  HRESULT Disconnect(ULONG* request_id);

 private:
  // What is asked of the modem, in this order: a connection's state before what makes it exist, so
  // that it is known as a rule when the connection arrives.
  enum class Question {
    kConnect,
    kCaps,
    kRadio,
    kPacketService,
    kSubscriber,
    kRegistration,
    kHomeProvider,
  };
  static constexpr std::size_t kQuestions = 7;
  struct Asking {
    bool under_way = false;
    bool again = false;  // the answer under way is old already
    bool later = false;  // will be asked again after a while
  };

  struct PendingRequest {
    std::uint32_t id = 0;
    Request kind = Request::kConnect;
    mbim::Bytes command;  // MBIM_SET_CONNECT
    std::string profile_name;
  };
  using RequestPtr = std::shared_ptr<PendingRequest>;
  // What the first request waits for.
  enum class Phase { kNone, kAttaching, kCommanded, kActivating, kDeactivating };

  // modem_session.cpp: opening, questions, indications
  void Open();
  void OnOpened(const client::Reply& reply);
  void Reopen();
  void Subscribe();
  void AskEverything();
  void AskUnknown();
  void Ask(Question question);
  void AskLater(Question question);
  void OnAnswer(Question question, const client::Reply& reply);
  void OnRefusal(Question question, mbim::Status status);
  void ListenToIndications();
  void OnIndication(const client::Indication& indication);
  static bool IsHeard(const client::Indication& indication);
  /// Takes in what `payload` says; false when it says nothing that can be read.
  bool Learn(Question question, mbim::ByteView payload);
  void LearnSubscriber(mbim::SubscriberReadyInfo info);
  void LearnConnect(const mbim::ConnectInfo& info);
  void OnEnd(HRESULT failure, std::function<void()> removed);
  static mbim::CommandId CidOf(Question question);
  static std::optional<Question> QuestionOf(std::uint32_t cid);

  // modem_requests.cpp: Connect and Disconnect
  HRESULT Admit(RequestPtr request, const PublishedState::Attempt& attempt, ULONG* request_id);
  void Enqueue(const RequestPtr& request);
  void RunFirst();
  void Attach(const RequestPtr& request);
  void OnAttachAnswer(const RequestPtr& request, const client::Reply& reply);
  void Activate(const RequestPtr& request);
  void OnActivateAnswer(const RequestPtr& request, const client::Reply& reply);
  void OnDeactivateAnswer(const RequestPtr& request, const client::Reply& reply);
  void AskWhetherActive(const RequestPtr& request);
  void OnNoMoreContexts(const RequestPtr& request, const std::optional<mbim::ConnectInfo>& session);
  void OnProgress();
  void Expect(const RequestPtr& request, Phase phase, std::chrono::milliseconds limit);
  void OnLate(const RequestPtr& request, Phase phase);
  HRESULT FailureOf(const client::Reply& reply) const;
  HRESULT RefusalOf(mbim::Status status, bool attaching) const;
  void CompleteConnect(const RequestPtr& request, HRESULT status, std::uint32_t network_error);
  void CompleteDisconnect(const RequestPtr& request);
  void Complete(const RequestPtr& request, HRESULT status, const PublishedState::Change& change);
  bool IsFirst(const RequestPtr& request) const;

  // modem_data.cpp: what the context carries
  void FollowContext();
  void OnIpConfiguration(const client::Reply& reply);
  void LearnIpConfiguration(mbim::ByteView payload);
  bool IsActivated() const;

  using Step = std::function<void(ModemSession&, const client::Reply&)>;
  /// A reply handler that runs `step` on the worker, unless the session has ended by then.
  client::Device::ReplyHandler Then(Step step);
  void After(std::chrono::milliseconds delay, std::function<void(ModemSession&)> step);
  void Log(std::string_view what) const;

  const std::shared_ptr<client::Device> device_;
  const SessionSurroundings surroundings_;
  const std::shared_ptr<PublishedState> state_;
  std::atomic<bool> ended_{false};

  // Of the worker.
  bool over_ = false;
  HRESULT end_ = S_OK;  // of a Connect, once over
  bool open_ = false;
  std::chrono::steady_clock::time_point opened_{};
  std::array<Asking, kQuestions> asking_{};
  std::deque<RequestPtr> requests_;
  Phase phase_ = Phase::kNone;
  bool asking_for_ip_ = false;
  bool told_of_flood_ = false;
  std::unique_ptr<l2::L2Connection> l2_;  // while the context is activated and its addresses known
};

}  // namespace mbnrig::mbn
