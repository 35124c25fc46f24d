#include <gmock/gmock.h>

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

/// The cases from the field that describe a modem (5xx).
std::vector<path> Cases() {
  std::vector<path> cases;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "fixtures" / "cases")) {
    const path scenario = entry.path() / "scenario.yaml";
    if (entry.path().filename().string().starts_with("5") && exists(scenario)) {
      cases.push_back(scenario);
    }
  }
  return cases;
}

TEST(Fixtures, EachCaseFromTheFieldCanBeSaid) {
  EXPECT_GE(Cases().size(), 22u);
  for (const path& file : Cases()) {
    SCOPED_TRACE(file);
    Scenario scenario;
    ASSERT_NO_THROW(scenario = Load(file));
    Scenario plain;
    plain.name = scenario.name;
    EXPECT_NE(scenario, plain) << "it says nothing";
  }
}

TEST(Fixtures, DefaultSpellsOutTheDefaults) {
  EXPECT_EQ(Load(kScenarios / "default.yaml"), Parse("name: default", "default"));
}

}  // namespace
}  // namespace mbnrig::scenario
