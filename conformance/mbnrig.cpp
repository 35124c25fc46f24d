// The program mbnrig: tools that a person uses by hand. Each has a subcommand.

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "device/command.h"
#include "trace/conversation.h"

namespace mbnrig {
namespace {

constexpr char kProgram[] = "mbnrig";

struct TraceArguments {
  std::string file;
  bool json = false;
  bool details = false;
};

/// Reads to the end, or to the first damage. Returns the reason why it stopped there. Empty if
/// everything was read.
std::string ReadTrace(std::istream& in, trace::Conversation& conversation,
                      std::optional<std::uint64_t>& start) {
  try {
    trace::Reader reader(in);
    for (trace::Packet packet; reader.Next(packet);) {
      if (!start) start = packet.time;
      conversation.Add(packet);
    }
    if (const auto dropped = reader.dropped(); dropped && *dropped != 0) {
      fmt::print(stderr, "{}: {} packets are missing: the disk was slower than the bus\n", kProgram,
                 *dropped);
    }
    // The program that wrote it was killed or is still writing. This is not an error.
    if (reader.truncated()) {
      fmt::print(stderr, "{}: the trace ends in the middle of a packet\n", kProgram);
    }
    return "";
  } catch (const trace::TraceError& error) {
    return error.what();
  }
}

void Print(const trace::Conversation& conversation, std::uint64_t start,
           const TraceArguments& arguments) {
  const std::vector<const trace::Entry*> entries = conversation.entries();
  if (arguments.json) {
    for (const trace::Entry* entry : entries) {
      std::cout << ToJson(*entry).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                << '\n';
    }
    return;
  }
  trace::PrintOptions options;
  options.start = start;
  options.details = arguments.details;
  options.devices = std::any_of(entries.begin(), entries.end(), [&](const trace::Entry* entry) {
    return entry->device != entries.front()->device;
  });
  const auto seconds = static_cast<std::time_t>(start / 1'000'000'000);
  if (!entries.empty()) std::cout << fmt::format("{:%F %T} UTC\n", fmt::gmtime(seconds));
  for (const trace::Entry* entry : entries)
    std::cout << ToText(*entry, options) << '\n';
}

int Trace(const TraceArguments& arguments) {
  trace::Conversation conversation;
  std::optional<std::uint64_t> start;
  std::string failure;
  if (arguments.file == "-") {
    failure = ReadTrace(std::cin, conversation, start);
  } else {
    std::ifstream in(arguments.file, std::ios::binary);
    if (!in) {
      fmt::print(stderr, "{}: cannot read {}: {}\n", kProgram, arguments.file,
                 std::strerror(errno));
      return 2;
    }
    failure = ReadTrace(in, conversation, start);
  }
  Print(conversation, start.value_or(0), arguments);
  if (!std::cout.flush()) {
    fmt::print(stderr, "{}: cannot write the output\n", kProgram);
    return 2;
  }
  if (failure.empty()) return 0;
  fmt::print(stderr, "{}: {}: {}\n", kProgram, arguments.file, failure);
  return 2;
}

int Main(int argc, char** argv) {
  CLI::App app("Tools for using the rig by hand.", kProgram);
  app.set_version_flag("--version", std::string(kProgram) + " " MBNRIG_VERSION);
  app.require_subcommand(1);
  int status = 0;

  TraceArguments arguments;
  CLI::App* trace_command =
      app.add_subcommand("trace", "Print a trace as a conversation (docs/trace.md)");
  trace_command->footer(
      "-> is from the host to the modem, <- is from the modem to the host, -- is a comment: "
      "changes\n"
      "in the modem, and faults. Passwords and PINs are not shown.\n\n"
      "exit status: 0; 2 if the file is not a trace or is damaged. Everything before the damage "
      "is\n"
      "printed.");
  trace_command
      ->add_option("FILE", arguments.file,
                   "a trace that mbim-gadget --trace or $MBNRIG_TRACE wrote; - is stdin")
      ->required();
  trace_command->add_flag("--json", arguments.json, "print one JSON object per line");
  trace_command->add_flag("-d,--details", arguments.details,
                          "print whole structures below each line");
  trace_command->callback([&] { status = Trace(arguments); });

  device::AddDeviceCommand(app, argv[0], status);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return status;
}

}  // namespace
}  // namespace mbnrig

int main(int argc, char** argv) {
  return mbnrig::Main(argc, argv);
}
