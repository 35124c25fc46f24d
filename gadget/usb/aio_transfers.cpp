#include "usb/aio_transfers.h"

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <span>
#include <system_error>

#include "usb/mbim_function.h"

namespace mbnrig::usb {

AioTransfers::AioTransfers() : signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!signal_) throw std::system_error(errno, std::generic_category(), "eventfd");
  if (::syscall(SYS_io_setup, kTransfers, &context_) < 0) {
    throw std::system_error(errno, std::generic_category(), "io_setup");
  }
  for (std::size_t i = 0; i < transfers_.size(); ++i) {
    transfers_[i].kind = i == 0                ? EndpointCompletion::Kind::kNotification
                         : i <= kBulkTransfers ? EndpointCompletion::Kind::kBulkIn
                                               : EndpointCompletion::Kind::kBulkOut;
  }
}

AioTransfers::~AioTransfers() {
  ::syscall(SYS_io_destroy, context_);
}

AioTransfers::Transfer* AioTransfers::Free(EndpointCompletion::Kind kind) {
  for (Transfer& transfer : transfers_) {
    if (transfer.kind == kind && !transfer.busy) return &transfer;
  }
  return nullptr;
}

bool AioTransfers::Start(EndpointCompletion::Kind kind, const Fd& endpoint, Bytes&& buffer) {
  Transfer* const transfer = Free(kind);
  if (transfer == nullptr || !endpoint) return false;
  transfer->buffer.swap(buffer);
  iocb& block = transfer->block;
  block = {};
  block.aio_data = static_cast<std::uint64_t>(transfer - transfers_.data());
  block.aio_lio_opcode =
      kind == EndpointCompletion::Kind::kBulkOut ? IOCB_CMD_PREAD : IOCB_CMD_PWRITE;
  block.aio_fildes = static_cast<std::uint32_t>(endpoint.get());
  block.aio_buf = reinterpret_cast<std::uintptr_t>(transfer->buffer.data());
  block.aio_nbytes = transfer->buffer.size();
  block.aio_flags = IOCB_FLAG_RESFD;
  block.aio_resfd = static_cast<std::uint32_t>(signal_.get());
  iocb* blocks[] = {&block};
  transfer->busy = ::syscall(SYS_io_submit, context_, 1, blocks) == 1;
  if (!transfer->busy) transfer->buffer.swap(buffer);
  return transfer->busy;
}

bool AioTransfers::StartNotification(const Fd& endpoint, ByteView notification) {
  return Start(EndpointCompletion::Kind::kNotification, endpoint,
               {notification.begin(), notification.end()});
}

bool AioTransfers::StartBulkIn(const Fd& endpoint, Bytes&& ntb) {
  return Start(EndpointCompletion::Kind::kBulkIn, endpoint, std::move(ntb));
}

bool AioTransfers::StartBulkOut(const Fd& endpoint, Bytes&& buffer) {
  return Start(EndpointCompletion::Kind::kBulkOut, endpoint, std::move(buffer));
}

void AioTransfers::Cancel(EndpointCompletion::Kind kind) {
  for (Transfer& transfer : transfers_) {
    if (transfer.kind != kind || !transfer.busy) continue;
    // A cancelled transfer completes like all others. One that has just ended cannot be cancelled.
    io_event unused{};
    ::syscall(SYS_io_cancel, context_, &transfer.block, &unused);
  }
}

std::vector<EndpointCompletion> AioTransfers::TakeCompletions() {
  std::uint64_t count = 0;
  std::vector<EndpointCompletion> completions;
  // Usually nothing has ended since the last call.
  if (::read(signal_.get(), &count, sizeof count) < 0) return completions;
  std::array<io_event, kTransfers> events;
  timespec now{};
  const auto ended = ::syscall(SYS_io_getevents, context_, 0, events.size(), events.data(), &now);
  if (ended <= 0) return completions;
  for (const io_event& event : std::span(events).first(static_cast<std::size_t>(ended))) {
    Transfer& transfer = transfers_[event.data];
    transfer.busy = false;
    if (transfer.kind == EndpointCompletion::Kind::kBulkOut) {
      transfer.buffer.resize(static_cast<std::size_t>(std::max<std::int64_t>(event.res, 0)));
    }
    completions.push_back({transfer.kind, event.res >= 0, std::move(transfer.buffer)});
  }
  return completions;
}

}  // namespace mbnrig::usb
