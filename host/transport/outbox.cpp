#include "transport/outbox.h"

#include <algorithm>
#include <utility>

namespace mbnrig::transport {

ControlPipe::SendId Outbox::Add(std::vector<Bytes> fragments, ControlPipe::SendDone done) {
  messages_.push_back({++last_id_, std::move(fragments), 0, std::move(done)});
  return last_id_;
}

void Outbox::Discard(ControlPipe::SendId id) {
  const auto it =
      std::lower_bound(messages_.begin(), messages_.end(), id,
                       [](const Message& m, ControlPipe::SendId wanted) { return m.id < wanted; });
  if (it == messages_.end() || it->id != id) {
    return;
  }
  if (it == messages_.begin() && under_way_) {
    Curtail(*it);
  } else {
    messages_.erase(it);
  }
}

void Outbox::DiscardAll() {
  if (under_way_) {
    messages_.resize(1);
    Curtail(messages_.front());
  } else {
    messages_.clear();
  }
}

void Outbox::Clear() {
  messages_.clear();
  under_way_ = false;
}

/// The current fragment continues. End finds no further fragment and calls nobody.
void Outbox::Curtail(Message& message) {
  message.fragments.resize(message.next + 1);
  message.done = [](SendResult) {};
}

const Bytes* Outbox::Begin() {
  if (under_way_ || messages_.empty()) {
    return nullptr;
  }
  under_way_ = true;
  return &messages_.front().fragments[messages_.front().next];
}

void Outbox::End(SendResult result) {
  under_way_ = false;
  Message& message = messages_.front();
  if (result == SendResult::kSent && ++message.next < message.fragments.size()) {
    return;
  }
  const auto done = std::move(message.done);
  messages_.pop_front();
  done(result);
}

}  // namespace mbnrig::transport
