#pragma once

/// The table of facts (fact.h), and the events that follow from it.

#include <cstddef>
#include <span>

#include "mbn/modem/fact.h"

namespace mbnrig::mbn {

/// Every fact that the service keeps of a modem.
std::span<const Fact> Facts();
/// Null when the service keeps no fact of that command.
const Fact* FindFact(const mbim::CommandId& cid);
/// The fact of that command. The table has it.
const Fact& FactFor(const mbim::CommandId& cid);

/// There are at most so many News.
inline constexpr std::size_t kMaxNews = 64;
/// The News of all facts, in the order in which those of one change are told: those of the
/// interface first.
std::span<const News> AllNews();

/// What the state becomes when the modem says that session 0 is as `info`.
StateChange ContextIs(const mbim::ConnectInfo& info);

}  // namespace mbnrig::mbn
