#include "data/make_network.h"

#include "data/conditioned_network.h"
#include "data/responder.h"
#include "data/session_network.h"
#include "data/tun.h"

namespace mbnrig::data {
namespace {

using Sink = std::function<void(ByteView)>;

class ResponderPeer : public Peer {
 public:
  ResponderPeer(const Context& context, const scenario::NameTable& names, Sink sink)
      : responder_(context.ip, names), sink_(std::move(sink)) {}
  void Uplink(ByteView datagram) override { responder_.Receive(datagram, sink_); }

 private:
  Responder responder_;
  const Sink sink_;
};

class LoopbackPeer : public Peer {
 public:
  explicit LoopbackPeer(Sink sink) : sink_(std::move(sink)) {}
  void Uplink(ByteView datagram) override { sink_(datagram); }

 private:
  const Sink sink_;
};

}  // namespace

std::unique_ptr<Network> MakeNetwork(const scenario::Network& scenario, Downlink downlink) {
  if (scenario.data == scenario::DataNetwork::kTun) RequireTun();
  auto make_peer = [data = scenario.data, names = scenario.names](
                       const Context& context, Sink sink) -> std::unique_ptr<Peer> {
    if (context.apn == scenario::kLoopbackApn) {
      return std::make_unique<LoopbackPeer>(std::move(sink));
    }
    switch (data) {
      case scenario::DataNetwork::kResponder:
        return std::make_unique<ResponderPeer>(context, names, std::move(sink));
      case scenario::DataNetwork::kTun:
        return MakeTunPeer(context, std::move(sink));
      case scenario::DataNetwork::kNone:
        break;
    }
    return nullptr;
  };
  auto make = [&](Downlink to) -> std::unique_ptr<Network> {
    return std::make_unique<SessionNetwork>(make_peer, std::move(to));
  };
  if (!HasEffect(scenario.link)) return make(std::move(downlink));
  return std::make_unique<ConditionedNetwork>(scenario.link, std::move(downlink), make);
}

}  // namespace mbnrig::data
