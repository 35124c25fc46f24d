#pragma once

/// The way of an answer back to the host.

#include <functional>
#include <utility>

#include "mbim/codec.h"
#include "mbim/protocol.h"

namespace mbnrig::modem {

/// Sends a status and an information buffer to the host. Is called once, at once or later. If the
/// transaction does not exist any more (cancelled, channel closed), nothing is sent.
using SendAnswer = std::function<void(mbim::Status, mbim::Bytes)>;

/// The answer to a command whose response is an R. A call with another structure does not compile.
template <class R>
class Answer {
 public:
  explicit Answer(SendAnswer send) : send_(std::move(send)) {}

  void operator()(const R& info) const { (*this)(mbim::Status::kSuccess, info); }
  void operator()(mbim::Status status) const { send_(status, {}); }
  void operator()(mbim::Status status, const R& info) const { send_(status, mbim::Encode(info)); }

 private:
  SendAnswer send_;
};

}  // namespace mbnrig::modem
