#pragma once

/// Every service and CID that the rig knows, as data: the names, the commands and indications, and
/// the structures that they carry. The modem's answer to DEVICE_SERVICES, traces, docs/mbim.md and
/// `mbim-gadget --list-services` use these tables. All functions are thread-safe.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mbim/bytes.h"
#include "mbim/cid.h"
#include "mbim/codec.h"

namespace mbnrig::mbim {

/// One field of a structure as a table shows it.
struct FieldInfo {
  std::string name;               ///< as in the specification
  std::size_t size = 0;           ///< bytes in the fixed part, without a list's elements
  std::string type;               ///< "u32", "offset, size: string, at most 16 UTF-16 units"
  std::string extent;             ///< replaces a `size` that depends on the value: "8 each"
  std::string structure;          ///< name of the structure that the field holds or points to
  std::vector<FieldInfo> fields;  ///< fields of that structure
  bool secret = false;
};

/// The result of decoding a buffer, encoding the value and decoding it again.
enum class RoundTrip {
  kSame,        ///< the same value
  kNotDecoded,  ///< the buffer was refused
  kNotEncoded,  ///< the value cannot be sent (a string longer than the specification allows)
  kDifferent,   ///< another value: the codec is wrong
};

/// One form of an information buffer without its C++ type, for docs, traces and fuzzers.
struct Form {
  std::string_view structure;               ///< "MBIM_CONNECT_INFO"; "-": none
  std::string (*print)(ByteView, Secrets);  ///< the value as text, or why it cannot be decoded
  std::string (*damage)(ByteView);          ///< why it cannot be decoded; empty if it can
  RoundTrip (*round_trip)(ByteView);        ///< decodes, encodes, decodes and compares
  /// Decodes and encodes the buffer. Nothing if one of them refuses.
  std::optional<Bytes> (*rewrite)(ByteView);
  std::vector<FieldInfo> (*fields)();  ///< in wire order
  std::size_t fixed_size = 0;          ///< bytes, without a trailing list's elements
  bool has_secrets = false;            ///< whether it can carry a PIN or a password

  /// `print` with "***" instead of secrets.
  std::string to_text(ByteView buffer) const { return print(buffer, Secrets::kMasked); }
};

/// The forms of a CID in one version. Null: the CID does not have this form.
using FormSet = std::array<const Form*, std::size(kFormKinds)>;

/// One command, as data.
struct CidEntry {
  std::uint32_t cid = 0;
  std::string_view name;     ///< "CONNECT"
  std::string_view section;  ///< "10.5.12"
  MbimEx since{};            ///< the first version with this command
  std::array<FormSet, kMbimExVersions> forms{};

  /// The form that applies if host and modem have agreed on `version`. Null if there is none.
  const Form* FormOf(FormKind kind, MbimEx version = MbimEx::k1_0) const {
    return forms[static_cast<std::size_t>(version)][static_cast<std::size_t>(kind)];
  }
};

/// One service, as data.
struct ServiceEntry {
  Uuid id;
  std::string_view name;  ///< "BASIC_CONNECT"
  std::span<const CidEntry> cids;
};

/// The table of a service that a header declares, e.g. TableOf<kBasicConnect>(). The service's
/// source file defines it (service_impl.h).
template <const auto& kService>
ServiceEntry TableOf();

/// All services that the rig knows.
std::span<const ServiceEntry> Services();
/// Null if the rig does not know the service.
const ServiceEntry* FindService(const Uuid& id);
/// Null if the rig does not know the service or the CID.
const CidEntry* FindCid(const Uuid& service, std::uint32_t cid);
/// Finds a CID by its name, in any case ("connect", "CONNECT"). Null if there is none.
const CidEntry* FindCidByName(const ServiceEntry& service, std::string_view name);

/// The name of a service of MBIM 1.0 ("SMS"), even if the rig does not know its CIDs. The UUID of
/// any other service.
std::string ServiceName(const Uuid& service);

/// "BASIC_CONNECT CONNECT". A service without a name gives its UUID, a command without a name its
/// number.
std::string CommandName(const Uuid& service, std::uint32_t cid);

}  // namespace mbnrig::mbim
