#pragma once

/// The generated part of docs/mbim.md.

#include <string>

namespace mbnrig::mbim {

/// Markdown: a table of commands for each service, then a table of fields for each structure.
std::string MbimTables();

}  // namespace mbnrig::mbim
