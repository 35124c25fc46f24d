#pragma once

#include <string>

#include "mbim/message.h"

namespace mbnrig::trace {

/// What an information buffer says, in a few words: "session 0, activate, internet, ipv4". They are
/// the fields that the structure's description puts into the summary (InSummary in
/// mbim/describe.h), in the order of the wire. Empty where it puts none, or the buffer cannot be
/// read. Never fails; a PIN or a password does not compile there.
std::string Summarize(const mbim::CommandMessage& command);
std::string Summarize(const mbim::CommandDone& answer);
std::string Summarize(const mbim::IndicateStatus& indication);

}  // namespace mbnrig::trace
