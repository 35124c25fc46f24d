#pragma once

/// A simple asynchronous request as a value. command_operation.h carries it out.
///
///     SetRequest(mbim::kRadioState, {mbim::RadioSwitch::kOn}, Lane::kRadio,
///                EventId::kIMbnRadioEvents_OnSetSoftwareRadioStateComplete)

#include "mbim/cid.h"
#include "mbim/codec.h"
#include "mbim/protocol.h"
#include "mbn/api/event_id.h"
#include "mbn/modem/lane.h"

namespace mbnrig::mbn {

/// One command to the modem, the lane in which it waits, and the event that reports its end.
struct CommandRequest {
  mbim::CommandId cid;
  mbim::CommandType type = mbim::CommandType::kSet;
  mbim::Bytes information;
  Lane lane{};
  EventId completion{};
  friend bool operator==(const CommandRequest&, const CommandRequest&) = default;
};

/// A set of `cid`. Throws std::invalid_argument, which names the text, if a text is too long.
template <mbim::AnyCid C>
CommandRequest SetRequest(const C& cid, const typename C::Set& set, Lane lane, EventId completion) {
  static_assert(mbim::kIsForm<typename C::Set>, "the command has no set");
  return {cid, mbim::CommandType::kSet, mbim::Encode(set), lane, completion};
}

/// A query of `cid`.
template <mbim::AnyCid C>
CommandRequest QueryRequest(const C& cid, const typename C::Query& query, Lane lane,
                            EventId completion) {
  static_assert(mbim::kIsForm<typename C::Query>, "the command has no query");
  return {cid, mbim::CommandType::kQuery, mbim::Encode(query), lane, completion};
}

}  // namespace mbnrig::mbn
