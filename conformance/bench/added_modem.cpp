#include "bench/added_modem.h"

#include <utility>

#include "scenario/scenario.h"

namespace mbnrig::bench {
namespace {

class TwoMonitors final : public client::Monitor {
 public:
  TwoMonitors(std::unique_ptr<client::Monitor> first, std::unique_ptr<client::Monitor> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  void Start(Listener& listener) override {
    first_->Start(listener);
    second_->Start(listener);
  }
  void Stop() override {
    second_->Stop();
    first_->Stop();
  }

 private:
  const std::unique_ptr<client::Monitor> first_, second_;
};

}  // namespace

AddedModem::AddedModem(usb::LoopbackBus& bus, const std::string& scenario)
    : gadget_(scenario::Load(scenario)), port_(bus, gadget_.function()) {
  gadget_.set_port(&port_);
  gadget_.Plug();
}

AddedModem::~AddedModem() {
  gadget_.set_port(nullptr);
}

std::unique_ptr<client::Monitor> WatchBoth(std::unique_ptr<client::Monitor> first,
                                           std::unique_ptr<client::Monitor> second) {
  return std::make_unique<TwoMonitors>(std::move(first), std::move(second));
}

}  // namespace mbnrig::bench
