// mbim-gadget: the firmware. Makes this machine's USB device controller an MBIM modem that behaves,
// and fails, as a scenario says; or offers several of them on the network, over USB/IP.

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "control/server.h"
#include "gadget.h"
#include "mbim/service_table.h"
#include "trace/writer.h"
#include "usb/controller.h"
#include "usb/usbip_server.h"

namespace mbnrig {
namespace {

constexpr char kProgram[] = "mbim-gadget";
constexpr char kDefaultListen[] = "127.0.0.1:3240";

struct Options {
  std::vector<std::string> scenarios;
  std::string controller = "functionfs";
  std::string udc;
  std::string listen;
  std::string speed;
  std::vector<std::string> controls{"/run/mbnrig/gadget.sock"};
  std::string log_level = "info";
  std::string trace;
  bool list_services = false;
};

const std::map<std::string, scenario::UsbSpeed> kSpeeds{{"full", scenario::UsbSpeed::kFull},
                                                        {"high", scenario::UsbSpeed::kHigh},
                                                        {"super", scenario::UsbSpeed::kSuper}};

void Describe(CLI::App& app, Options& options) {
  app.description(
      "Plugs an emulated MBIM modem into the USB device controller (UDC) of this machine, or "
      "offers\n"
      "modems on the network over USB/IP, until SIGTERM or SIGINT. A UDC needs root.");
  app.footer(
      "controllers\n"
      "  functionfs  set up in configfs; needs the modules libcomposite and usb_f_fs. Stock "
      "kernels\n"
      "              take no class descriptors there: for hosts that speak libusb.\n"
      "  gadgetfs    needs the module gadgetfs. The host's own MBIM driver (cdc_mbim) binds.\n"
      "  usbip       needs nothing here. A machine with the module vhci-hcd attaches the modem "
      "with\n"
      "              scripts/usbip-attach or usbip; cdc_mbim binds. See docs/usbip.md.\n"
      "\n"
      "examples\n"
      "  modprobe dummy_hcd && modprobe gadgetfs     # no board at hand: a bus in the kernel\n"
      "  mbim-gadget --controller gadgetfs --scenario fixtures/scenarios/default.yaml\n"
      "  mbim-gadget --controller usbip --listen 0.0.0.0:3240 --control /tmp/modem.sock \\\n"
      "      --scenario a.yaml --scenario b.yaml     # 1-1 and 1-2; the second one's control "
      "socket\n"
      "                                              # is /tmp/modem.sock.2\n"
      "  scripts/faults/max-contexts                 # while it runs; docs/control.md has the "
      "rest\n"
      "\n"
      "exit status: 0 after a signal, 1 when it cannot start, 2 when a scenario or an option "
      "cannot\n"
      "be used; one line says why.");
  app.add_option("--scenario", options.scenarios,
                 "what the modem, its SIM and its network are, and how they fail\n"
                 "(docs/scenarios.md); without it, a modem in good health. Controller usbip:\n"
                 "repeatable, a modem each")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_option("--controller", options.controller, "how the modem gets on the bus (functionfs)")
      ->check(CLI::IsMember({"functionfs", "gadgetfs", "usbip"}).description(""))
      ->type_name("functionfs|gadgetfs|usbip");
  app.add_option("--udc", options.udc,
                 "which UDC, as in /sys/class/udc; needed where there are several")
      ->type_name("NAME");
  app.add_option("--listen", options.listen,
                 "controller usbip: where clients come to (127.0.0.1:3240). There is no\n"
                 "authentication: keep it on a trusted network")
      ->type_name("ADDRESS:PORT");
  app.add_option("--speed", options.speed,
                 "controller usbip: the speed of the bus, whatever the scenarios that it starts\n"
                 "with say of it")
      ->check(CLI::IsMember({"full", "high", "super"}).description(""))
      ->type_name("full|high|super");
  app.add_option("--control", options.controls,
                 "where to listen for control requests: a Unix socket's path, or\n"
                 "tcp:[ADDRESS:]PORT (127.0.0.1 unless ADDRESS says otherwise). Several\n"
                 "modems: one each, or the first one's; then modem N has SOCKET.N, or the\n"
                 "port N-1 higher")
      ->allow_extra_args(false)
      ->capture_default_str()
      ->type_name("SOCKET");
  app.add_option("--trace", options.trace,
                 "write what passes on USB, and what becomes of the modem, into a file that\n"
                 "Wireshark and `mbnrig trace` read (docs/trace.md). It holds PINs in clear.\n"
                 "Modem N of several has FILE.N")
      ->type_name("FILE.pcapng");
  app.add_option("--log-level", options.log_level, "what to say on stderr")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}).description(""))
      ->capture_default_str()
      ->type_name("debug|info|warn|error|off");
  app.add_flag("--list-services", options.list_services,
               "print the MBIM services and commands the modem knows, and exit");
  app.set_version_flag("--version", std::string(kProgram) + " " MBNRIG_VERSION);
}

void ListServices() {
  for (const auto& service : mbim::Services()) {
    fmt::print("{} {}\n", service.name, mbim::ToString(service.id));
    for (const auto& cid : service.cids) {
      const auto has = [&](mbim::FormKind kind) { return cid.FormOf(kind) != nullptr; };
      fmt::print("  {:3} {:30} {:5} {:3} {:10} MBIM 1.0, {}\n", cid.cid, cid.name,
                 has(mbim::FormKind::kQuery) ? "query" : "", has(mbim::FormKind::kSet) ? "set" : "",
                 has(mbim::FormKind::kIndication) ? "indication" : "", cid.section);
    }
  }
}

/// Blocks the signals that end the program in every thread, so that one can wait for them.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
      sigaddset(&set_, signal);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  void Wait() const {
    int signal = 0;
    ::sigwait(&set_, &signal);
  }

 private:
  sigset_t set_{};
};

scenario::Scenario ScenarioOf(const std::string& file) {
  if (!file.empty()) return scenario::Load(file);
  scenario::Scenario scenario;
  scenario.name = "a modem in good health";
  return scenario;
}

/// One modem with all it is reached through.
struct Modem {
  explicit Modem(const scenario::Scenario& scenario) : name(scenario.name), gadget(scenario) {}
  ~Modem() { gadget.Stop(); }  // unplugged before its port goes
  Modem(const Modem&) = delete;
  Modem& operator=(const Modem&) = delete;

  void Plug(std::unique_ptr<Port> into, const control::Address& control) {
    port = std::move(into);
    server.emplace(control, [this](const std::string& method, const nlohmann::json& params) {
      return gadget.Control(method, params);
    });
    gadget.set_port(port.get());
    gadget.Plug();
  }

  /// Writes into `file`, unless its name is empty; modem `number` of several into FILE.NUMBER.
  void Trace(std::string file, std::size_t number) {
    if (file.empty()) return;
    if (number > 1) file += fmt::format(".{}", number);
    trace::WriterOptions writer;
    writer.application = kProgram;
    gadget.set_trace(std::make_shared<trace::Writer>(file, writer));
  }

  const std::string name;
  Gadget gadget;
  std::unique_ptr<Port> port;
  std::optional<control::Server> server;
};

/// Where each of `count` modems is controlled.
std::vector<control::Address> ControlAddresses(const std::vector<std::string>& given,
                                               std::size_t count) {
  if (given.size() != 1 && given.size() != count) {
    throw std::runtime_error(
        fmt::format("--control: {} are named for {} modems: name one for each, or only the first "
                    "one's",
                    given.size(), count));
  }
  std::vector<control::Address> addresses;
  for (const auto& text : given)
    addresses.push_back(control::ParseAddress(text));
  const control::Address first = addresses.front();
  while (addresses.size() < count) {
    control::Address next = first;
    if (next.unix_domain()) {
      next.path += fmt::format(".{}", addresses.size() + 1);
    } else if (next.port != 0) {  // 0 is any free one, for each
      if (first.port + addresses.size() > UINT16_MAX) {
        throw std::runtime_error("--control: there are not as many ports above it as modems");
      }
      next.port = static_cast<std::uint16_t>(first.port + addresses.size());
    }
    addresses.push_back(next);
  }
  return addresses;
}

control::Address ListenAddress(const std::string& text) {
  try {
    auto address = control::ParseAddress("tcp:" + text);
    address.purpose = "USB/IP on";
    return address;
  } catch (const std::invalid_argument&) {
    throw std::runtime_error("--listen " + text + ": expected ADDRESS:PORT, e.g. 127.0.0.1:3240");
  }
}

/// A modem has its connection and control socket: many of them need more files than shells allow.
void AllowManyFiles() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

void RunOnUsbip(const Options& options) {
  const EndSignals end;
  if (!options.udc.empty()) throw std::runtime_error("--udc: USB/IP needs none");
  AllowManyFiles();
  const auto scenarios =
      options.scenarios.empty() ? std::vector<std::string>{""} : options.scenarios;
  const auto controls = ControlAddresses(options.controls, scenarios.size());
  std::vector<scenario::Scenario> loaded;
  for (const auto& file : scenarios)
    loaded.push_back(ScenarioOf(file));
  auto listen = ListenAddress(options.listen.empty() ? kDefaultListen : options.listen);
  Fd listener = control::Listen(listen);
  listen.port = control::BoundPort(listener);
  usb::UsbipServer usbip(std::move(listener));
  std::list<Modem> modems;
  std::map<std::string, std::size_t> serials;
  for (std::size_t i = 0; i < loaded.size(); ++i) {
    auto& scenario = loaded[i];
    const auto [same, fresh] = serials.emplace(scenario.usb.serial, i + 1);
    if (!fresh) {
      spdlog::warn("modems {} and {} have the same usb.serial, {}: hosts may take them for one",
                   same->second, i + 1, scenario.usb.serial);
    }
    if (!options.speed.empty()) scenario.usb.speed = kSpeeds.at(options.speed);
    Modem& modem = modems.emplace_back(scenario);
    modem.Trace(options.trace, i + 1);
    modem.Plug(usbip.MakePort(modem.gadget.function()), controls[i]);
    fmt::print("{}: {} is '{}'; control socket {}\n", kProgram,
               usb::UsbipServer::BusId(static_cast<std::uint32_t>(i + 1)), modem.name,
               control::ToText(modem.server->address()));
  }
  fmt::print("{}: ready, exported over USB/IP; {}\n", kProgram, control::ToText(listen));
  std::fflush(stdout);
  end.Wait();
}

void RunOnUdc(const Options& options) {
  const EndSignals end;
  if (!options.listen.empty()) throw std::runtime_error("--listen: is for --controller usbip");
  if (!options.speed.empty()) {
    throw std::runtime_error("--speed: is for --controller usbip; a UDC has the speed it has");
  }
  if (options.scenarios.size() > 1) {
    throw std::runtime_error("--scenario: a UDC has one modem; several need --controller usbip");
  }
  Modem modem(ScenarioOf(options.scenarios.empty() ? "" : options.scenarios.front()));
  const bool functionfs = options.controller == "functionfs";
  modem.Trace(options.trace, 1);
  modem.Plug(usb::MakeController(
                 functionfs ? usb::ControllerKind::kFunctionFs : usb::ControllerKind::kGadgetFs,
                 options.udc, modem.gadget.function()),
             ControlAddresses(options.controls, 1).front());
  fmt::print("{}: ready, plugged in through {}; control socket {}\n", kProgram,
             functionfs ? "functionfs" : "gadgetfs", control::ToText(modem.server->address()));
  std::fflush(stdout);
  end.Wait();
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("", kProgram);
  Describe(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: {}; see --help\n", kProgram, error.what());
    return 2;
  }
  spdlog::set_default_logger(spdlog::stderr_color_mt(kProgram));
  spdlog::set_pattern("%n: %^%l%$: %v");
  spdlog::set_level(spdlog::level::from_str(options.log_level));
  if (options.list_services) {
    ListServices();
    return 0;
  }
  try {
    options.controller == "usbip" ? RunOnUsbip(options) : RunOnUdc(options);
    return 0;
  } catch (const scenario::ScenarioError& error) {
    fmt::print(stderr, "{}: {}\n", kProgram, error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", kProgram, error.what());
    return 1;
  }
}

}  // namespace
}  // namespace mbnrig

int main(int argc, char** argv) {
  return mbnrig::Main(argc, argv);
}
