#include "stress/surroundings.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "client/monitor.h"
#include "l2/datagram_socket.h"
#include "mbn/service.h"
#include "rras/service.h"
#include "scenario/scenario.h"

namespace mbnrig::stress {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kModems = 3;

scenario::Scenario Default() {
  return scenario::Load(MBNRIG_SOURCE_DIR "/fixtures/scenarios/default.yaml");
}

/// A state in which a modem connects.
const nlohmann::json kGoodWorld = {{"sim.state", "ready"},
                                   {"radio.software", "on"},
                                   {"radio.hardware", "on"},
                                   {"network.registration", "home"},
                                   {"network.emergency", "off"},
                                   {"network.packet_service", "available"},
                                   {"network.subscription", "active"},
                                   {"voice.call", "none"},
                                   {"contexts.limit", 1},
                                   {"timing.activation", "0ms"},
                                   {"timing.attach", "0ms"}};

nlohmann::json AnyChange(Random& random) {
  static constexpr const char* kChanges[] = {
      R"({"sim.state": "absent"})",
      R"({"sim.state": "bad"})",
      R"({"sim.state": "locked"})",
      R"({"radio.software": "off"})",
      R"({"radio.hardware": "off"})",
      R"({"network.registration": "searching"})",
      R"({"network.registration": "denied"})",
      R"({"network.registration": "roaming"})",
      R"({"network.packet_service": "detached"})",
      R"({"network.packet_service": "refused"})",
      R"({"network.subscription": "lapsed"})",
      R"({"network.emergency": "on"})",
      R"({"voice.call": "in-progress"})",
      R"({"contexts.limit": 0})",
      R"({"timing.activation": "20ms"})",
      R"({"timing.attach": "10ms"})",
  };
  return nlohmann::json::parse(random.Of(kChanges));
}

/// Faults that end by themselves.
nlohmann::json AnyFault(Random& random) {
  static constexpr const char* kFaults[] = {
      R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "status",
          "status": "FAILURE", "times": 1})",
      R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "status",
          "status": "PACKET_SERVICE_DETACHED", "times": 1})",
      R"({"on": "command", "cid": "CONNECT", "type": "set", "activation": "deactivate",
          "do": "status", "status": "CONTEXT_NOT_ACTIVATED", "times": 1})",
      R"({"on": "answer", "cid": "CONNECT", "type": "set", "do": "unplug", "times": 1})",
      R"({"on": "command", "cid": "SUBSCRIBER_READY_STATUS", "type": "query", "do": "status",
          "status": "BUSY", "times": 1})",
      R"({"on": "answer", "cid": "CONNECT", "do": "delay", "delay": "5ms", "times": 3})",
  };
  return nlohmann::json::parse(random.Of(kFaults));
}

}  // namespace

Modems::Modem::Modem(usb::LoopbackBus& bus) : gadget(Default()), port(bus, gadget.function()) {
  gadget.set_port(&port);
  gadget.Plug();
}

Modems::Modem::~Modem() {
  gadget.set_port(nullptr);
}

Modems::Modems(Findings& findings) : findings_(findings) {
  for (std::size_t i = 0; i < kModems; ++i)
    modems_.push_back(std::make_unique<Modem>(bus_));
}

Modems::~Modems() = default;

void Modems::Live(Round& round, Random& random) {
  while (round.Pause(milliseconds(random.Below(30))))
    Change(*random.Of(modems_), random, round);
  for (const auto& modem : modems_) {
    Control(*modem, "clear", nlohmann::json::object());
    Control(*modem, "set", kGoodWorld);
    Control(*modem, "plug", nlohmann::json::object());
  }
}

void Modems::Control(Modem& modem, const std::string& method, const nlohmann::json& parameters) {
  try {
    modem.gadget.Control(method, parameters);
  } catch (const std::exception& error) {
    findings_.Add("gadget: " + method + " " + parameters.dump() + ": " + error.what());
  }
}

void Modems::Change(Modem& modem, Random& random, Round& round) {
  const auto nothing = nlohmann::json::object();
  switch (random.Below(10)) {
    case 0:
      return Control(modem, "unplug", nothing);
    case 1:
    case 2:
      return Control(modem, "plug", nothing);
    case 3:
      return Control(modem, "set", AnyChange(random));
    case 4:
      return Control(modem, "inject", AnyFault(random));
    case 5: {
      // The modem keeps its answers for a while.
      Control(modem, "inject", {{"on", "command"}, {"cid", "CONNECT"}, {"do", "hold"}});
      round.Pause(milliseconds(random.Below(20)));
      return Control(modem, "clear", nothing);
    }
    case 6:
      // Refused without a context that is active.
      try {
        modem.gadget.Control("set", {{"network.deactivate", 0}});
      } catch (const std::exception&) {
      }
      return;
    default:
      Control(modem, "set", kGoodWorld);
      return Control(modem, "plug", nothing);
  }
}

Services::Services(Findings& findings, usb::LoopbackBus& bus) : findings_(findings) {
  mbn::ServiceConfig mbn;
  client::Timeouts timeouts;
  mbn.monitor = [&bus, timeouts] { return client::MakeLoopbackMonitor(bus, timeouts); };
  mbn.state_dir = folder_.path();
  mbn.l2.mode = l2::L2Mode::kDatagrams;
  mbn.l2.socket = std::make_shared<l2::DatagramSocket>();
  mbn.times.retry = milliseconds(50);
  mbn.times.stop = kPatience;
  mbn::Service::Get().Configure(mbn);
  rras::ServiceConfig rras;
  rras.connect_timeout = kPatience;
  rras.disconnect_timeout = kPatience;
  rras.stop_timeout = kPatience;
  rras::Service::Get().Configure(rras);
}

Services::~Services() {
  rras::Service::Get().Stop();
  mbn::Service::Get().Stop();
}

void Services::StartMbn() {
  if (mbn_.Now().running()) return;
  mbn_.Next();
  mbn::Service::Get().Start();
  mbn_.Next();
}

void Services::StopMbn() {
  if (!mbn_.Now().running()) return;
  mbn_.Next();
  mbn::Service::Get().Stop();
  if (mbn::Service::Get().state() != mbn::ServiceState::kStopped)
    findings_.Add("the Mobile Broadband service does not stop");
  mbn_.Next();
}

void Services::StartRras() {
  if (rras_.Now().running()) return;
  rras_.Next();
  rras::Service::Get().Start();
  rras_.Next();
}

void Services::StopRras() {
  if (!rras_.Now().running()) return;
  rras_.Next();
  rras::Service::Get().Stop();
  if (rras::Service::Get().state() != rras::ServiceState::kStopped)
    findings_.Add("the RRAS service does not stop");
  rras_.Next();
}

void Services::StartBoth() {
  StartMbn();
  StartRras();
}

void Services::StopBoth(Random& random) {
  if (random.OneIn(2)) StopRras();
  StopMbn();
  StopRras();
}

void Services::Live(Round& round, Random& random) {
  rras::Service& rras = rras::Service::Get();
  const auto pause = [&] {
    if (random.OneIn(2)) round.Pause(milliseconds(random.Below(10)));
  };
  do {
    StartBoth();
    round.Pause(milliseconds(random.Below(200)));
    switch (random.Below(5)) {
      case 0:
        StopMbn();
        pause();
        StartMbn();
        break;
      case 1:
        StopRras();
        pause();
        StartRras();
        break;
      case 2:
        StopRras();
        StopMbn();
        pause();
        break;
      case 3:
        StopMbn();
        pause();
        StopRras();
        break;
      default:
        rras.Pause();
        pause();
        rras.Continue();
    }
  } while (!round.over());
}

}  // namespace mbnrig::stress
