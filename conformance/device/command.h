#pragma once

/// `mbnrig device`: the suites from the command line.

namespace CLI {
class App;
}

namespace mbnrig::device {

/// Adds the subcommand. When it was given, its exit status is in `status` once `app` has parsed;
/// `status` must outlive that, and `program` is argv[0].
void AddDeviceCommand(CLI::App& app, const char* program, int& status);

}  // namespace mbnrig::device
