#include "client/transactions.h"

#include <algorithm>

namespace mbnrig::client {
namespace {

constexpr std::size_t kMaxAbandoned = 256;

}  // namespace

std::uint32_t TransactionTable::Add(Transaction transaction) {
  while (next_id_ == 0 || waiting_.contains(next_id_) || Abandoned(next_id_)) {
    ++next_id_;
  }
  waiting_.emplace(next_id_, Entry{++added_, std::move(transaction)});
  return next_id_++;
}

Transaction* TransactionTable::Find(std::uint32_t id) {
  const auto it = waiting_.find(id);
  return it == waiting_.end() ? nullptr : &it->second.transaction;
}

std::optional<Transaction> TransactionTable::Take(std::uint32_t id) {
  const auto it = waiting_.find(id);
  if (it == waiting_.end()) {
    return std::nullopt;
  }
  Transaction transaction = std::move(it->second.transaction);
  waiting_.erase(it);
  return transaction;
}

std::optional<Transaction> TransactionTable::Abandon(std::uint32_t id) {
  auto transaction = Take(id);
  if (transaction) {
    abandoned_.push_back(id);
    if (abandoned_.size() > kMaxAbandoned) {
      abandoned_.pop_front();
    }
  }
  return transaction;
}

std::vector<Transaction> TransactionTable::AbandonAll() {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (const auto& [id, entry] : waiting_) {
    order.emplace_back(entry.order, id);
  }
  std::sort(order.begin(), order.end());
  std::vector<Transaction> all;
  for (const auto& [position, id] : order) {
    all.push_back(*Abandon(id));
  }
  return all;
}

bool TransactionTable::Abandoned(std::uint32_t id) const {
  return std::find(abandoned_.begin(), abandoned_.end(), id) != abandoned_.end();
}

}  // namespace mbnrig::client
