#pragma once

/// Every service and CID the rig knows, as data: names, which commands and indications each has and
/// the structures they carry. The modem's DEVICE_SERVICES answer, traces, docs/mbim.md and
/// `mbim-gadget --list-services` come from here.

#include <functional>
#include <span>

#include "mbim/message.h"

namespace mbnrig::mbim {

/// One form of an information buffer, type-erased: what docs, traces and fuzzers need of a structure.
struct Form {
  std::string_view structure;                                    ///< "MBIM_CONNECT_INFO"; "-" for none
  std::string (*to_text)(ByteView);                              ///< decoded and printed, or why not
  bool (*round_trips)(ByteView);                                 ///< decodes, and re-encodes to the same value
};

struct CidEntry {
  std::uint32_t cid = 0;
  std::string_view name;      ///< "CONNECT"
  const Form* query = nullptr;       ///< null: the CID has no query
  const Form* set = nullptr;         ///< null: no set
  const Form* response = nullptr;    ///< of query and set
  const Form* indication = nullptr;  ///< null: unsolicited status is not sent
  std::string_view section;   ///< "10.5.12"
};

struct ServiceEntry {
  Uuid id;
  std::string_view name;  ///< "BASIC_CONNECT"
  std::span<const CidEntry> cids;
};

std::span<const ServiceEntry> Services();
const ServiceEntry* FindService(const Uuid& id);
const CidEntry* FindCid(const Uuid& service, std::uint32_t cid);
/// By name, case-insensitive ("connect", "CONNECT"); null when there is none.
const CidEntry* FindCidByName(const ServiceEntry& service, std::string_view name);

/// "BASIC_CONNECT CONNECT", or UUID and number where the table has no name.
std::string CommandName(const Uuid& service, std::uint32_t cid);

}  // namespace mbnrig::mbim
