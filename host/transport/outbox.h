#pragma once

/// Messages that are sent to a function, fragment by fragment. One fragment at a time is on its
/// way.

#include <deque>

#include "transport/control_pipe.h"

namespace mbnrig::transport {

/// Not thread-safe.
class Outbox {
 public:
  ControlPipe::SendId Add(std::vector<Bytes> fragments, ControlPipe::SendDone done);
  /// Drops the fragments of this message that are not on their way, and its `done`.
  void Discard(ControlPipe::SendId id);
  void DiscardAll();
  /// Drops everything, also the fragment on its way. Nobody reports the end of that fragment.
  void Clear();

  /// The next fragment to send, valid until End. Null if one is on its way or none is left.
  const Bytes* Begin();
  /// The fragment on its way has ended with `result`. Calls `done` if its message has ended.
  void End(SendResult result);

 private:
  struct Message {
    ControlPipe::SendId id = 0;
    std::vector<Bytes> fragments;
    std::size_t next = 0;
    ControlPipe::SendDone done;
  };
  static void Curtail(Message& message);

  std::deque<Message> messages_;
  bool under_way_ = false;
  ControlPipe::SendId last_id_ = 0;
};

}  // namespace mbnrig::transport
