#pragma once

/// The definitions of the codec's templates. service_impl.h instantiates them for the structures of
/// a service. For any other structure, write MBNRIG_MBIM_INSTANTIATE(Structure) in one source file.

#include "mbim/decode_impl.h"
#include "mbim/encode_impl.h"
#include "mbim/text_impl.h"

#define MBNRIG_MBIM_INSTANTIATE(Structure)                 \
  template Decoded<Structure> Decode<Structure>(ByteView); \
  template Bytes Encode<Structure>(const Structure&);      \
  template std::string ToText<Structure>(const Structure&, Secrets)
