#pragma once

/// Makes operations from the requests of clients.

#include <winerror.h>

#include <memory>

#include "mbn/modem/modem_state.h"
#include "mbn/modem/operation.h"
#include "mbn/profile/profiles.h"
#include "mbn/seam.h"

namespace mbnrig::mbn {

/// Makes the operation for `request` and a modem in the state `modem`. A Connect looks for its
/// profile in `profiles`. S_OK, or the code with which the arguments are refused. Throws
/// std::bad_alloc.
HRESULT MakeOperation(const OperationRequest& request, const ModemState& modem, Profiles& profiles,
                      std::unique_ptr<Operation>* operation);

}  // namespace mbnrig::mbn
