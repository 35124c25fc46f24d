#pragma once

/// Messages on their way to a function, fragment by fragment: one at a time is under way.

#include <deque>

#include "transport/control_pipe.h"

namespace mbnrig::transport {

/// Not thread-safe.
class Outbox {
 public:
  ControlPipe::SendId Add(std::vector<Bytes> fragments, ControlPipe::SendDone done);
  /// What is not yet on its way of that message stays unsent, and its `done` uncalled.
  void Discard(ControlPipe::SendId id);
  void DiscardAll();
  /// The same, also of the fragment under way, of whose end nobody will tell.
  void Clear();

  /// The fragment that is to go now, valid until End; null while one is under way, or where there
  /// is none.
  const Bytes* Begin();
  /// The fragment under way has ended so. A message that is over is told to whoever sent it.
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
