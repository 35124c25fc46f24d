#pragma once

/// The class requests of an MBIM function (MBIM 1.0, table 8-1; CDC NCM 1.0, table 6-2), for the
/// function, the host, traces and suites.

#include <cstdint>

namespace mbnrig::mbim {

/// bRequest of a class request.
enum class ClassRequest : std::uint8_t {
  kSendEncapsulatedCommand = 0x00,
  kGetEncapsulatedResponse = 0x01,
  kResetFunction = 0x05,
  kGetNtbParameters = 0x80,
  kGetNetAddress = 0x81,
  kSetNetAddress = 0x82,
  kGetNtbFormat = 0x83,
  kSetNtbFormat = 0x84,
  kGetNtbInputSize = 0x85,
  kSetNtbInputSize = 0x86,
  kGetMaxDatagramSize = 0x87,
  kSetMaxDatagramSize = 0x88,
  kGetCrcMode = 0x89,
  kSetCrcMode = 0x8a,
};

}  // namespace mbnrig::mbim
