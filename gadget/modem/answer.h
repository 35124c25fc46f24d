#pragma once

/// The way back to the host for one transaction.

#include <functional>
#include <utility>

#include "mbim/codec.h"
#include "mbim/protocol.h"

namespace mbnrig::modem {

/// Sends status and information buffer to the host. It is called once, at once or later. Where the
/// transaction is gone by then (cancelled, channel closed), nothing goes out.
using SendAnswer = std::function<void(mbim::Status, mbim::Bytes)>;

/// The answer to a command whose response is an R. Another structure does not compile.
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
