#pragma once

/// Typed commands: the structures follow from the command's constant (mbim/cid.h), so a wrong one
/// does not compile, whatever the service.
///
///     Query(device, mbim::kDeviceCaps, {}, [](const Result<mbim::DeviceCapsInfo>& caps) {
///       if (!caps) return Log(caps.Why());
///       Use(caps.value->device_id);
///     });

#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "client/device.h"
#include "mbim/cid.h"
#include "mbim/codec.h"

namespace mbnrig::client {

/// How a typed command ended, and the structure in the modem's answer.
template <class Response>
struct Result : Reply {
  /// Set if the information buffer holds a Response, even if the status is not success: some
  /// commands report there why they failed (NwError).
  std::optional<Response> value;
  std::string damage;  ///< why the information buffer cannot be read; empty if it can

  Result() = default;
  explicit Result(Reply reply) : Reply(std::move(reply)) {
    if (outcome != Outcome::kAnswered) return;
    auto decoded = mbim::Decode<Response>(information);
    if (decoded) {
      value = std::move(*decoded);
    } else {
      damage = decoded.error().ToString();
    }
  }

  /// True if the command succeeded and `value` is set.
  explicit operator bool() const { return ok() && value.has_value(); }
  /// Why it is false: Reply::Why, or what is wrong with the answer.
  std::string Why() const { return ok() ? "malformed answer: " + damage : Reply::Why(); }
};

namespace call {

template <class C, class Done>
void Send(Device& device, const C& cid, mbim::CommandType type, mbim::Bytes information, Done done,
          std::chrono::milliseconds timeout) {
  using Response = Result<typename C::Response>;
  static_assert(std::invocable<Done&, Response>, "the handler takes Result<Response> or Reply");
  device.Command(
      cid.service, cid.number, type, std::move(information),
      [done = std::move(done)](Reply reply) mutable { done(Response(std::move(reply))); }, timeout);
}

}  // namespace call

/// Sends a query of `cid`. `done` takes a Result<Response>, or a Reply if it does not need the
/// structure. It is called exactly once, on the client's thread, as by Device::Command. A `timeout`
/// of 0 means Timeouts::command.
template <mbim::AnyCid C, class Done>
void Query(Device& device, const C& cid, const std::type_identity_t<typename C::Query>& query,
           Done done, std::chrono::milliseconds timeout = std::chrono::milliseconds{0}) {
  static_assert(mbim::kIsForm<typename C::Query>, "the command has no query");
  call::Send(device, cid, mbim::CommandType::kQuery, mbim::Encode(query), std::move(done), timeout);
}

/// Sends a set of `cid`. Otherwise like Query.
template <mbim::AnyCid C, class Done>
void Set(Device& device, const C& cid, const std::type_identity_t<typename C::Set>& set, Done done,
         std::chrono::milliseconds timeout = std::chrono::milliseconds{0}) {
  static_assert(mbim::kIsForm<typename C::Set>, "the command has no set");
  call::Send(device, cid, mbim::CommandType::kSet, mbim::Encode(set), std::move(done), timeout);
}

}  // namespace mbnrig::client
