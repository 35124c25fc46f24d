#pragma once

/// HOME_PROVIDER and VISIBLE_PROVIDERS (MBIM 1.0, sections 10.5.6 and 10.5.8).

#include "modem/state.h"

namespace mbnrig::modem {

/// The provider in sight with that id; null when there is none.
const mbim::Provider* FindVisible(const Machine& machine, const std::string& id);
/// Whom automatic registration finds.
const mbim::Provider& ServingProvider(const Machine& machine);

void QueryHomeProvider(Machine& machine, const mbim::Empty& request, const Answer& answer);
/// Another home provider is for multicarrier modems, which this is not: NO_DEVICE_SUPPORT.
void SetHomeProvider(Machine& machine, const mbim::Provider& request, const Answer& answer);
void QueryVisibleProviders(Machine& machine, const mbim::VisibleProvidersReq& request,
                           const Answer& answer);

}  // namespace mbnrig::modem
