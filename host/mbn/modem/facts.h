#pragma once

/// The table of facts (fact.h), and the events that follow from it.

#include <cstddef>
#include <span>

#include "mbn/modem/fact.h"

namespace mbnrig::mbn {

/// Every fact that the service keeps about a modem.
std::span<const Fact> Facts();
/// The fact of that command. Null if there is none.
const Fact* FindFact(const mbim::CommandId& cid);
/// The fact of that command, which must be in the table.
const Fact& FactFor(const mbim::CommandId& cid);

/// The maximum number of News.
inline constexpr std::size_t kMaxNews = 64;
/// The News of all facts. The events of one change are sent in this order: those of the interface
/// come first.
std::span<const News> AllNews();

/// The change of state after the modem has reported session 0 as `info`.
StateChange ContextIs(const mbim::ConnectInfo& info);

}  // namespace mbnrig::mbn
