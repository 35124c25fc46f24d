#pragma once

/// MBIM status to HRESULT: one table for the whole service.

#include <winerror.h>

#include "mbim/protocol.h"
#include "mbn/api/page.h"

namespace mbnrig::mbn {

/// The HRESULT that means the same as `status`; E_FAIL for a number without a name. Several
/// statuses may share one. Covers every status of mbim::AllStatuses().
HRESULT MeaningOf(mbim::Status status);

/// Whether `status` has a row in the table.
bool HasMeaning(mbim::Status status);

/// MeaningOf(status) where `page` documents it. Else the page's fallback, and a line in the log
/// with the name of the status.
HRESULT ResultOf(const Page& page, mbim::Status status);

}  // namespace mbnrig::mbn
