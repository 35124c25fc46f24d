#include "usb/endpoint_queue.h"

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace mbnrig::usb {
namespace {

constexpr int kTransfers = 2;
using Kind = EndpointCompletion::Kind;

}  // namespace

EndpointQueue::EndpointQueue() : signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!signal_ || ::syscall(SYS_io_setup, kTransfers, &context_) != 0) {
    throw std::system_error(errno, std::generic_category(), "asynchronous endpoint I/O");
  }
  bulk_out_.buffer.resize(kNtbMaxSize);
}

EndpointQueue::~EndpointQueue() {
  ::syscall(SYS_io_destroy, context_);
}

bool EndpointQueue::StartNotification(const Fd& endpoint, ByteView notification) {
  if (notification_.under_way) return false;
  notification_.buffer.assign(notification.begin(), notification.end());
  return Start(notification_, endpoint.get(), IOCB_CMD_PWRITE);
}

bool EndpointQueue::StartBulkOut(const Fd& endpoint) {
  return !bulk_out_.under_way && Start(bulk_out_, endpoint.get(), IOCB_CMD_PREAD);
}

bool EndpointQueue::Start(Transfer& transfer, int fd, std::uint16_t opcode) {
  if (fd < 0) return false;
  transfer.control = {};
  transfer.control.aio_data = reinterpret_cast<std::uintptr_t>(&transfer);
  transfer.control.aio_lio_opcode = opcode;
  transfer.control.aio_fildes = static_cast<std::uint32_t>(fd);
  transfer.control.aio_buf = reinterpret_cast<std::uintptr_t>(transfer.buffer.data());
  transfer.control.aio_nbytes = transfer.buffer.size();
  transfer.control.aio_flags = IOCB_FLAG_RESFD;
  transfer.control.aio_resfd = static_cast<std::uint32_t>(signal_.get());
  iocb* list[] = {&transfer.control};
  transfer.under_way = ::syscall(SYS_io_submit, context_, 1, list) == 1;
  return transfer.under_way;
}

void EndpointQueue::Cancel() {
  for (Transfer* transfer : {&notification_, &bulk_out_}) {
    io_event ignored{};
    if (transfer->under_way) ::syscall(SYS_io_cancel, context_, &transfer->control, &ignored);
  }
}

std::vector<EndpointCompletion> EndpointQueue::TakeCompletions() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(signal_.get(), &count, sizeof count);
  std::array<io_event, kTransfers> events{};
  timespec no_time{};
  const long taken = ::syscall(SYS_io_getevents, context_, 0, kTransfers, events.data(), &no_time);
  std::vector<EndpointCompletion> completions;
  for (long i = 0; i < taken; ++i) {
    const io_event& event = events[static_cast<std::size_t>(i)];
    auto& transfer =
        event.data == reinterpret_cast<std::uintptr_t>(&notification_) ? notification_ : bulk_out_;
    transfer.under_way = false;
    EndpointCompletion completion;
    completion.kind = &transfer == &notification_ ? Kind::kNotification : Kind::kBulkOut;
    completion.ok = event.res >= 0;
    if (completion.ok && completion.kind == Kind::kBulkOut) {
      const auto end = transfer.buffer.begin() + static_cast<std::ptrdiff_t>(event.res);
      completion.data.assign(transfer.buffer.begin(), end);
    }
    completions.push_back(std::move(completion));
  }
  return completions;
}

}  // namespace mbnrig::usb
