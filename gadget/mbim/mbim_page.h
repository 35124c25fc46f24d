#pragma once

#include <string>

namespace mbnrig::mbim {

/// docs/mbim.md: what the rig speaks, written from the service table and the descriptions.
std::string MbimPage();

}  // namespace mbnrig::mbim
