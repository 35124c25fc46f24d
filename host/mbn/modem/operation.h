#pragma once

/// An asynchronous request that the service carries out. It decides whether it is accepted, what it
/// does with the modem, and how it ends. The class Operations (operations.h) runs it.

#include <winerror.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "client/device.h"
#include "mbim/cid.h"
#include "mbim/codec.h"
#include "mbn/api/event_id.h"
#include "mbn/api/page.h"
#include "mbn/modem/fact.h"
#include "mbn/modem/lane.h"
#include "mbn/service.h"

namespace mbnrig::mbn {

/// Why a session ends before its operations do.
enum class Ending { kModemLeft, kServiceStopped };
/// ERROR_NOT_FOUND, ERROR_SERVICE_NOT_ACTIVE.
HRESULT CodeOf(Ending ending);

/// The methods that an operation may use once it has begun. Call them on the worker. Steps run on
/// the worker, and never after the operation has completed.
class OperationContext {
 public:
  using Step = std::function<void(const client::Reply&)>;

  virtual ~OperationContext() = default;

  virtual Snapshot snapshot() const = 0;
  virtual const ServiceTimes& times() const = 0;
  /// Ends the operation: the completion event gets `status` and the modem's `answer`. Calls after
  /// the first one do nothing.
  virtual void Complete(HRESULT status, mbim::Bytes answer = {}) = 0;
  virtual bool complete() const = 0;

  /// Sends a command. A `timeout` of 0 means client::Timeouts::command.
  virtual void Send(const mbim::CommandId& cid, mbim::CommandType type, mbim::Bytes information,
                    Step done, std::chrono::milliseconds timeout = {}) = 0;
  virtual void After(std::chrono::milliseconds delay, std::function<void()> step) = 0;

  /// Updates a fact from an answer. If `payload` cannot be read, logs a warning and returns false.
  virtual bool Learn(const Fact& fact, mbim::ByteView payload) = 0;
  virtual void Learn(const Fact& fact, const StateChange& change) = 0;
  /// Asks the modem for a fact. Also allowed after the completion.
  virtual void Ask(const Fact& fact) = 0;
  /// Whether a refusal of the modem contradicts the fact, and the modem has not answered since.
  virtual bool InDoubt(const Fact& fact) const = 0;
  /// Writes one line about the modem to the log.
  virtual void LogWarning(std::string_view what) const = 0;
};

/// Sends a typed command.
template <mbim::AnyCid C>
void SendQuery(OperationContext& context, const C& cid, const typename C::Query& query,
               OperationContext::Step done, std::chrono::milliseconds timeout = {}) {
  static_assert(mbim::kIsForm<typename C::Query>, "the command has no query");
  context.Send(cid, mbim::CommandType::kQuery, mbim::Encode(query), std::move(done), timeout);
}
template <mbim::AnyCid C>
void SendSet(OperationContext& context, const C& cid, const typename C::Set& set,
             OperationContext::Step done, std::chrono::milliseconds timeout = {}) {
  static_assert(mbim::kIsForm<typename C::Set>, "the command has no set");
  context.Send(cid, mbim::CommandType::kSet, mbim::Encode(set), std::move(done), timeout);
}

/// One request of a client. It completes exactly once, whatever happens to the modem and the
/// service.
class Operation {
 public:
  virtual ~Operation() = default;

  virtual Lane lane() const = 0;
  /// The event that reports the end.
  virtual EventId completion() const = 0;

  /// Accepts the request: returns S_OK and changes `state` accordingly. Or refuses it: returns the
  /// code of the method and leaves `state` unchanged. Called on the client's thread, under the
  /// state's lock.
  virtual HRESULT Admit(ModemState& state) const = 0;
  /// Begins the work, when the lane is free. Called on the worker, like the methods below. Must
  /// call OperationContext::Complete, at once or later.
  virtual void Begin(OperationContext& context) = 0;
  /// An answer or an indication has changed `fact` while the operation runs.
  virtual void OnFact(const Fact& /*fact*/, OperationContext& /*context*/) {}
  /// The status of the completion if the session ends first.
  virtual HRESULT Abandoned(Ending ending) const { return CodeOf(ending); }
  /// The status of the completion if memory is too short for the work.
  virtual HRESULT Failed() const { return PageOf(completion()).fallback(); }
  /// Changes the state at the moment of the completion.
  virtual void OnComplete(ModemState& /*state*/, HRESULT /*status*/) const {}
};

}  // namespace mbnrig::mbn
