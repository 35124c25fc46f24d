#pragma once

/// The plain asynchronous request: one command, and its answer is the end.

#include <memory>

#include "mbn/modem/command_request.h"
#include "mbn/modem/operation.h"

namespace mbnrig::mbn {

/// Sends the command, maps the modem's status by the page of the completion event, and tells the
/// event with the modem's answer. A fact that the command has (facts.h) takes in the answer of a
/// success; if the answer does not hold the fact, the modem is asked for it.
std::unique_ptr<Operation> MakeCommand(CommandRequest request);

}  // namespace mbnrig::mbn
