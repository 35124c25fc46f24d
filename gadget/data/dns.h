#pragma once

/// The name server of the built-in network (RFC 1035): A and AAAA records of the scenario's names.

#include <optional>

#include "data/packet.h"
#include "scenario/scenario.h"

namespace mbnrig::data {

/// The answer to a DNS message. It has no addresses if the name has none of that type. NXDOMAIN for
/// a name that is not in `names`. FORMERR or NOTIMP if the message is not a single question.
/// Nothing if the message is not a query or is too short for an answer.
std::optional<Bytes> AnswerDns(ByteView query, const scenario::NameTable& names);

}  // namespace mbnrig::data
