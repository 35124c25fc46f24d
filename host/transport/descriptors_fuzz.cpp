/// A hostile device's configuration descriptor. Checks that it is parsed to its end or to its first
/// fault, and that an MBIM function is found in it or refused with a reason.

#include "mbim/testing/fuzz_recording.h"
#include "transport/descriptors.h"

namespace mbnrig::fuzz {
namespace {

/// A modem's configuration: a control interface with union and MBIM descriptors, and a data
/// interface with an idle setting.
const Bytes kConfiguration{9,  2,    95,   0,    2,  1,    0,    0xc0, 50,  // configuration
                           8,  0x0b, 0,    2,    2,  0x0e, 0,    0,         // association
                           9,  4,    0,    0,    1,  2,    0x0e, 0,    0,   // control interface
                           5,  0x24, 0,    0x10, 1,                         // CDC header
                           5,  0x24, 6,    0,    1,                         // union
                           12, 0x24, 0x1b, 0,    1,  0,    16,   16,   128, 0, 8, 0x20,  // MBIM
                           7,  5,    0x85, 3,    64, 0,    5,              // notifications
                           9,  4,    1,    0,    0,  0x0a, 0,    2,    0,  // data, idle
                           9,  4,    1,    1,    2,  0x0a, 0,    2,    0,  // data
                           7,  5,    0x82, 2,    0,  2,    0,              //
                           7,  5,    7,    2,    0,  2,    0};

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  return {{"modem", kConfiguration}};
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  std::vector<Bytes> seeds;
  for (const Transfer& transfer : recording) {
    constexpr std::uint8_t kGetDescriptor = 6, kConfigurationType = 2;
    if (transfer.pipe == Transfer::Pipe::kControl && transfer.setup[0] == 0x80 &&
        transfer.setup[1] == kGetDescriptor && transfer.setup[3] == kConfigurationType) {
      seeds.push_back(transfer.data);
    }
  }
  return seeds;
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig;
  const auto configuration = transport::ParseConfiguration({data, size});
  if (!configuration) return 0;
  std::size_t parts = 0;
  for (const auto& setting : configuration->settings) {
    parts += 1 + setting.endpoints.size() + setting.extra.size();
  }
  fuzz::Require(parts <= size, "the parsed values are not larger than the input");
  const auto found = transport::FindMbimFunction(*configuration);
  if (const auto* function = std::get_if<transport::MbimFunctionInfo>(&found)) {
    fuzz::Require(function->notification.in() && function->notification.interrupt(),
                  "notifications come on an interrupt IN endpoint");
    fuzz::Require(function->bulk_in.in() && function->bulk_in.bulk(), "bulk IN is bulk IN");
    fuzz::Require(!function->bulk_out.in() && function->bulk_out.bulk(), "bulk OUT is bulk OUT");
    const auto max = function->max_control_message;
    fuzz::Require(!max || (*max >= 64 && *max <= 4096), "control messages have a possible size");
  } else {
    fuzz::Require(!std::get<std::string>(found).empty(), "a refusal has a reason");
  }
  return 0;
}
