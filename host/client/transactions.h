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
  mbim::MessageType answer{};  ///< the type of the answer
  mbim::Uuid service;          ///< of a command, like `cid`
  std::uint32_t cid = 0;
  Device::ReplyHandler done;
  transport::Executor::TimerId timer = 0;
  transport::ControlPipe::SendId send = 0;
};

/// Not thread-safe.
class TransactionTable {
 public:
  /// `first_id` is the id of the first transaction.
  explicit TransactionTable(std::uint32_t first_id) : next_id_(first_id) {}

  /// Adds a transaction and returns its id, which is not 0. No other waiting or recently abandoned
  /// transaction has it.
  std::uint32_t Add(Transaction transaction);
  /// Null if no transaction with that id waits.
  Transaction* Find(std::uint32_t id);
  /// Removes a transaction that was answered. Its id may be used again.
  std::optional<Transaction> Take(std::uint32_t id);
  /// Removes a transaction whose answer may still come.
  std::optional<Transaction> Abandon(std::uint32_t id);
  /// Removes all, oldest first. Their answers may still come.
  std::vector<Transaction> AbandonAll();
  /// Whether a late answer to an abandoned transaction may carry this id.
  bool Abandoned(std::uint32_t id) const;
  /// Where the search for the next id begins.
  void set_next_id(std::uint32_t id) { next_id_ = id; }
  bool empty() const { return waiting_.empty(); }
  std::size_t size() const { return waiting_.size(); }

 private:
  struct Entry {
    std::uint64_t order = 0;
    Transaction transaction;
  };

  std::map<std::uint32_t, Entry> waiting_;
  std::deque<std::uint32_t> abandoned_;  ///< the most recent ones; their number is bounded
  std::uint32_t next_id_;
  std::uint64_t added_ = 0;
};

}  // namespace mbnrig::client
