// ModemSession's data: session 0 becomes an L2 connection when its context is activated, with the
// addresses that the modem has for it then, and goes with the context.

#include <fmt/format.h>

#include <exception>

#include "client/call.h"
#include "mbim/codec.h"
#include "mbn/log.h"
#include "mbn/modem/modem_session.h"

namespace mbnrig::mbn {

bool ModemSession::IsActivated() const {
  const Snapshot state = snapshot();
  return state->connect.value &&
         state->connect.value->activation_state == mbim::ActivationState::kActivated;
}

void ModemSession::FollowContext() {
  if (over_ || surroundings_.l2.mode == l2::L2Mode::kOff) return;
  if (!IsActivated()) {
    l2_.reset();
    return;
  }
  if (l2_ || asking_for_ip_) return;
  asking_for_ip_ = true;
  client::Query(*device_, mbim::kIpConfiguration, {},
                Then([](ModemSession& self, const client::Reply& reply) {
                  self.asking_for_ip_ = false;
                  self.OnIpConfiguration(reply);
                }));
}

void ModemSession::OnIpConfiguration(const client::Reply& reply) {
  if (!IsActivated()) return;
  if (reply.ok()) {
    LearnIpConfiguration(reply.information);
  } else if (reply.outcome != client::Outcome::kGone) {
    LogInfo(fmt::format("{}: no IP configuration: {}; will be asked again", device_->identity().id,
                        reply.Why()));
    After(surroundings_.times.retry, [](ModemSession& self) { self.FollowContext(); });
  }
}

void ModemSession::LearnIpConfiguration(mbim::ByteView payload) {
  if (surroundings_.l2.mode == l2::L2Mode::kOff || !IsActivated()) return;
  const auto info = mbim::Decode<mbim::IpConfigurationInfo>(payload);
  if (!info) {
    Log("has an IP configuration that cannot be: " + info.error().ToString());
    return;
  }
  if (info->session_id != 0) return;
  if (l2_ && l2_->settings() == l2::SettingsFrom(*info)) return;
  l2_.reset();
  try {
    l2_ = std::make_unique<l2::L2Connection>(device_, std::uint8_t{0}, *info, surroundings_.l2);
  } catch (const std::exception& error) {
    Log(fmt::format("is connected, but carries nothing: {}", error.what()));
  }
}

}  // namespace mbnrig::mbn
