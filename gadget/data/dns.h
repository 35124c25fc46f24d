#pragma once

/// The name server of the built-in network (RFC 1035): A and AAAA of the scenario's names.

#include <optional>

#include "data/packet.h"
#include "scenario/scenario.h"

namespace mbnrig::data {

/// The answer to a DNS message: addresses, none where the name has none of that type, NXDOMAIN for
/// a name that is not in `names`, FORMERR or NOTIMP for what is no single question. Nothing where
/// the message is no query or too short to be answered.
std::optional<Bytes> AnswerDns(ByteView query, const scenario::NameTable& names);

}  // namespace mbnrig::data
