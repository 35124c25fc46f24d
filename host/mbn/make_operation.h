#pragma once

/// Operations from what clients ask for.

#include <winerror.h>

#include <memory>

#include "mbn/modem/modem_state.h"
#include "mbn/modem/operation.h"
#include "mbn/profile/profiles.h"
#include "mbn/seam.h"

namespace mbnrig::mbn {

/// Makes the operation that `request` asks of a modem in the state `modem`. S_OK, or why its
/// arguments are refused. A Connect looks for its profile in `profiles`. Throws std::bad_alloc.
HRESULT MakeOperation(const OperationRequest& request, const ModemState& modem, Profiles& profiles,
                      std::unique_ptr<Operation>* operation);

}  // namespace mbnrig::mbn
