#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "scenario/scenario.h"

namespace mbnrig::scenario {
namespace {

using std::filesystem::path;

const path kSource = MBNRIG_SOURCE_DIR;
const path kScenarios = kSource / "fixtures" / "scenarios";

std::string Contents(const path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<path> Files() {
  std::vector<path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kScenarios)) {
    files.push_back(entry.path());
  }
  return files;
}

TEST(Fixtures, EachLoadsSaysItsPurposeAndIsNamedAsItsFile) {
  ASSERT_GE(Files().size(), 16u);
  const std::string docs = Contents(kSource / "docs" / "scenarios.md");
  for (const path& file : Files()) {
    SCOPED_TRACE(file.filename());
    ASSERT_EQ(file.extension(), ".yaml");
    EXPECT_EQ(Contents(file).substr(0, 2), "# ");
    Scenario scenario;
    ASSERT_NO_THROW(scenario = Load(file));
    EXPECT_EQ(scenario.name, file.stem());
    EXPECT_NE(docs.find("| `" + scenario.name + "` |"), std::string::npos)
        << "docs/scenarios.md does not list it";
  }
}

TEST(Fixtures, DefaultSpellsOutTheDefaults) {
  EXPECT_EQ(Load(kScenarios / "default.yaml"), Parse("name: default", "default"));
}

/// The part of a page between "<!-- `name` begin -->" and "<!-- `name` end -->".
void ExpectSection(const path& page, const std::string& name, const std::string& expected) {
  const std::string begin = "<!-- " + name + ": generated, begin -->\n";
  const std::string end = "<!-- " + name + ": end -->";
  std::string text = Contents(page);
  const auto from = text.find(begin);
  const auto to = text.find(end);
  ASSERT_NE(from, std::string::npos) << page << " lacks " << begin;
  ASSERT_NE(to, std::string::npos) << page << " lacks " << end;
  const auto start = from + begin.size();
  if (std::getenv("MBNRIG_UPDATE_DOCS") != nullptr) {
    text.replace(start, to - start, expected);
    std::ofstream(page, std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text.substr(start, to - start), expected)
      << page << " is out of date: run this test with MBNRIG_UPDATE_DOCS=1 in the environment";
}

TEST(Docs, ListEveryKeyOfAScenario) {
  ExpectSection(kSource / "docs" / "scenarios.md", "keys", ScenarioKeyTable());
}

TEST(Docs, ListEveryKeyOfARule) {
  ExpectSection(kSource / "docs" / "faults.md", "rule keys", RuleKeyTable());
}

}  // namespace
}  // namespace mbnrig::scenario
