#include "catalogue/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <winerror.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace mbnrig::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsNull;
using ::testing::NotNull;

struct Counts {
  int rows = 0;
  int countable = 0;
  std::set<std::string_view> apis;
};

Counts Count(Family family) {
  Counts counts;
  for (const Row& row : Rows()) {
    if (row.family != family) continue;
    ++counts.rows;
    counts.countable += row.countable ? 1 : 0;
    counts.apis.insert(row.api);
  }
  return counts;
}

TEST(Catalogue, HoldsEveryRowOfMbnapi) {
  const Counts counts = Count(Family::kHresult);
  EXPECT_EQ(counts.rows, 531);
  EXPECT_EQ(counts.countable, 452);
  EXPECT_EQ(counts.apis.size(), 174u);
}

TEST(Catalogue, HoldsEveryRowOfMprapi) {
  const Counts counts = Count(Family::kWin32);
  EXPECT_EQ(counts.rows, 537);
  EXPECT_EQ(counts.countable, 470);
  EXPECT_EQ(counts.apis.size(), 131u);
}

TEST(Catalogue, CountsEachRowThatNamesACodeUnlessAHandlerReturnsIt) {
  for (const Row& row : Rows()) {
    const bool names_a_code = row.code != "-" && row.code != "Other";
    EXPECT_EQ(row.countable, names_a_code && row.kind != Kind::kHandlerReturn) << row.id;
  }
}

TEST(Catalogue, GivesEveryRowItsOwnId) {
  std::set<std::string_view> ids;
  for (const Row& row : Rows()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_THAT(FindRow(row.id), Eq(&row)) << row.id;
  }
}

TEST(Catalogue, GivesEveryCountableRowANumber) {
  for (const Row& row : Rows()) {
    EXPECT_EQ(row.value.has_value(), row.code != "-" && row.code != "Other") << row.id;
    if (row.countable) {
      EXPECT_FALSE(row.condition.empty()) << row.id;
    }
  }
}

TEST(Catalogue, ComputesNumbersOfWin32CodesInAnHresult) {
  const Row* row = FindRow("IMbnConnection::Connect", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)");
  ASSERT_THAT(row, NotNull());
  EXPECT_EQ(row->value, 0x80070490u);
  const Row* win32 = FindRow("MprAdminInterfaceGetHandle", "RPC_X_NULL_REF_POINTER");
  ASSERT_THAT(win32, NotNull());
  EXPECT_EQ(win32->value, 1780u);
}

TEST(Catalogue, KeepsBothSpellingsOfAMisspeltCode) {
  for (const Row& row : Rows()) {
    EXPECT_EQ(row.code.find(' '), std::string_view::npos) << row.id;
    EXPECT_NE(row.code, "ERROR_CANNOT_COMPLETE") << row.id;
    EXPECT_NE(row.code, "E_INVALID_ARG") << row.id;
  }
  const auto misspelt = std::count_if(Rows().begin(), Rows().end(),
                                      [](const Row& row) { return row.code != row.documented; });
  EXPECT_EQ(misspelt, 11);  // 5 ERROR_CANNOT_COMPLETE, 2 "ERROR _NOT_FOUND", 4 more once each
}

TEST(Catalogue, NamesTheCompletionOfAnAcceptedRequest) {
  const Row* accepted = FindRow("IMbnConnection::Connect", "S_OK");
  ASSERT_THAT(accepted, NotNull());
  EXPECT_EQ(accepted->completion, "IMbnConnectionEvents::OnConnectComplete");
  const Row* refused = FindRow("IMbnConnection::Connect", "E_HANDLE");
  ASSERT_THAT(refused, NotNull());
  EXPECT_EQ(refused->completion, "");
  const Row* started = FindRow("MprAdminInterfaceConnect", "PENDING");
  ASSERT_THAT(started, NotNull());
  EXPECT_EQ(started->completion, "hEvent");
  for (const Row& row : Rows()) {
    if (row.completion.empty()) continue;
    EXPECT_TRUE(row.countable && row.kind == Kind::kReturn) << row.id;
  }
}

TEST(FindRow, PrefersTheCountableOfTwoRows) {
  const Row* row = FindRow("IMbnConnectionEvents::OnConnectComplete", "S_OK");
  ASSERT_THAT(row, NotNull());
  EXPECT_EQ(row->id, "IMbnConnectionEvents::OnConnectComplete/S_OK/status");
}

TEST(FindRow, TakesAWin32CodeWithoutItsMacro) {
  EXPECT_THAT(FindRow("IMbnConnection::Connect", "ERROR_NOT_FOUND"),
              Eq(FindRow("IMbnConnection::Connect/HRESULT_FROM_WIN32(ERROR_NOT_FOUND)")));
}

TEST(FindRow, TakesTheDocumentedSpelling) {
  const auto misspelt = std::find_if(Rows().begin(), Rows().end(), [](const Row& row) {
    return row.documented == "ERROR_CANNOT_COMPLETE";
  });
  ASSERT_NE(misspelt, Rows().end());
  EXPECT_THAT(FindRow(misspelt->api, "ERROR_CANNOT_COMPLETE"), Eq(&*misspelt));
  EXPECT_THAT(FindRow(misspelt->api, "ERROR_CAN_NOT_COMPLETE"), Eq(&*misspelt));
}

TEST(FindRow, FindsOnlyDocumentedCodes) {
  EXPECT_THAT(FindRow("IMbnConnection::Connect", "E_OUTOFMEMORY"), IsNull());
  EXPECT_THAT(FindRow("IMbnConnection::Conect", "S_OK"), IsNull());
}

TEST(NearestIds, FindsTheRowDespiteATypo) {
  EXPECT_THAT(NearestIds("IMbnConnection::Conect/E_HANDEL", 1),
              ElementsAre("IMbnConnection::Connect/E_HANDLE"));
}

TEST(CodeName, NamesByFamily) {
  EXPECT_EQ(CodeName(0x80548210, Family::kHresult), "E_MBN_PIN_REQUIRED (0x80548210)");
  EXPECT_EQ(CodeName(0x80070490, Family::kHresult),
            "HRESULT_FROM_WIN32(ERROR_NOT_FOUND) (0x80070490)");
  EXPECT_EQ(CodeName(0x80070006, Family::kHresult), "E_HANDLE (0x80070006)");
  EXPECT_EQ(CodeName(0, Family::kHresult), "S_OK (0x00000000)");
  EXPECT_EQ(CodeName(0, Family::kWin32), "NO_ERROR (0)");
  EXPECT_EQ(CodeName(600, Family::kWin32), "PENDING (600)");
  EXPECT_EQ(CodeName(0x80ABCDEF, Family::kHresult), "0x80ABCDEF");
  EXPECT_EQ(CodeName(64999, Family::kWin32), "64999");
}

TEST(CodeName, NamesTheNumberOfEveryRow) {
  for (const Row& row : Rows()) {
    const bool boolean = row.code == "TRUE" || row.code == "FALSE" || row.code == "ERROR_SUCCESS";
    if (!row.countable || boolean) continue;
    EXPECT_THAT(CodeName(*row.value, row.family), ::testing::StartsWith(row.code)) << row.id;
  }
}

/// The value of `#define NAME ((HRESULT)0x80070006L)` or `(RASBASE + 1)`. Nothing for other kinds
/// of definition.
std::optional<std::uint32_t> Number(std::string expression) {
  expression.resize(std::min(expression.find("//"), expression.size()));
  std::replace_if(
      expression.begin(), expression.end(), [](char c) { return c == '(' || c == ')' || c == '+'; },
      ' ');
  std::istringstream words(expression);
  std::optional<std::uint32_t> sum;
  for (std::string word; words >> word;) {
    if (word == "HRESULT" || word == "DWORD") continue;
    if (word == "RASBASE" || word == "ROUTEBASE") {
      sum = sum.value_or(0) + (word == "RASBASE" ? 600 : 900);
      continue;
    }
    char* end = nullptr;
    const auto number = static_cast<std::uint32_t>(std::strtoul(word.c_str(), &end, 0));
    if (end == word.c_str() ||
        std::string_view(end).find_first_not_of("uUlL") != std::string::npos) {
      return std::nullopt;
    }
    sum = sum.value_or(0) + number;
  }
  return sum;
}

/// The number that the rows have for a code.
std::optional<std::uint32_t> ValueInRows(const std::string& name, Family family) {
  for (const Row& row : Rows()) {
    if (row.family == family && row.code == name) return row.value;
  }
  return std::nullopt;
}

/// Compares the definitions in `file` with codes.tsv, and adds the names that both have to
/// `compared`.
void CompareWithHeader(const std::filesystem::path& file, std::set<std::string>& compared) {
  std::ifstream in(file);
  ASSERT_TRUE(in) << file;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string directive;
    std::string name;
    std::string expression;
    words >> directive >> name;
    std::getline(words, expression);
    if (directive != "#define") continue;
    const auto theirs = Number(expression);
    for (const Family family : {Family::kHresult, Family::kWin32}) {
      const auto ours = ValueInRows(name, family);
      if (!ours || !theirs) continue;
      EXPECT_EQ(*ours, *theirs) << name << " in " << file;
      compared.insert(name);
    }
  }
}

template <class... Code>
std::set<std::uint32_t> CodesOf(Code... codes) {
  return {static_cast<std::uint32_t>(codes)...};
}

TEST(Codes, HaveTheNumbersOfThePublicHeaders) {
  std::set<std::string> compared;
  for (const auto& entry : std::filesystem::directory_iterator(MBNRIG_SOURCE_DIR "/host/include")) {
    if (entry.path().extension() == ".h") CompareWithHeader(entry.path(), compared);
  }
  EXPECT_THAT(compared, ::testing::IsSupersetOf({"E_MBN_ACTIVE_CONNECTION", "E_MBN_ALREADY_ACTIVE",
                                                 "E_MBN_DEVICE_BUSY", "E_MBN_PIN_REQUIRED",
                                                 "PENDING", "ERROR_DDM_NOT_RUNNING"}));
}

// host/include/reference/import.py writes mbnapi_returns.inc from mbn.tsv.
TEST(Codes, AreThoseOfTheHostsPages) {
  std::map<std::string, std::set<std::uint32_t>> pages, rows;
  std::set<std::string> open_pages, open_rows;
#define MBN_PAGE(interface_name, name, others, codes) \
  pages[#interface_name "::" #name] = CodesOf codes;  \
  if (others) open_pages.insert(#interface_name "::" #name);
#include "include/reference/mbnapi_returns.inc"
#undef MBN_PAGE
  for (const Row& row : Rows()) {
    if (row.family != Family::kHresult) continue;
    auto& codes = rows[std::string(row.api)];
    if (row.countable) codes.insert(row.value.value());
    if (row.code == "Other") open_rows.insert(std::string(row.api));
  }
  EXPECT_EQ(pages, rows);
  EXPECT_EQ(open_pages, open_rows);
}

}  // namespace
}  // namespace mbnrig::catalogue
