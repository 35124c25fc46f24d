// How MbimPipe opens a function: claims the interfaces, resets it, and agrees on NTBs.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "transport/log.h"
#include "transport/mbim_pipe.h"

namespace mbnrig::transport {
namespace {

// Class requests (CDC 1.2, table 13; NCM 1.0, table 6-2; MBIM 1.0, section 8.1).
constexpr std::uint8_t kResetFunction = 0x05;
constexpr std::uint8_t kGetNtbParameters = 0x80;
constexpr std::uint8_t kGetNtbFormat = 0x83;
constexpr std::uint8_t kSetNtbFormat = 0x84;
constexpr std::uint8_t kSetNtbInputSize = 0x86;
constexpr std::uint8_t kSetMaxDatagramSize = 0x88;

void Put(Bytes& bytes, std::uint32_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  }
}

/// Size of the largest NTB16.
constexpr std::uint32_t kLargestNtb16 = 65535;

/// The wanted format if the function has both, otherwise its only one.
mbim::NtbFormat Choose(NtbPreference preference, const mbim::NtbParameters& can,
                       std::uint32_t largest) {
  const bool larger =
      std::min(std::max(can.in_max_size, can.out_max_size), largest) > kLargestNtb16;
  const bool wanted =
      preference == NtbPreference::kNtb32 || (preference == NtbPreference::kAuto && larger);
  return can.ntb32 && (wanted || !can.ntb16) ? mbim::NtbFormat::kNtb32 : mbim::NtbFormat::kNtb16;
}

}  // namespace

/// One request of the opening. A failure ends the opening. kStall and kError may be tolerated.
struct MbimPipe::Step {
  const char* what;
  std::function<void(UsbDevice::Done)> run;
  bool may_stall = false;
  bool may_fail = false;
};

std::string MbimPipe::Advice(UsbStatus failure) const {
  switch (failure) {
    case UsbStatus::kNoAccess:
      return "no access: run as root, or give the user the right to write to the device's node in "
             "/dev/bus/usb (a udev rule)";
    case UsbStatus::kBusy:
      return "another program holds the interface: stop it (ModemManager, qemu, another mbnrig)";
    default:
      return std::string(UsbStatusName(failure));
  }
}

void MbimPipe::Open(Handlers handlers, std::function<void(UsbStatus)> done) {
  state_ = State::kOpening;
  handlers_ = std::move(handlers);
  open_done_ = std::move(done);
  RunSteps(std::make_shared<const std::vector<Step>>(OpeningSteps()), 0);
}

/// NTBs are set up in the data interface's idle setting, as NCM 1.0, section 7.2, requires.
std::vector<MbimPipe::Step> MbimPipe::OpeningSteps() {
  std::vector<Step> steps;
  const auto& f = function_;
  steps.push_back({"open", [this](auto next) { device_->Open(std::move(next)); }});
  steps.push_back({"claim of the control interface", [this](auto next) {
                     device_->Claim(function_.control_interface, std::move(next));
                   }});
  steps.push_back({"claim of the data interface", [this](auto next) {
                     device_->Claim(function_.data_interface, std::move(next));
                   }});
  if (f.control_alternate) {
    steps.push_back(SetAlternate("SET_INTERFACE of the control interface", f.control_interface,
                                 *f.control_alternate));
  }
  if (f.data_idle_alternate) {
    steps.push_back(SetAlternate("SET_INTERFACE of the data interface", f.data_interface,
                                 *f.data_idle_alternate));
  }
  steps.push_back(ResetFunction());
  steps.push_back(GetNtbParameters());
  steps.push_back(SetNtbFormat());
  steps.push_back(GetNtbFormat());
  steps.push_back(SetNtbInputSize());
  steps.push_back(SetMaxDatagramSize());
  if (f.data_active_alternate) {
    steps.push_back(SetAlternate("SET_INTERFACE of the data interface", f.data_interface,
                                 *f.data_active_alternate));
  }
  return steps;
}

MbimPipe::Step MbimPipe::SetAlternate(const char* what, std::uint8_t interface,
                                      std::uint8_t alternate) {
  return {what,
          [this, interface, alternate](UsbDevice::Done next) {
            device_->SetAlternate(interface, alternate, std::move(next));
          },
          true, true};
}

MbimPipe::Step MbimPipe::ResetFunction() {
  return {"RESET_FUNCTION",
          [this](auto next) {
            device_->ControlOut(ClassRequest(false, kResetFunction), {}, config_.transfer,
                                std::move(next));
          },
          true};
}

MbimPipe::Step MbimPipe::GetNtbParameters() {
  const auto take = [this](ByteView data) {
    const auto decoded = mbim::DecodeNtbParameters(data);
    if (const auto* error = std::get_if<mbim::NtbError>(&decoded)) {
      complaints_.Add("cannot carry datagrams: " + error->reason);
      return;
    }
    const auto& can = std::get<mbim::NtbParameters>(decoded);
    ntb_ = NtbSettings{can, Choose(config_.ntb, can, config_.largest_ntb_in), can.in_max_size};
  };
  return {"GET_NTB_PARAMETERS",
          [this, take](UsbDevice::Done next) {
            device_->ControlIn(ClassRequest(true, kGetNtbParameters), mbim::NtbParameters::kSize,
                               config_.transfer,
                               [self = shared_from_this(), take, next = std::move(next)](
                                   UsbStatus status, ByteView data) {
                                 // On the bus's thread. Nothing else uses the members that are
                                 // written here until `next` has been posted.
                                 if (status == UsbStatus::kOk) {
                                   take(data);
                                 }
                                 next(status);
                               });
          },
          true};
}

MbimPipe::Step MbimPipe::SetNtbFormat() {
  return {"SET_NTB_FORMAT",
          [this](UsbDevice::Done next) {
            if (!ntb_ || !ntb_->parameters.ntb32) {
              next(UsbStatus::kOk);  // the function has only NTB16 and no such request
              return;
            }
            device_->ControlOut(
                ClassRequest(false, kSetNtbFormat, static_cast<std::uint16_t>(ntb_->format)), {},
                config_.transfer,
                [self = shared_from_this(), next = std::move(next)](UsbStatus status) {
                  self->format_refused_ = status == UsbStatus::kStall;
                  next(status);
                });
          },
          true};
}

/// After a refused SET_NTB_FORMAT: the function says which format it uses. A function that does not
/// say it either uses its format after a reset: NTB16, if it has it (NCM 1.0,
/// section 6.2.5).
MbimPipe::Step MbimPipe::GetNtbFormat() {
  return {
      "GET_NTB_FORMAT",
      [this](UsbDevice::Done next) {
        if (!format_refused_) {
          next(UsbStatus::kOk);
          return;
        }
        ntb_->format = ntb_->parameters.ntb16 ? mbim::NtbFormat::kNtb16 : mbim::NtbFormat::kNtb32;
        device_->ControlIn(
            ClassRequest(true, kGetNtbFormat), 2, config_.transfer,
            [self = shared_from_this(), next = std::move(next)](UsbStatus status, ByteView data) {
              if (status == UsbStatus::kOk && data.size() == 2 && data[0] <= 1 && data[1] == 0) {
                self->ntb_->format = static_cast<mbim::NtbFormat>(data[0]);
              }
              next(status);
            });
      },
      true};
}

/// Sent even if the host takes the function's own size: some functions refuse OPEN until they have
/// had a class request for their data.
MbimPipe::Step MbimPipe::SetNtbInputSize() {
  return {"SET_NTB_INPUT_SIZE",
          [this](UsbDevice::Done next) {
            if (!ntb_) {
              next(UsbStatus::kOk);
              return;
            }
            const std::uint32_t size =
                std::min(ntb_->in_size, std::max(config_.largest_ntb_in, mbim::kNtbMinMaxSize));
            Bytes data;
            Put(data, size, 4);
            if (function_.takes_eight_byte_input_size()) {
              Put(data, 0, 4);  // no limit of datagrams, and a reserved field
            }
            device_->ControlOut(
                ClassRequest(false, kSetNtbInputSize), data, config_.transfer,
                [self = shared_from_this(), size, next = std::move(next)](UsbStatus status) {
                  if (status == UsbStatus::kOk) {
                    self->ntb_->in_size = size;
                  }
                  next(status);
                });
          },
          true};
}

MbimPipe::Step MbimPipe::SetMaxDatagramSize() {
  return {"SET_MAX_DATAGRAM_SIZE",
          [this](UsbDevice::Done next) {
            if (!ntb_ || !function_.takes_max_datagram_size() || function_.max_segment_size == 0) {
              next(UsbStatus::kOk);
              return;
            }
            Bytes data;
            Put(data, function_.max_segment_size, 2);
            device_->ControlOut(ClassRequest(false, kSetMaxDatagramSize), data, config_.transfer,
                                std::move(next));
          },
          true};
}

void MbimPipe::RunSteps(std::shared_ptr<const std::vector<Step>> steps, std::size_t at) {
  if (at == steps->size()) {
    FinishOpening(UsbStatus::kOk);
    return;
  }
  (*steps)[at].run(OnExecutor([this, steps, at](UsbStatus status) {
    const Step& step = (*steps)[at];
    const bool tolerated = (step.may_stall && status == UsbStatus::kStall) ||
                           (step.may_fail && status == UsbStatus::kError);
    if (status != UsbStatus::kOk) {
      Log().debug("{}: {}: {}{}", device_->info().location, step.what, UsbStatusName(status),
                  tolerated ? " (tolerated)" : "");
    }
    if (status == UsbStatus::kOk || tolerated) {
      RunSteps(steps, at + 1);
    } else {
      FinishOpening(status);
    }
  }));
}

void MbimPipe::FinishOpening(UsbStatus status) {
  if (status == UsbStatus::kOk) {
    state_ = State::kOpen;
    Listen();
    if (data_ && ntb_) {
      data_->Start(*ntb_);
    }
  }
  const auto done = std::move(open_done_);
  open_done_ = nullptr;
  done(status);
}

}  // namespace mbnrig::transport
