#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "bench/added_modem.h"
#include "bench/bench.h"
#include "mbn/service.h"
#include "usb/loopback.h"

namespace mbnrig::bench {

/// The common part of the Linux targets: the host's services run in this process, on the target's
/// monitor, with a profile store in a temporary folder.
class LinuxBench : public Bench {
 public:
  ~LinuxBench() override;

  void AddModem(std::string_view scenario) override;
  void StartMbn() override;
  void StopMbn() override;
  void StartRras(RouterType type) override;
  void StopRras() override;
  void PauseRras() override;
  void WithoutRights(const std::function<void()>& call) override;
  void AsStoreApp(std::string_view name, const std::function<void()>& call) override;
  void WithoutMemory(const std::function<void()>& call) override;

 protected:
  /// Makes the store's folder. Throws RigFault if that fails.
  explicit LinuxBench(Options options);
  void ForgetProfiles() override;
  void RemoveAddedModems() override { added_modems_.clear(); }

  /// Makes the monitor of the first modem's bus for the Mobile Broadband service.
  virtual std::unique_ptr<client::Monitor> MakeMonitor() = 0;
  /// Whether connections become network interfaces of this machine.
  virtual l2::L2Mode l2_mode() const = 0;

 private:
  std::filesystem::path state_dir_;
  usb::LoopbackBus added_bus_;
  std::vector<std::unique_ptr<AddedModem>> added_modems_;
  const std::shared_ptr<l2::DatagramSocket> datagrams_ = std::make_shared<l2::DatagramSocket>();
};

}  // namespace mbnrig::bench
