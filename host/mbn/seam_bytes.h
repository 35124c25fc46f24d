#pragma once

/// Writes each value that crosses the seam (seam.h) as bytes, and reads it back. The bytes are
/// information buffers of structures that are described for the codec of gadget/mbim. Texts in the
/// values are UTF-8.

#include <optional>

#include "mbn/modem/event.h"
#include "mbn/seam.h"

namespace mbnrig::mbn {

/// Profiles cross without their secrets: `connect` and `xml` stay in the service, which finds a
/// profile again by its key. If the codec cannot write a fact, because a modem's text is longer
/// than the specification allows, the fact crosses as unknown.
mbim::Bytes ToBytes(const ModemState& state);
mbim::Bytes ToBytes(const Modem& modem);
mbim::Bytes ToBytes(const Profile& profile);
mbim::Bytes ToBytes(const ProfileScope& scope);
mbim::Bytes ToBytes(const OperationRequest& request);
mbim::Bytes ToBytes(const ProfileRequest& request);
mbim::Bytes ToBytes(const ServiceEvent& event);

/// Reads the bytes that ToBytes wrote. Nothing if they are not a T.
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
