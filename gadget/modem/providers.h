#pragma once

/// HOME_PROVIDER and VISIBLE_PROVIDERS.

#include "mbim/basic_connect.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class Providers final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  std::vector<scenario::Key<Change>> keys() override;
  void PowerOn() override { scanning_ = false; }
  void Report(nlohmann::json& state) const override;

 private:
  void QueryHome(const Answer<mbim::Provider>& answer);
  /// NO_DEVICE_SUPPORT: only multi-carrier modems take another home provider.
  void SetHome(const Answer<mbim::Provider>& answer);
  void QueryVisible(const mbim::VisibleProvidersReq& request,
                    const Answer<mbim::Providers>& answer);
  void ConcludeScan(const Answer<mbim::Providers>& answer);
  mbim::Providers Visible() const;

  bool scanning_ = false;
};

/// The visible provider with this id. Null if there is none.
const mbim::Provider* FindVisible(const Machine& machine, const std::string& id);
/// The provider that automatic registration finds.
const mbim::Provider& ServingProvider(const Machine& machine);

}  // namespace mbnrig::modem
