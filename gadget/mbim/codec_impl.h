#pragma once

/// The definitions of the codec's templates. Only service_impl.h and tests that describe structures
/// of their own include this header.

#include "mbim/decode_impl.h"
#include "mbim/encode_impl.h"
#include "mbim/text_impl.h"
