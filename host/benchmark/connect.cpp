// Connects the first modem over libusb and creates its network interface, for as long as standard
// input is open. For measurements through this interface.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <future>

#include "client/call.h"
#include "client/monitor.h"
#include "l2/l2_connection.h"
#include "mbim/codec.h"

namespace mbnrig {
namespace {

using client::Device;
using client::Reply;

struct FirstArrival : client::Monitor::Listener {
  void OnArrival(std::shared_ptr<Device> device) override {
    if (!std::exchange(seen, true)) arrived.set_value(std::move(device));
  }
  void OnRemoval(std::shared_ptr<Device>) override {}
  bool seen = false;
  std::promise<std::shared_ptr<Device>> arrived;
};

/// Makes one asynchronous call and waits for its outcome. Every call of the device has a time
/// limit.
template <class Call>
Reply Wait(const char* what, Call call) {
  std::promise<Reply> promise;
  call([&promise](Reply reply) { promise.set_value(std::move(reply)); });
  Reply reply = promise.get_future().get();
  if (!reply.ok()) {
    const bool answered = reply.outcome == client::Outcome::kAnswered;
    throw std::runtime_error(std::string("the modem does not ") + what + ": " +
                             (answered ? std::string(mbim::StatusName(reply.status))
                                       : std::string(client::OutcomeName(reply.outcome))));
  }
  return reply;
}

mbim::IpConfigurationInfo Activate(Device& device, const std::string& apn) {
  Wait("open", [&](auto done) { device.Open(done); });
  Wait("attach", [&](auto done) {
    client::Set(device, mbim::kPacketService,
                mbim::SetPacketService{mbim::PacketServiceAction::kAttach}, done);
  });
  mbim::SetConnect connect;
  connect.activation_command = mbim::ActivationCommand::kActivate;
  connect.access_string = apn;
  connect.ip_type = mbim::IpType::kIpv4v6;
  Wait("connect", [&](auto done) { client::Set(device, mbim::kConnect, connect, done); });
  const Reply reply = Wait("report its addresses", [&](auto done) {
    client::Query(device, mbim::kIpConfiguration, mbim::IpConfigurationInfo{}, done);
  });
  const auto configuration = mbim::Decode<mbim::IpConfigurationInfo>(reply.information);
  if (!configuration) throw std::runtime_error("malformed IP_CONFIGURATION response");
  return *configuration;
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Connects the first MBIM modem over libusb, prints the name of the network interface,\n"
      "and disconnects when standard input ends.");
  std::string apn = "internet";
  int patience = 60;
  app.add_option("--apn", apn, "access point name (default: internet)");
  app.add_option("--patience", patience, "seconds to wait for the modem (default: 60)");
  CLI11_PARSE(app, argc, argv);
  try {
    FirstArrival listener;
    const auto monitor = client::MakeLibusbMonitor({}, {});
    monitor->Start(listener);
    auto arrived = listener.arrived.get_future();
    if (arrived.wait_for(std::chrono::seconds(patience)) != std::future_status::ready) {
      throw std::runtime_error("no MBIM modem");
    }
    const auto device = arrived.get();
    const auto configuration = Activate(*device, apn);
    {
      const l2::L2Connection connection(device, 0, configuration, {});
      std::puts(connection.interface_name().c_str());
      std::fflush(stdout);
      char byte = 0;
      while (::read(STDIN_FILENO, &byte, 1) > 0) {
      }
    }
    monitor->Stop();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}

}  // namespace
}  // namespace mbnrig

int main(int argc, char** argv) {
  return mbnrig::Main(argc, argv);
}
