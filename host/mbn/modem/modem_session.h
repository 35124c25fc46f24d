#pragma once

/// One modem of the service. The session opens the modem, listens to it, and connects its parts:
/// its facts (known_facts.h), its operations (operations.h) and its data (context_data.h).

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client/device.h"
#include "mbn/modem/context_data.h"
#include "mbn/modem/known_facts.h"
#include "mbn/modem/modem_link.h"
#include "mbn/modem/operations.h"
#include "mbn/modem/published_state.h"
#include "mbn/modem/request_ids.h"
#include "mbn/service.h"
#include "service/task_thread.h"

namespace mbnrig::mbn {

/// The parts of the service that a session uses. All of them outlive the session's work.
struct SessionSurroundings {
  service::TaskThread& worker;  ///< runs the work of all sessions
  service::TaskThread& events;
  EventSink& sink;
  RequestIds& request_ids;
  const ServiceTimes& times;
  const ServiceLimits& limits;
  const l2::L2Options& l2;
};

/// Must be made by std::make_shared. Public methods may be called on any thread. Everything else
/// runs on the worker.
class ModemSession : public std::enable_shared_from_this<ModemSession> {
 public:
  /// When the session has ended and the modem is not listed any more, the event thread calls
  /// `removed` with this session.
  ModemSession(std::shared_ptr<client::Device> device, SessionSurroundings surroundings,
               std::function<void(const ModemSession&)> removed);

  /// Tries to open the modem until it succeeds, then announces the modem.
  void Start();
  /// Ends the session and completes its operations. After their completions, the modem is removed
  /// from the lists on the event thread. Needs no memory. Calls after the first one do nothing.
  void End(Ending ending) noexcept;

  const std::shared_ptr<client::Device>& device() const { return link_.device(); }
  Snapshot snapshot() const { return state_->Get(); }
  bool interface_listed() const { return state_->interface_listed(); }
  bool connection_listed() const { return state_->connection_listed(); }
  /// False once the device has left USB, which may be before the service has handled its removal.
  bool reachable() const { return !ended_ && device()->present(); }
  /// Waits until every fact is known. False after `timeout`. Must not be called on the worker.
  bool WaitUntilKnown(std::chrono::milliseconds timeout) const;

  /// Accepts an operation or refuses it. With S_OK, `request` is the ID of the completion event; it
  /// is set before the operation can begin. E_HANDLE once the session ends. If it throws
  /// std::bad_alloc, nothing has begun.
  HRESULT Submit(std::unique_ptr<Operation> operation, std::uint32_t* request);

 private:
  void Open();
  void OnOpened(const client::Reply& reply);
  void Reopen();
  void Subscribe();
  void ListenToIndications();
  void OnIndication(const client::Indication& indication);
  void OnLearned(const Fact& fact);
  void OnEnd(Ending ending);
  void Begin();

  const SessionSurroundings surroundings_;
  ModemLink link_;
  const std::shared_ptr<PublishedState> state_;
  KnownFacts facts_;
  Operations operations_;
  ContextData data_;
  const std::function<void(const ModemSession&)> removed_;
  std::atomic<bool> ended_{false};

  // The end, with all the memory that it needs.
  struct Leaving {
    Ending ending{};
    std::shared_ptr<ModemSession> session{};  // from End on
  };
  std::shared_ptr<Leaving> leaving_;  // until End, as end_
  service::TaskThread::Ready end_;    // calls OnEnd on the worker

  // Used on the worker.
  std::optional<PublishedState::Withdrawal> withdrawal_;
  bool open_ = false;
  bool begin_again_ = false;  // memory was short when the modem was open
  bool told_of_flood_ = false;
  std::string cannot_open_;  // why the last attempt failed; empty: it did not
  std::chrono::steady_clock::time_point opened_{};
};

}  // namespace mbnrig::mbn
