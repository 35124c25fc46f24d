#pragma once

/// Maps an MBIM status to an HRESULT, with one table for the whole service.

#include <winerror.h>

#include "mbim/protocol.h"
#include "mbn/api/page.h"

namespace mbnrig::mbn {

/// The HRESULT that means the same as `status`. Several statuses may share one. Every status of
/// mbim::AllStatuses() has one; any other number gives E_FAIL.
HRESULT MeaningOf(mbim::Status status);

/// Whether `status` has a row in the table.
bool HasMeaning(mbim::Status status);

/// Returns MeaningOf(status) if `page` documents it. Otherwise logs a warning with the name of the
/// status and returns the page's fallback.
HRESULT ResultOf(const Page& page, mbim::Status status);

}  // namespace mbnrig::mbn
