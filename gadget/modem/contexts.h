#pragma once

/// CONNECT and IP_CONFIGURATION: activating and deactivating contexts. An active context is a
/// session of the data pipe.

#include <map>
#include <optional>
#include <vector>

#include "mbim/basic_connect.h"
#include "modem/answer.h"
#include "modem/machine.h"
#include "modem/modem.h"

namespace mbnrig::modem {

class Contexts final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  std::vector<scenario::Key<Change>> keys() override;
  void PowerOn() override;
  /// Forgets all sessions without telling the host.
  void ChannelReset() override;
  /// Deactivates all sessions if the packet service is lost.
  void Settle() override;
  void TellLoss() override;
  void Tell() override;
  void Report(nlohmann::json& state) const override;
  void Note(Notes& notes) const override;

  /// The activated sessions, in the order of their ids.
  std::vector<ActiveSession> Active() const;

 private:
  /// A session that is active or about to be.
  struct Session {
    mbim::ActivationState state = mbim::ActivationState::kActivating;
    mbim::SetConnect request;
    mbim::IpType ip_type{};
    std::string apn;
    mbim::IpConfigurationInfo ip;
    std::uint64_t serial = 0;  ///< once it is activated
    std::optional<Timers::Id> timer;
    std::optional<Answer<mbim::ConnectInfo>> waiting;
  };
  /// Why an activation is refused. kSuccess: it is not refused.
  struct Refusal {
    mbim::Status status = mbim::Status::kSuccess;
    std::uint32_t nw_error = 0;
  };

  void Query(const mbim::ConnectInfo& request, const Answer<mbim::ConnectInfo>& answer);
  void Set(const mbim::SetConnect& request, const Answer<mbim::ConnectInfo>& answer);
  mbim::ConnectInfo Failed(mbim::ByteView set, std::uint32_t nw_error) const;
  void QueryIpConfiguration(const mbim::IpConfigurationInfo& request,
                            const Answer<mbim::IpConfigurationInfo>& answer);

  mbim::ConnectInfo InfoOf(std::uint32_t session_id, std::uint32_t nw_error) const;
  mbim::ConnectInfo InactiveInfo(const mbim::SetConnect& request, std::uint32_t nw_error) const;
  Refusal AskModem(const mbim::SetConnect& request) const;
  Refusal AskNetwork(Session& session) const;
  void Activate(const mbim::SetConnect& request, const Answer<mbim::ConnectInfo>& answer);
  void ConcludeActivation(std::uint32_t session_id);
  void End(std::uint32_t session_id, mbim::Status status, std::uint32_t nw_error, bool tell);

  std::map<std::uint32_t, Session> sessions_;  // by session id
  std::vector<mbim::ConnectInfo> ended_;       // sessions that the host must be told of
  std::vector<mbim::ConnectInfo> news_;        // of voice calls, for the host
  std::uint64_t last_serial_ = 0;
  mbim::VoiceCallState told_voice_call_{};
};

}  // namespace mbnrig::modem
