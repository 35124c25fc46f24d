#pragma once

/// A network behind a link: datagrams in both directions are delayed or lost. The object's own
/// thread delivers them.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "data/link.h"
#include "data/network.h"
#include "scenario/scenario.h"

namespace mbnrig::data {

class ConditionedNetwork : public Network {
 public:
  /// `make` creates the network behind the link. Its argument receives that network's datagrams,
  /// which then go through the link to `downlink`.
  ConditionedNetwork(const scenario::LinkConditions& conditions, Downlink downlink,
                     const std::function<std::unique_ptr<Network>(Downlink)>& make);
  ~ConditionedNetwork() override;

  void Activate(const Context& context) override;
  void Deactivate(std::uint8_t session) override;
  void Uplink(std::uint8_t session, ByteView datagram) override;

 private:
  void Put(Link& link, std::uint8_t session, Bytes datagram);
  void Run();

  const Downlink downlink_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Link up_, down_;
  bool delivering_ = false;
  bool stopping_ = false;
  std::unique_ptr<Network> behind_;
  std::thread thread_;
};

/// Whether the conditions make any difference.
bool HasEffect(const scenario::LinkConditions& conditions);

}  // namespace mbnrig::data
