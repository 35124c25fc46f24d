#pragma once

/// Every service and CID the rig knows, as data: names, which commands and indications each has and
/// the structures they carry. The modem's DEVICE_SERVICES answer, traces, docs/mbim.md and
/// `mbim-gadget --list-services` come from here.

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
  std::size_t size = 0;           ///< bytes in the fixed part; of a list, without its elements
  std::string type;               ///< "u32", "offset, size: string, at most 16 UTF-16 units"
  std::string extent;             ///< in place of `size` where the value says it: "8 each", "rest"
  std::string structure;          ///< name of the described structure that it holds or points to
  std::vector<FieldInfo> fields;  ///< of that structure
  bool secret = false;
};

/// What becomes of a buffer that is decoded and encoded again.
enum class RoundTrip {
  kSame,        ///< the same value
  kNotDecoded,  ///< the buffer was refused
  kNotEncoded,  ///< the value cannot be sent (a string longer than the specification allows)
  kDifferent,   ///< another value: a fault of the codec
};

/// One form of an information buffer, type-erased: what docs, traces and fuzzers need of a
/// structure.
struct Form {
  std::string_view structure;               ///< "MBIM_CONNECT_INFO"; "-" for none
  std::string (*print)(ByteView, Secrets);  ///< decoded and printed, or why not
  std::string (*damage)(ByteView);          ///< why it cannot be decoded; empty: it can
  RoundTrip (*round_trip)(ByteView);        ///< decodes, encodes, decodes and compares
  /// Decoded and encoded again; nothing where either refuses.
  std::optional<Bytes> (*rewrite)(ByteView);
  std::vector<FieldInfo> (*fields)();  ///< in wire order
  std::size_t fixed_size = 0;          ///< bytes, a trailing list's elements not counted
  bool has_secrets = false;            ///< whether it can carry a PIN or a password

  /// `print` with secrets as "***".
  std::string to_text(ByteView buffer) const { return print(buffer, Secrets::kMasked); }
};

/// The forms of a CID in one version; null where it has no such form.
using FormSet = std::array<const Form*, std::size(kFormKinds)>;

/// One command, as data.
struct CidEntry {
  std::uint32_t cid = 0;
  std::string_view name;     ///< "CONNECT"
  std::string_view section;  ///< "10.5.12"
  MbimEx since{};            ///< in older versions it has no form
  std::array<FormSet, kMbimExVersions> forms{};

  /// The form that is in force where host and modem have agreed on `version`; null: there is none.
  const Form* FormOf(FormKind kind, MbimEx version = MbimEx::k1_0) const {
    return forms[static_cast<std::size_t>(version)][static_cast<std::size_t>(kind)];
  }
};

struct ServiceEntry {
  Uuid id;
  std::string_view name;  ///< "BASIC_CONNECT"
  std::span<const CidEntry> cids;
};

/// The table of a service that a header declares: TableOf<kBasicConnect>(). Defined in the
/// service's source file (service_impl.h).
template <const auto& kService>
ServiceEntry TableOf();

std::span<const ServiceEntry> Services();
const ServiceEntry* FindService(const Uuid& id);
const CidEntry* FindCid(const Uuid& service, std::uint32_t cid);
/// By name, case-insensitive ("connect", "CONNECT"); null when there is none.
const CidEntry* FindCidByName(const ServiceEntry& service, std::string_view name);

/// Name of a service of MBIM 1.0 ("SMS"), whether the rig knows its CIDs or not; else the UUID.
std::string ServiceName(const Uuid& service);

/// "BASIC_CONNECT CONNECT". An unnamed service shows its UUID, an unnamed command its number.
std::string CommandName(const Uuid& service, std::uint32_t cid);

}  // namespace mbnrig::mbim
