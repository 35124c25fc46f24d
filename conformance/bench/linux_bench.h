#pragma once

#include <filesystem>

#include "bench/bench.h"
#include "mbn/service.h"

namespace mbnrig::bench {

/// What the Linux targets share: the host's services run in this process, over a monitor that the
/// target chooses, with a profile store of the bench's own.
class LinuxBench : public Bench {
 public:
  ~LinuxBench() override;

  void StartMbn() override;
  void StopMbn() override;
  void StartRras(RouterType type) override;
  void StopRras() override;
  void PauseRras() override;
  void WithoutRights(const std::function<void()>& call) override;
  void WithoutMemory(const std::function<void()>& call) override;

 protected:
  /// Makes the store's folder. Throws RigFault.
  explicit LinuxBench(Options options);
  void ForgetProfiles() override;

  /// The bus that the Mobile Broadband service shall watch.
  virtual std::unique_ptr<client::Monitor> MakeMonitor() = 0;

 private:
  std::filesystem::path state_dir_;
};

}  // namespace mbnrig::bench
