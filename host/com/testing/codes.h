#pragma once

/// A matcher for HRESULTs. A test that fails shows the names of both codes.

#include <gmock/gmock.h>
#include <winerror.h>

#include "com/code_name.h"

namespace mbnrig::com::testing {

/// EXPECT_THAT(object->GetReadyState(&state), HasCode(E_PENDING));
MATCHER_P(HasCode, code, (negation ? "is not " : "is ") + CodeName(code)) {
  *result_listener << "which is " << CodeName(arg);
  return arg == code;
}

}  // namespace mbnrig::com::testing
