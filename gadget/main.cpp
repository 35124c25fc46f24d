// mbim-gadget, the firmware. It makes a USB device controller of this machine an MBIM modem that
// works and fails as a scenario says, or offers several modems on the network over USB/IP.

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

constexpr char kDescription[] =
    R"(Plugs an emulated MBIM modem into a USB device controller (UDC) of this machine, or offers
modems on the network over USB/IP, until SIGTERM or SIGINT. A UDC needs root.)";

constexpr char kFooter[] = R"(controllers
  functionfs  set up in configfs; needs the modules libcomposite and usb_f_fs. Stock kernels
              refuse class descriptors there, so it serves hosts that use libusb.
  gadgetfs    needs the module gadgetfs. The host's own MBIM driver (cdc_mbim) binds.
  usbip       needs nothing on this machine. A machine with the module vhci-hcd attaches the
              modem with scripts/usbip-attach or usbip; cdc_mbim binds. See docs/usbip.md.

examples
  modprobe dummy_hcd && modprobe gadgetfs     # without a board: a USB bus in the kernel
  mbim-gadget --controller gadgetfs --scenario fixtures/scenarios/default.yaml
  mbim-gadget --controller usbip --listen 0.0.0.0:3240 --control /tmp/modem.sock \
      --scenario a.yaml --scenario b.yaml     # modems 1-1 and 1-2; the control socket of
                                              # the second is /tmp/modem.sock.2
  scripts/faults/max-contexts                 # while it runs; docs/control.md has the rest

exit status: 0 after a signal, 1 when the gadget cannot start, 2 for a mistake in a scenario or
an option; one line gives the reason.)";

void DescribeModem(CLI::App& app, Options& options) {
  app.add_option("--scenario", options.scenarios,
                 "description of the modem, its SIM, its network, and their faults\n"
                 "(docs/scenarios.md). Default: a modem in good health. With --controller\n"
                 "usbip repeatable: one modem each")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_option("--control", options.controls,
                 "address for control requests: the path of a Unix socket, or\n"
                 "tcp:[ADDRESS:]PORT (default ADDRESS: 127.0.0.1). For several modems name\n"
                 "one each, or only the first; then modem N has SOCKET.N, or the port N-1\n"
                 "higher")
      ->allow_extra_args(false)
      ->capture_default_str()
      ->type_name("SOCKET");
}

void DescribeBus(CLI::App& app, Options& options) {
  app.add_option("--controller", options.controller, "the way onto the bus (default: functionfs)")
      ->check(CLI::IsMember({"functionfs", "gadgetfs", "usbip"}).description(""))
      ->type_name("functionfs|gadgetfs|usbip");
  app.add_option("--udc", options.udc,
                 "name of the UDC in /sys/class/udc; needed where there are several")
      ->type_name("NAME");
  app.add_option("--listen", options.listen,
                 "with --controller usbip: address for clients (default:\n"
                 "127.0.0.1:3240). There is no authentication: use a trusted network")
      ->type_name("ADDRESS:PORT");
  app.add_option("--speed", options.speed,
                 "with --controller usbip: speed of the bus, instead of the speed in the\n"
                 "scenarios")
      ->check(CLI::IsMember({"full", "high", "super"}).description(""))
      ->type_name("full|high|super");
}

void DescribeOutput(CLI::App& app, Options& options) {
  app.add_option("--trace", options.trace,
                 "write the USB transfers and the modem's state changes into a file for\n"
                 "Wireshark and `mbnrig trace` (docs/trace.md). The file shows PINs in\n"
                 "clear. Modem N of several has FILE.N")
      ->type_name("FILE.pcapng");
  app.add_option("--log-level", options.log_level, "how much to log on stderr")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}).description(""))
      ->capture_default_str()
      ->type_name("debug|info|warn|error|off");
  app.add_flag("--list-services", options.list_services,
               "print the MBIM services and commands of the modem, and exit");
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

/// Blocks the signals that end the program in every thread, so that one thread can wait for them.
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

/// One modem with its port and its control socket.
struct Modem {
  explicit Modem(const scenario::Scenario& scenario) : name(scenario.name), gadget(scenario) {}
  ~Modem() { gadget.Stop(); }  // unplugs it before its port is destroyed
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

  /// Writes a trace into `file`, unless the name is empty. Modem `number` of several has
  /// FILE.NUMBER.
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

/// The control socket of each of `count` modems.
std::vector<control::Address> ControlAddresses(const std::vector<std::string>& given,
                                               std::size_t count) {
  if (given.size() != 1 && given.size() != count) {
    throw std::runtime_error(
        fmt::format("--control: {} sockets for {} modems: name one for each, or only the first",
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
    } else if (next.port != 0) {  // 0 stands for any free port, for each modem
      if (first.port + addresses.size() > UINT16_MAX) {
        throw std::runtime_error("--control: too few port numbers are left for all modems");
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

/// Each modem has a connection and a control socket: many modems need more files than a shell
/// allows.
void AllowManyFiles() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

void RunOnUsbip(const Options& options) {
  const EndSignals end;
  if (!options.udc.empty()) throw std::runtime_error("--udc: not for --controller usbip");
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
      spdlog::warn(
          "modems {} and {} have the same usb.serial {}: a host may take them for one device",
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
  if (!options.listen.empty()) throw std::runtime_error("--listen: only for --controller usbip");
  if (!options.speed.empty()) {
    throw std::runtime_error("--speed: only for --controller usbip; a UDC has a speed of its own");
  }
  if (options.scenarios.size() > 1) {
    throw std::runtime_error(
        "--scenario: a UDC has one modem; several modems need --controller usbip");
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
  CLI::App app(kDescription, kProgram);
  app.footer(kFooter);
  DescribeModem(app, options);
  DescribeBus(app, options);
  DescribeOutput(app, options);
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
