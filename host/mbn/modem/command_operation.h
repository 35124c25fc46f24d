#pragma once

/// The simple asynchronous request: it sends one command and ends with the answer.

#include <memory>

#include "mbn/modem/command_request.h"
#include "mbn/modem/operation.h"

namespace mbnrig::mbn {

/// Makes an operation that sends the command, maps the modem's status by the page of the completion
/// event, and sends the event with the modem's answer. If the command belongs to a fact (facts.h),
/// a successful answer updates the fact. If the answer does not contain the fact, the modem is
/// asked for it.
std::unique_ptr<Operation> MakeCommand(CommandRequest request);

}  // namespace mbnrig::mbn
