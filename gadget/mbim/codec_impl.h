#pragma once

/// Definitions of the codec's templates, and the one way to instantiate them: a service's source
/// file says MBNRIG_MBIM_INSTANTIATE(Structure) once for each structure that crosses the wire by
/// itself. Everybody else includes codec.h only and links.

#include "mbim/decode_impl.h"
#include "mbim/encode_impl.h"
#include "mbim/text_impl.h"

#define MBNRIG_MBIM_INSTANTIATE(Structure)                 \
  template Decoded<Structure> Decode<Structure>(ByteView); \
  template Bytes Encode<Structure>(const Structure&);      \
  template std::string ToText<Structure>(const Structure&)
