#pragma once

/// Each value that crosses the seam (seam.h) as bytes and back. The bytes are the information
/// buffers of structures described for the codec of gadget/mbim; texts are UTF-8 in the values.

#include <optional>

#include "mbn/modem/event.h"
#include "mbn/seam.h"

namespace mbnrig::mbn {

/// Profiles cross without their secrets: `connect` and `xml` stay in the service, which finds a
/// profile again by its key. A fact that the codec cannot write (a modem's text beyond the limit of
/// the specification) crosses as unknown.
mbim::Bytes ToBytes(const ModemState& state);
mbim::Bytes ToBytes(const Modem& modem);
mbim::Bytes ToBytes(const Profile& profile);
mbim::Bytes ToBytes(const ProfileScope& scope);
mbim::Bytes ToBytes(const OperationRequest& request);
mbim::Bytes ToBytes(const ProfileRequest& request);
mbim::Bytes ToBytes(const ServiceEvent& event);

/// Reads what ToBytes wrote. Nothing for bytes that are not a T.
template <class T>
std::optional<T> FromBytes(mbim::ByteView bytes);

template <>
std::optional<ModemState> FromBytes(mbim::ByteView bytes);
template <>
std::optional<Modem> FromBytes(mbim::ByteView bytes);
template <>
std::optional<Profile> FromBytes(mbim::ByteView bytes);
template <>
std::optional<ProfileScope> FromBytes(mbim::ByteView bytes);
template <>
std::optional<OperationRequest> FromBytes(mbim::ByteView bytes);
template <>
std::optional<ProfileRequest> FromBytes(mbim::ByteView bytes);
template <>
std::optional<ServiceEvent> FromBytes(mbim::ByteView bytes);

}  // namespace mbnrig::mbn
