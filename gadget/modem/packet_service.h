#pragma once

/// PACKET_SERVICE: attaching and detaching.

#include <optional>
#include <vector>

#include "mbim/basic_connect.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class PacketService final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  std::vector<scenario::Key<Change>> keys() override;
  void PowerOn() override;
  /// Detaches if registration or network is lost. Attaches by itself if the scenario says so.
  void Settle() override;
  void TellLoss() override;
  void Tell() override;
  void Report(nlohmann::json& state) const override;
  void Note(Notes& notes) const override;

  bool attached() const { return state_ == mbim::PacketServiceState::kAttached; }
  /// Why the modem was detached, a cause of TS 24.008. 0: no cause.
  std::uint32_t nw_error() const { return nw_error_; }

 private:
  mbim::PacketServiceInfo Current() const;
  mbim::PacketServiceInfo Failed(std::uint32_t nw_error) const;
  void Set(const mbim::SetPacketService& request, const Answer<mbim::PacketServiceInfo>& answer);

  void Attach();
  void ConcludeAttach();
  void Detach(std::uint32_t cause, mbim::Status status);
  void AttachByNetwork();
  void DetachByNetwork(std::uint32_t cause);
  void AnswerWaiting(mbim::Status status);

  mbim::PacketServiceState state_ = mbim::PacketServiceState::kDetached;
  std::uint32_t nw_error_ = 0;
  bool automatic_ = true;  // may attach by itself; not after an explicit detach
  std::optional<Timers::Id> timer_;
  std::vector<Answer<mbim::PacketServiceInfo>> waiting_;
  Told<mbim::PacketServiceInfo> told_;
};

}  // namespace mbnrig::modem
