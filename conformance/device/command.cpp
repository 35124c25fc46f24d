#include "device/command.h"

#include <arpa/inet.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "device/run.h"

namespace mbnrig::device {
namespace {

constexpr const char* kFooter = R"(
Every test has the number that it has in the plan, and names the assertions that it checks. A test
is not applicable, and says why, if the modem, its SIM or its network lacks what the test needs.
Data tests need an access point that sends back every datagram (--apn; the plan and this rig call it
loopback), or a host that answers pings (--ping).

exit status: 0 no test failed, except for known failures; 1 a test failed, or a known failure did
not fail; 2 the rig went wrong (no modem, no rights, bad usage, no test matches), which says nothing
about the modem.

examples:
  mbnrig device --id 1199:9071 --apn internet --ping 8.8.8.8 --json report.json
  mbnrig device --embedded fixtures/scenarios/small-control.yaml --filter CM_)";

/// Reads VID:PID in hexadecimal.
void ReadId(const std::string& text, Options& options) {
  unsigned vendor = 0, product = 0;
  char after = 0;
  if (std::sscanf(text.c_str(), "%4x:%4x%c", &vendor, &product, &after) != 2) {
    throw CLI::ValidationError("--id", "'" + text + "' is not of the form 1199:9071");
  }
  options.vendor_id = static_cast<std::uint16_t>(vendor);
  options.product_id = static_cast<std::uint16_t>(product);
}

mbim::Ipv4Address ReadAddress(const std::string& text) {
  mbim::Ipv4Address address;
  if (inet_pton(AF_INET, text.c_str(), address.octets.data()) != 1) {
    throw CLI::ValidationError("--ping", "'" + text + "' is not an IPv4 address");
  }
  return address;
}

/// The values of the command line.
struct Arguments {
  RunOptions run;
  std::string id, ping;
  bool list = false;
};

/// Shortens the waits: a modem in this process is faster than one across a network.
void SuitEmbedded(Timeouts& times) {
  times.quiet = milliseconds(40);
  times.network = milliseconds(20'000);
}

int Execute(Arguments& arguments, const char* program) {
  if (arguments.list) return List(arguments.run.filter, std::cout);
  Options& target = arguments.run.target;
  if (!arguments.id.empty()) ReadId(arguments.id, target);
  if (!arguments.ping.empty()) target.network.ping = ReadAddress(arguments.ping);
  if (!target.scenario.empty()) SuitEmbedded(target.times);
  const bool to_stdout = arguments.run.json == "-" || arguments.run.junit == "-";
  try {
    return Run(arguments.run, program, to_stdout ? std::cerr : std::cout,
               report::Style::Of(to_stdout ? stderr : stdout));
  } catch (const std::exception& error) {
    std::cerr << "mbnrig: " << error.what() << '\n';
    return 2;
  }
}

}  // namespace

void AddDeviceCommand(CLI::App& app, const char* program, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  Options& target = arguments->run.target;
  CLI::App* command = app.add_subcommand("device", "compliance.md)/compliance.md)");
  command->footer(kFooter);
  CLI::Option* id =
      command->add_option("--id", arguments->id, "the modem's USB ids, if there are several modems")
          ->option_text("VID:PID");
  command
      ->add_option("--embedded", target.scenario,
                   "test this rig's own modem, in this process, with a scenario")
      ->option_text("FILE")
      ->excludes(id);
  command
      ->add_option_function<unsigned>(
          "--wait",
          [&target](unsigned seconds) { target.times.arrival = std::chrono::seconds(seconds); },
          "how long to wait for a modem (default: 60)")
      ->check(CLI::Range(0u, 86'400u).description(""))
      ->option_text("SECONDS");
  command
      ->add_option_function<unsigned>(
          "--timeout",
          [&target](unsigned seconds) {
            target.times.answer = target.times.open = std::chrono::seconds(seconds);
          },
          "how long to wait for an answer (default: 30 for OPEN, 10 for others); a low value "
          "helps\n"
          "with a modem that does not answer, because every test waits for it")
      ->check(CLI::Range(1u, 3'600u).description(""))
      ->option_text("SECONDS");
  command->add_flag("--list", arguments->list,
                    "list all tests, or those of --filter, with their assertions");
  command
      ->add_option("--filter", arguments->run.filter,
                   "only these tests: a part of number, suite or title, an assertion, or a\n"
                   "pattern of Google Test")
      ->option_text("PATTERN");
  command
      ->add_option("--known-failure", arguments->run.known_failures,
                   "a test that is known to fail here: its failure does not count, but if it does\n"
                   "not fail, that counts as a failure; repeatable")
      ->allow_extra_args(false)
      ->option_text("NUMBER");
  command->add_option("--json", arguments->run.json, "write a report; - is stdout")
      ->option_text("FILE");
  command->add_option("--junit", arguments->run.junit, "write a report for CI; - is stdout")
      ->option_text("FILE");
  command->add_option("--apn", target.network.apn, "the access point (default: loopback)")
      ->option_text("NAME");
  command->add_option("--user", target.network.user_name, "user name for the access point")
      ->option_text("NAME");
  command->add_option("--password", target.network.password, "password for the access point")
      ->option_text("TEXT");
  command
      ->add_option("--ping", arguments->ping, "a host behind the access point that answers pings")
      ->option_text("IPV4");
  command
      ->add_option("--control", target.control,
                   "the control socket of this rig's modem, which can unplug it")
      ->option_text("ADDRESS");
  command->add_flag("--by-hand", target.by_hand, "a person will unplug the modem when asked");
  command->callback([arguments, program, &status] { status = Execute(*arguments, program); });
}

}  // namespace mbnrig::device
