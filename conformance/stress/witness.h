#pragma once

/// A client's sink that sees every event, and checks their order.

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "com/ptr.h"
#include "mbn/api/sink.h"
#include "stress/requests.h"
#include "stress/run.h"

namespace mbnrig::stress {

/// The arrivals and removals of modems and of their connections, by interface ID. Not thread-safe.
class Lifetimes {
 public:
  explicit Lifetimes(Findings& findings) : findings_(findings) {}

  /// An event comes whose object belongs to that interface.
  void Note(mbn::EventId event, const std::string& interface_id);
  /// The service has stopped: everything has been removed.
  void CheckAtRest();

 private:
  struct Modem {
    bool present = false, connection = false;
  };
  Findings& findings_;
  std::map<std::string, Modem> modems_;  // also those that have gone: an ID never comes back
};

/// Of the event thread while the service runs, and of the test while it is stopped.
class Witness final : public mbn::SinkOfAllEvents<Witness> {
 public:
  /// `mbn`: the phases of the Mobile Broadband service. All arguments outlive this.
  Witness(Findings& findings, Requests& requests, const PhaseOf& mbn);
  ~Witness() override { --alive_; }

  /// `handler` is called for each event, on the event thread. It may throw.
  void set_handler(std::function<void(const mbn::EventArguments&)> handler) {
    handler_ = std::move(handler);
  }
  /// The service has stopped and delivers nothing any more.
  void CheckAtRest() { lifetimes_.CheckAtRest(); }
  std::size_t events() const { return count_; }

  /// How many witnesses exist.
  static int alive() { return alive_; }

  /// Called by Sink.
  template <class... A>
  HRESULT OnEvent(mbn::EventId id, const std::tuple<A...>& arguments) {
    return Note(id, mbn::ReadArguments(id, arguments));
  }

 private:
  HRESULT Note(mbn::EventId id, const mbn::EventArguments& arguments);

  static inline std::atomic<int> alive_{0};

  Findings& findings_;
  Requests& requests_;
  const PhaseOf& mbn_;
  std::size_t count_ = 0;
  std::atomic<bool> in_handler_{false};
  Lifetimes lifetimes_;
  std::function<void(const mbn::EventArguments&)> handler_;
};

/// A sink of a client that comes and goes. It counts what it is told.
class PassingSink final : public mbn::SinkOfAllEvents<PassingSink> {
 public:
  PassingSink() { ++alive_; }
  ~PassingSink() override { --alive_; }

  /// How many exist.
  static int alive() { return alive_; }

  /// Called by Sink.
  template <class... A>
  HRESULT OnEvent(mbn::EventId, const std::tuple<A...>&) {
    ++told_;
    return S_OK;
  }

 private:
  static inline std::atomic<int> alive_{0};
  std::atomic<int> told_{0};
};

}  // namespace mbnrig::stress
