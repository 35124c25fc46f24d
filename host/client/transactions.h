#pragma once

/// The transactions of one device that wait for their answers.

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "client/device.h"
#include "transport/control_pipe.h"
#include "transport/executor.h"

namespace mbnrig::client {

struct Transaction {
  mbim::MessageType answer{};  ///< the message that answers it
  mbim::Uuid service;          ///< of a command, with its `cid`
  std::uint32_t cid = 0;
  Device::ReplyHandler done;
  transport::Executor::TimerId timer = 0;
  transport::ControlPipe::SendId send = 0;
};

/// Not thread-safe.
class TransactionTable {
 public:
  /// `first_id` is the first transaction id to be given.
  explicit TransactionTable(std::uint32_t first_id) : next_id_(first_id) {}

  /// Adds a transaction and gives it an id: not 0, and none that waits or was abandoned lately.
  std::uint32_t Add(Transaction transaction);
  /// Null when no transaction with that id waits.
  Transaction* Find(std::uint32_t id);
  /// Takes an answered one out. Its id may be given again.
  std::optional<Transaction> Take(std::uint32_t id);
  /// Takes a transaction out whose answer may still come.
  std::optional<Transaction> Abandon(std::uint32_t id);
  /// Abandons all, oldest first.
  std::vector<Transaction> AbandonAll();
  /// Whether a late answer to an abandoned transaction may carry this id.
  bool Abandoned(std::uint32_t id) const;
  /// Where the search for the next id begins.
  void set_next_id(std::uint32_t id) { next_id_ = id; }
  bool empty() const { return waiting_.empty(); }

 private:
  struct Entry {
    std::uint64_t order = 0;
    Transaction transaction;
  };

  std::map<std::uint32_t, Entry> waiting_;
  std::deque<std::uint32_t> abandoned_;  ///< the latest, of bounded number
  std::uint32_t next_id_;
  std::uint64_t added_ = 0;
};

}  // namespace mbnrig::client
