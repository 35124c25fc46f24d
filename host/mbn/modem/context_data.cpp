#include "mbn/modem/context_data.h"

#include <fmt/format.h>

#include <exception>
#include <string>
#include <utility>

#include "client/call.h"
#include "mbim/basic_connect.h"
#include "mbim/codec.h"

namespace mbnrig::mbn {

ContextData::ContextData(ModemLink& link, const PublishedState& state, const ServiceTimes& times,
                         const l2::L2Options& options, std::function<void(mbim::Status)> refused)
    : link_(link), state_(state), times_(times), options_(options), refused_(std::move(refused)) {}

bool ContextData::IsActivated() const {
  const Snapshot state = state_.Get();
  return state->connect.value &&
         state->connect.value->activation_state == mbim::ActivationState::kActivated;
}

void ContextData::FollowContext() {
  if (link_.over() || !follows_addresses()) return;
  if (!IsActivated()) {
    l2_.reset();
    return;
  }
  if (l2_ || asking_) return;
  asking_ = true;
  client::Query(*link_.device(), mbim::kIpConfiguration, {},
                link_.Then([this](const client::Reply& reply) { OnAnswer(reply); }));
}

void ContextData::OnAnswer(const client::Reply& reply) {
  asking_ = false;
  if (!IsActivated()) return;
  if (reply.ok()) {
    no_addresses_.clear();
    LearnAddresses(reply.information);
  } else if (reply.outcome != client::Outcome::kGone) {
    const std::string why = reply.Why();
    if (std::exchange(no_addresses_, why) != why)
      link_.LogInfo(fmt::format("no IP configuration: {}; asking again later", why));
    link_.After(times_.retry, [this] { FollowContext(); });
    if (reply.outcome == client::Outcome::kAnswered) refused_(reply.status);
  }
}

void ContextData::LearnAddresses(mbim::ByteView payload) {
  if (!follows_addresses() || !IsActivated()) return;
  const auto info = mbim::Decode<mbim::IpConfigurationInfo>(payload);
  if (!info) {
    link_.LogWarning("malformed IP_CONFIGURATION: " + info.error().ToString());
    return;
  }
  if (info->session_id != 0) return;
  if (l2_ && l2_->settings() == l2::SettingsFrom(*info)) return;
  l2_.reset();
  try {
    l2_ = std::make_unique<l2::L2Connection>(link_.device(), std::uint8_t{0}, *info, options_);
  } catch (const std::exception& error) {
    link_.LogWarning(fmt::format("no network interface: {}", error.what()));
  }
}

}  // namespace mbnrig::mbn
