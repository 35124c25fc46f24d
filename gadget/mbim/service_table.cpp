#include "mbim/service_table.h"

#include <algorithm>
#include <array>

#include "mbim/service_ids.h"
#include "mbim/services.h"

namespace mbnrig::mbim {
namespace {

template <const auto&... kServices>
std::array<ServiceEntry, sizeof...(kServices)> TablesOf(ServiceList<kServices...>) {
  return {TableOf<kServices>()...};
}

/// Every service that the rig knows.
const auto& Table() {
  static const auto kTable = TablesOf(AllServices{});
  return kTable;
}

struct NamedService {
  Uuid id;
  std::string_view name;
};

/// The names of the services of MBIM 1.0 (table 10-3).
constexpr std::array kServiceNames{
    NamedService{kServiceBasicConnect, "BASIC_CONNECT"},
    NamedService{kServiceSms, "SMS"},
    NamedService{kServiceUssd, "USSD"},
    NamedService{kServicePhonebook, "PHONEBOOK"},
    NamedService{kServiceStk, "STK"},
    NamedService{kServiceAuth, "AUTH"},
    NamedService{kServiceDss, "DSS"},
};

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

}  // namespace

std::span<const ServiceEntry> Services() {
  return Table();
}

const ServiceEntry* FindService(const Uuid& id) {
  const auto found = std::ranges::find(Services(), id, &ServiceEntry::id);
  return found == Services().end() ? nullptr : &*found;
}

const CidEntry* FindCid(const Uuid& service, std::uint32_t cid) {
  const ServiceEntry* entry = FindService(service);
  if (entry == nullptr) return nullptr;
  const auto found = std::ranges::find(entry->cids, cid, &CidEntry::cid);
  return found == entry->cids.end() ? nullptr : &*found;
}

const CidEntry* FindCidByName(const ServiceEntry& service, std::string_view name) {
  const auto found = std::ranges::find_if(
      service.cids, [name](const CidEntry& entry) { return SameName(entry.name, name); });
  return found == service.cids.end() ? nullptr : &*found;
}

std::string_view ToName(FormKind kind) {
  constexpr std::string_view kNames[] = {"query", "set", "response", "indication"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string ServiceName(const Uuid& service) {
  const auto* found = std::ranges::find(kServiceNames, service, &NamedService::id);
  return found == kServiceNames.end() ? ToString(service) : std::string(found->name);
}

std::string CommandName(const Uuid& service, std::uint32_t cid) {
  const CidEntry* entry = FindCid(service, cid);
  return ServiceName(service) + " " +
         (entry != nullptr ? std::string(entry->name) : std::to_string(cid));
}

}  // namespace mbnrig::mbim
