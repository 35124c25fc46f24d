#pragma once

/// MBIM status to HRESULT: one table for the whole service, and which of its codes each
/// completion's page documents.

#include <winerror.h>

#include <string_view>

#include "mbim/types.h"

namespace mbnrig::mbn {

/// The HRESULT that means what `status` means; E_FAIL for a number without a name. Several statuses
/// may share one. Covers every status of mbim::AllStatuses().
HRESULT MeaningOf(mbim::Status status);

/// Whether `status` has a row in the table.
bool HasMeaning(mbim::Status status);

/// The page of the reference whose codes apply.
enum class Page {
  kOnConnectComplete,   ///< IMbnConnectionEvents::OnConnectComplete
  kGetConnectionState,  ///< IMbnConnection::GetConnectionState, GetVoiceCallState
  kGetHomeProvider,     ///< IMbnInterface::GetHomeProvider
};

/// Whether `page` documents `code`.
bool IsDocumented(Page page, HRESULT code);

/// MeaningOf(status) where `page` documents it; else E_FAIL, and a line in the log with
/// the status' name.
HRESULT ResultOf(Page page, mbim::Status status);

}  // namespace mbnrig::mbn
