#pragma once

/// A modem's COM object, and the list of its interfaces.

#include <memory>
#include <vector>

#include "com/facet.h"
#include "mbn/com/event_sinks.h"
#include "mbn/com/interface.h"
#include "mbn/com/registration.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// Each interface is one class in its own file. QueryInterface of each returns every other one, and
/// IMbnInterfaceManager has a connection point for the events of each.
using ModemObject = com::Whole<Snapshot, Interface, Registration>;

/// The sinks for the events of a modem's interfaces.
template <class... Facets>
std::vector<std::shared_ptr<com::Connections>> SinksOfFacets(
    const com::Whole<Snapshot, Facets...>* /*type*/) {
  return {SinksOf<typename Facets::Events>()...};
}

/// Makes the COM object for the snapshot `modem`. Throws std::bad_alloc.
inline com::Ptr<IMbnInterface> MakeModem(const Snapshot& modem) {
  return com::MakeFacet<ModemObject, IMbnInterface>(modem);
}

}  // namespace mbnrig::mbn
