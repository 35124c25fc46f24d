#pragma once

#include <utility>

#include "com/facet.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// One interface of a modem's COM object (modem_object.h), and the event interface that belongs to
/// it. Getters answer from the snapshot with which the object was made.
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
