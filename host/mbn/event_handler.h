#pragma once

namespace mbnrig::mbn {

/// Whether the calling thread is in a client's handler of an event of mbnapi.h. The service sends
/// one event at a time, so a handler that waits for another event waits in vain.
bool InEventHandler();

}  // namespace mbnrig::mbn
