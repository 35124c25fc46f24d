#pragma once

/// `mbnrig device`: runs the suites from the command line.

namespace CLI {
class App;
}

namespace mbnrig::device {

/// Adds the subcommand. If it was given, its exit status is in `status` after `app` has parsed.
/// `status` must outlive the parsing. `program` is argv[0].
void AddDeviceCommand(CLI::App& app, const char* program, int& status);

}  // namespace mbnrig::device
