#pragma once

namespace mbnrig::rras {

/// Whether a server name means this machine: NULL, empty, ".", "localhost", a loopback address, or
/// the host name with or without its domain, in any case and each also after "\\". Throws
/// std::bad_alloc.
bool IsThisMachine(const wchar_t* server_name);

}  // namespace mbnrig::rras
