#pragma once

namespace mbnrig::com {

/// Whether the calling thread belongs to the multithreaded apartment: some thread of the process
/// has initialised COM and not undone it.
bool InApartment();

}  // namespace mbnrig::com
