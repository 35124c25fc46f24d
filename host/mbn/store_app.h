#pragma once

/// The rules for Windows Store apps, as a setting of the client.
///
/// A Windows Store app may connect with a temporary profile only (page of IMbnConnection::Connect),
/// and may end only a connection that it has made itself (page of IMbnConnection::Disconnect).
/// docs/semantics.md says which codes refuse the other calls.

#include <string>

namespace mbnrig::mbn {

/// From now on this process calls as the Windows Store app `name`, which tells it from other apps.
/// An empty name, as at the start: the process is not a Windows Store app. Thread-safe.
void ActAsStoreApp(std::string name);

/// The name of the last call of ActAsStoreApp. Thread-safe.
std::string StoreApp();

}  // namespace mbnrig::mbn
