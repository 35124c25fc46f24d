#pragma once

#include <utility>

#include "com/facet.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// One interface of a modem's COM object (modem_object.h), and the event interface that goes with
/// it. Getters answer from the snapshot that the object was made with.
template <class I, class EventsOfInterface>
class ModemFacet : public com::Facet<I> {
 public:
  using Events = EventsOfInterface;

 protected:
  explicit ModemFacet(Snapshot modem) : modem_(std::move(modem)) {}
  ~ModemFacet() = default;

  const Snapshot& modem() const { return modem_; }

 private:
  const Snapshot modem_;
};

}  // namespace mbnrig::mbn
