#pragma once

/// REGISTER_STATE: automatic and manual registration with the scenario's network. The modem
/// registers as soon as SIM, PIN and radio allow it, and deregisters when they no longer do.

#include <optional>
#include <string>
#include <vector>

#include "mbim/basic_connect.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class Registration final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  void PowerOn() override;
  /// A registered modem follows a change of the network at once.
  void Settle() override;
  void TellLoss() override;
  void Tell() override;
  void Report(nlohmann::json& state) const override;
  void Note(Notes& notes) const override;

  /// Registered at home, roaming or with a partner.
  bool registered() const;
  bool manual() const { return mode_ == mbim::RegisterMode::kManual; }
  /// The provider to register with, in manual mode.
  const std::string& selected() const { return selected_; }
  /// The provider that the modem is registered with, or that denied it. "": none.
  const std::string& provider_id() const { return network_.provider.provider_id; }
  /// Why registration was denied, a cause of TS 24.008. 0: it was not denied.
  std::uint32_t nw_error() const { return network_.nw_error; }

 private:
  /// The network's answer to a modem that registers.
  struct Result {
    mbim::RegisterState state = mbim::RegisterState::kDeregistered;
    mbim::Provider provider;
    std::uint32_t nw_error = 0;
  };

  mbim::RegistrationStateInfo Current() const;
  mbim::RegistrationStateInfo Failed(std::uint32_t nw_error) const;
  void Set(const mbim::SetRegistrationState& request,
           const Answer<mbim::RegistrationStateInfo>& answer);

  Result AskServing() const;
  Result AskSelected() const;
  void Start();
  void Conclude();
  void Deregister();
  void CancelTimer();
  void AnswerWaiting();

  bool started_ = false;  // the modem may register, and has begun to
  mbim::RegisterMode mode_ = mbim::RegisterMode::kAutomatic;
  std::string selected_;
  Result network_;
  std::optional<Timers::Id> timer_;  // until the network answers
  std::vector<Answer<mbim::RegistrationStateInfo>> waiting_;
  Told<mbim::RegistrationStateInfo> told_;
};

}  // namespace mbnrig::modem
