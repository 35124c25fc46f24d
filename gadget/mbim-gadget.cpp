// mbim-gadget: the firmware. Makes this machine's USB device controller an MBIM modem that behaves,
// and fails, as a scenario says.

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "control/server.h"
#include "gadget.h"
#include "mbim/service_table.h"
#include "trace/writer.h"
#include "usb/controller.h"

namespace mbnrig {
namespace {

constexpr char kProgram[] = "mbim-gadget";

struct Options {
  std::string scenario;
  usb::ControllerKind controller = usb::ControllerKind::kFunctionFs;
  std::string udc;
  std::string control = "/run/mbnrig/gadget.sock";
  std::string log_level = "info";
  std::string trace;
  bool list_services = false;
};

const std::map<std::string, usb::ControllerKind> kControllers{
    {"functionfs", usb::ControllerKind::kFunctionFs}, {"gadgetfs", usb::ControllerKind::kGadgetFs}};

const char* NameOf(usb::ControllerKind kind) {
  return kind == usb::ControllerKind::kFunctionFs ? "functionfs" : "gadgetfs";
}

void Describe(CLI::App& app, Options& options) {
  app.description(
      "Plugs an emulated MBIM modem into the USB device controller (UDC) of this machine, and "
      "keeps\n"
      "it there until SIGTERM or SIGINT. Needs root.");
  app.footer(
      "controllers\n"
      "  functionfs  set up in configfs; needs the modules libcomposite and usb_f_fs. Stock "
      "kernels\n"
      "              take no class descriptors there: for hosts that speak libusb.\n"
      "  gadgetfs    needs the module gadgetfs. The host's own MBIM driver (cdc_mbim) binds.\n"
      "\n"
      "examples\n"
      "  modprobe dummy_hcd && modprobe gadgetfs     # no board at hand: a bus in the kernel\n"
      "  mbim-gadget --controller gadgetfs --scenario fixtures/scenarios/default.yaml\n"
      "  scripts/faults/max-contexts                 # while it runs; docs/control.md has the "
      "rest\n"
      "\n"
      "exit status: 0 after a signal, 1 when it cannot start (one line says why), 2 when a\n"
      "scenario cannot be used, else a wrong option.");
  app.add_option("--scenario", options.scenario,
                 "what the modem, its SIM and its network are, and how they fail\n"
                 "(docs/scenarios.md); without it, a modem in good health")
      ->type_name("FILE");
  app.add_option("--controller", options.controller, "how the modem gets on the bus (functionfs)")
      ->transform(CLI::CheckedTransformer(kControllers).description(""))
      ->type_name("functionfs|gadgetfs");
  app.add_option("--udc", options.udc,
                 "which UDC, as in /sys/class/udc; needed where there are several")
      ->type_name("NAME");
  app.add_option("--control", options.control,
                 "where to listen for control requests: a Unix socket's path, or\n"
                 "tcp:[ADDRESS:]PORT (127.0.0.1 unless ADDRESS says otherwise)")
      ->capture_default_str()
      ->type_name("SOCKET");
  app.add_option("--trace", options.trace,
                 "write what passes on USB, and what becomes of the modem, into a file that\n"
                 "Wireshark and `mbnrig trace` read (docs/trace.md). It holds PINs in clear.")
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
      fmt::print("  {:3} {:30} {:5} {:3} {:10} MBIM 1.0, {}\n", cid.cid, cid.name,
                 cid.query != nullptr ? "query" : "", cid.set != nullptr ? "set" : "",
                 cid.indication != nullptr ? "indication" : "", cid.section);
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

/// Unplugs the gadget before its port goes.
struct Stopper {
  Gadget& gadget;
  ~Stopper() { gadget.Stop(); }
};

void RunGadget(const Options& options) {
  const EndSignals end;
  Gadget gadget(options.scenario.empty() ? scenario::Scenario{} : scenario::Load(options.scenario));
  const auto port = usb::MakeController(options.controller, options.udc, gadget.function());
  const control::Server server(control::ParseAddress(options.control),
                               [&gadget](const std::string& method, const nlohmann::json& params) {
                                 return gadget.Control(method, params);
                               });
  if (!options.trace.empty()) {
    trace::WriterOptions writer;
    writer.application = kProgram;
    gadget.set_trace(std::make_shared<trace::Writer>(options.trace, writer));
  }
  const Stopper stopper{gadget};
  gadget.set_port(port.get());
  gadget.Plug();
  fmt::print("{}: ready, plugged in through {}; control socket {}\n", kProgram,
             NameOf(options.controller), control::ToText(server.address()));
  std::fflush(stdout);
  end.Wait();
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("", kProgram);
  Describe(app, options);
  CLI11_PARSE(app, argc, argv);
  spdlog::set_default_logger(spdlog::stderr_color_mt(kProgram));
  spdlog::set_pattern("%n: %^%l%$: %v");
  spdlog::set_level(spdlog::level::from_str(options.log_level));
  if (options.list_services) {
    ListServices();
    return 0;
  }
  try {
    RunGadget(options);
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
