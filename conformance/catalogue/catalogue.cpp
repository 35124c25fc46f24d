#include "catalogue/catalogue.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>

namespace mbnrig::catalogue {
namespace {

/// A name of codes.tsv.
struct Code {
  std::string_view name;
  Family family;
  std::uint32_t value;
  bool alias;  ///< another name of the same number is shown instead
};

/// A line of not_applicable.tsv.
struct Exemption {
  std::string_view row;
  std::optional<Target> target;  ///< nothing: on every target
  std::string_view reason;
};

/// A line of required.tsv.
struct Requirement {
  std::string_view row;
  std::optional<Target> target;  ///< nothing: on every target
};

#include "catalogue_tables.inc"

constexpr std::string_view kWin32Prefix = "HRESULT_FROM_WIN32(";
constexpr std::uint32_t kFacilityWin32 = 0x80070000;

std::string_view WithoutWin32(std::string_view code) {
  if (!code.starts_with(kWin32Prefix)) return code;
  code.remove_prefix(kWin32Prefix.size());
  if (code.ends_with(')')) code.remove_suffix(1);
  return code;
}

std::string_view NameOf(std::uint32_t value, Family family) {
  for (const Code& code : kCodes) {
    if (code.value == value && code.family == family && !code.alias) return code.name;
  }
  return {};
}

/// Levenshtein distance.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
    }
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::string_view TargetName(Target target) {
  switch (target) {
    case Target::kEmbedded:
      return "embedded";
    case Target::kVm:
      return "vm";
    case Target::kBoard:
      return "board";
  }
  return "?";
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kReturn:
      return "return";
    case Kind::kStatus:
      return "status";
    case Kind::kEvent:
      return "event";
    case Kind::kHandlerReturn:
      return "handler return";
  }
  return "?";
}

std::span<const Row> Rows() {
  return kRows;
}

const Row* FindRow(std::string_view id) {
  static const auto by_id = [] {
    std::unordered_map<std::string_view, const Row*> index;
    for (const Row& row : kRows)
      index.emplace(row.id, &row);
    return index;
  }();
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : found->second;
}

const Row* FindRow(std::string_view api, std::string_view code) {
  const std::string_view bare = WithoutWin32(code);
  const Row* best = nullptr;
  for (const Row& row : kRows) {
    if (row.api != api) continue;
    const bool named = row.code == code || row.documented == code || WithoutWin32(row.code) == bare;
    if (named && (best == nullptr || (row.countable && !best->countable))) best = &row;
  }
  return best;
}

std::vector<std::string_view> NearestIds(std::string_view id, std::size_t count) {
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  ranked.reserve(kRows.size());
  for (const Row& row : kRows)
    ranked.emplace_back(Distance(id, row.id), row.id);
  count = std::min(count, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count),
                    ranked.end());
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; i < count; ++i)
    ids.push_back(ranked[i].second);
  return ids;
}

bool Required(const Row& row, Target target) {
  return std::any_of(kRequired.begin(), kRequired.end(), [&](const Requirement& required) {
    return required.row == row.id && (!required.target || *required.target == target);
  });
}

std::optional<std::string_view> NotApplicable(const Row& row, Target target) {
  for (const Exemption& exemption : kExemptions) {
    if (exemption.row == row.id && (!exemption.target || *exemption.target == target)) {
      return exemption.reason;
    }
  }
  return std::nullopt;
}

std::string CodeName(std::uint32_t value, Family family) {
  std::string name(NameOf(value, family));
  if (name.empty() && family == Family::kHresult && (value & 0xFFFF0000) == kFacilityWin32) {
    const std::string_view win32 = NameOf(value & 0xFFFF, Family::kWin32);
    if (!win32.empty()) name = std::string(kWin32Prefix).append(win32).append(")");
  }
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), family == Family::kHresult ? "0x%08X" : "%u", value);
  return name.empty() ? number.data() : name + " (" + number.data() + ")";
}

}  // namespace mbnrig::catalogue
