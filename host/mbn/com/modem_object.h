#pragma once

/// A modem's COM object: the list of the interfaces that it has.

#include <memory>
#include <vector>

#include "com/facet.h"
#include "mbn/com/event_sinks.h"
#include "mbn/com/interface.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// One class an interface, each in a file of its own. QueryInterface leads from each to each, and
/// IMbnInterfaceManager has a connection point for the events of each.
using ModemObject = com::Whole<Snapshot, Interface>;

/// The sinks for the events of a modem's interfaces.
template <class... Facets>
std::vector<std::shared_ptr<com::Connections>> SinksOfFacets(
    const com::Whole<Snapshot, Facets...>* /*type*/) {
  return {SinksOf<typename Facets::Events>()...};
}

/// A new object of a modem as it is in `modem`. Throws std::bad_alloc.
inline com::Ptr<IMbnInterface> MakeModem(const Snapshot& modem) {
  return com::MakeFacet<ModemObject, IMbnInterface>(modem);
}

}  // namespace mbnrig::mbn
