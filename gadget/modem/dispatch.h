#pragma once

/// Which function carries out which command: one row a CID. DEVICE_SERVICES is answered from it.

#include <span>

#include "mbim/message.h"
#include "modem/state.h"

namespace mbnrig::modem {

using Handler = void (*)(Machine& machine, mbim::ByteView information, const Answer& answer);
/// The information buffer of a refused command, where its structure has a place for NwError.
using FailureInformation = mbim::Bytes (*)(Machine& machine, mbim::ByteView information,
                                           std::uint32_t nw_error);

struct Row {
  mbim::BasicConnectCid cid{};
  Handler query = nullptr;  ///< null: the CID has no query
  Handler set = nullptr;    ///< null: the CID has no set
  FailureInformation failure = nullptr;
};

/// The commands of Basic Connect, by CID.
std::span<const Row> BasicConnectRows();

/// Carries out a command. Unknown services, CIDs and types are answered with NO_DEVICE_SUPPORT,
/// information buffers that are not what the command takes with INVALID_PARAMETERS.
void Dispatch(Machine& machine, const mbim::CommandMessage& command, const Answer& answer);

/// What goes with a status that is not success for `command`; empty for most.
mbim::Bytes FailureInformationOf(Machine& machine, const mbim::CommandMessage& command,
                                 std::uint32_t nw_error);

}  // namespace mbnrig::modem
