#include "usb/endpoint_transfers.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace mbnrig::usb {

EndpointTransfers::EndpointTransfers()
    : signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      notification_([this] { Signal(); }),
      bulk_in_([this] { Signal(); }, kBulkTransfers),
      bulk_out_([this] { Signal(); }, kBulkTransfers) {
  if (!signal_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void EndpointTransfers::Cancel() {
  CancelNotification();
  CancelBulk();
}

void EndpointTransfers::Signal() const {
  const std::uint64_t one = 1;
  // Fails only if the counter is full, and then the descriptor is readable anyway.
  [[maybe_unused]] const auto written = ::write(signal_.get(), &one, sizeof one);
}

std::vector<EndpointCompletion> EndpointTransfers::TakeCompletions() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(signal_.get(), &count, sizeof count);
  std::vector<EndpointCompletion> completions;
  auto take = [&](TransferThread& transfers, EndpointCompletion::Kind kind) {
    while (auto ended = transfers.TakeResult())
      completions.push_back({kind, ended->ok, std::move(ended->data)});
  };
  take(notification_, EndpointCompletion::Kind::kNotification);
  take(bulk_in_, EndpointCompletion::Kind::kBulkIn);
  take(bulk_out_, EndpointCompletion::Kind::kBulkOut);
  return completions;
}

}  // namespace mbnrig::usb
