#pragma once

/// The smart pointer for COM interfaces in this project is WRL's ComPtr.

#include <windef.h>
#include <wrl/client.h>

namespace mbnrig::com {

/// Holds one reference; `Ptr<I> other; ptr.As(&other)` asks for another interface.
template <class Interface>
using Ptr = Microsoft::WRL::ComPtr<Interface>;

}  // namespace mbnrig::com
