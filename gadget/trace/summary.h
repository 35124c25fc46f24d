#pragma once

#include <string>

#include "mbim/message.h"

namespace mbnrig::trace {

/// What an information buffer says, in a few words: "activate session 0 internet, IPv4", "home
/// 00101 mbnrig". Empty where there is nothing to say, or nobody has said how. Never fails; no
/// passwords, no PINs.
std::string Summarize(const mbim::CommandMessage& command);
std::string Summarize(const mbim::CommandDone& answer);
std::string Summarize(const mbim::IndicateStatus& indication);

}  // namespace mbnrig::trace
