#pragma once

/// The data of session 0: an L2 connection while the context is activated.

#include <functional>
#include <memory>
#include <string>

#include "l2/l2_connection.h"
#include "mbn/modem/modem_link.h"
#include "mbn/modem/published_state.h"
#include "mbn/service.h"

namespace mbnrig::mbn {

/// Asks for the addresses when the context is activated, connects session 0 with them, and
/// disconnects it when the context has ended. All methods are called on the worker. All references
/// must outlive this.
class ContextData {
 public:
  /// `refused` is called when the modem refuses a command.
  ContextData(ModemLink& link, const PublishedState& state, const ServiceTimes& times,
              const l2::L2Options& options, std::function<void(mbim::Status)> refused);

  /// False if the host carries no data. IP_CONFIGURATION is not needed then.
  bool follows_addresses() const { return options_.mode != l2::L2Mode::kOff; }
  /// Call this when the context may have changed.
  void FollowContext();
  /// Call this with an answer to IP_CONFIGURATION or an indication of it.
  void LearnAddresses(mbim::ByteView payload);
  void End() { l2_.reset(); }

 private:
  void OnAnswer(const client::Reply& reply);
  bool IsActivated() const;

  ModemLink& link_;
  const PublishedState& state_;
  const ServiceTimes& times_;
  const l2::L2Options& options_;
  const std::function<void(mbim::Status)> refused_;
  bool asking_ = false;
  std::string no_addresses_;              // why the last question was not answered; empty: it was
  std::unique_ptr<l2::L2Connection> l2_;  // while the context is active with known addresses
};

}  // namespace mbnrig::mbn
