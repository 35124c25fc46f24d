#pragma once

/// The device services of MBIM 1.0.

#include "mbim/uuid.h"

namespace mbnrig::mbim {

/// Device service identifiers (section 10.1, table 10-3).
inline constexpr Uuid kServiceBasicConnect = MakeUuid("a289cc33-bcbb-8b4f-b6b0-133ec2aae6df");
inline constexpr Uuid kServiceSms = MakeUuid("533fbeeb-14fe-4467-9f90-33a223e56c3f");
inline constexpr Uuid kServiceUssd = MakeUuid("e550a0c8-5e82-479e-82f7-10abf4c3351f");
inline constexpr Uuid kServicePhonebook = MakeUuid("4bf38476-1e6a-41db-b1d8-bed289c25bdb");
inline constexpr Uuid kServiceStk = MakeUuid("d8f20131-fcb5-4e17-8602-d6ed3816164c");
inline constexpr Uuid kServiceAuth = MakeUuid("1d2b5ff7-0aa1-48b2-aa52-50f15767174e");
inline constexpr Uuid kServiceDss = MakeUuid("c08a26dd-7718-4382-8482-6e0d583c4d0e");

}  // namespace mbnrig::mbim
