/// mbnrig-docs: writes the tables of docs/ that are generated from the code. scripts/docs builds
/// and runs it.
///
///     mbnrig-docs SOURCE_DIR           writes them
///     mbnrig-docs --check SOURCE_DIR   fails if a page is not current

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "mbim/mbim_page.h"
#include "mbim/testing/libmbim_departures.h"
#include "modem/world.h"
#include "scenario/scenario.h"

namespace mbnrig {
namespace {

/// The part of a page between "<!-- `name`: generated, begin -->" and "<!-- `name`: end -->".
struct Section {
  const char* page;
  const char* name;
  std::string (*text)();
};

constexpr Section kSections[] = {
    {"mbim.md", "services", &mbim::MbimTables},
    {"libmbim.md", "departures", &mbim::testing::departures::Table},
    {"scenarios.md", "keys", &scenario::ScenarioKeyTable},
    {"faults.md", "rule keys", &scenario::RuleKeyTable},
    {"faults.md", "world keys", &modem::WorldKeyTable},
};

std::string Contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// `page` with the current contents of `section`.
std::string Renewed(std::string page, const Section& section) {
  const std::string begin = "<!-- " + std::string(section.name) + ": generated, begin -->\n";
  const std::string end = "<!-- " + std::string(section.name) + ": end -->";
  const auto from = page.find(begin);
  const auto to = page.find(end);
  if (from == std::string::npos || to == std::string::npos || to < from) {
    throw std::runtime_error("docs/" + std::string(section.page) + " lacks the lines \"" +
                             begin.substr(0, begin.size() - 1) + "\" and \"" + end + "\"");
  }
  const auto start = from + begin.size();
  return page.replace(start, to - start, section.text());
}

/// Whether all pages are current. If `write`, updates those that are not.
bool Run(const std::filesystem::path& source, bool write) {
  bool current = true;
  for (const Section& section : kSections) {
    const auto path = source / "docs" / section.page;
    const std::string before = Contents(path);
    const std::string after = Renewed(before, section);
    if (after == before) continue;
    if (write) {
      std::ofstream file(path, std::ios::binary);
      file << after << std::flush;
      if (!file) throw std::runtime_error("cannot write " + path.string());
      std::cout << "docs/" << section.page << ": " << section.name << " written\n";
    } else {
      std::cerr << "docs/" << section.page << ": " << section.name
                << " are not current; run scripts/docs\n";
      current = false;
    }
  }
  return current;
}

}  // namespace
}  // namespace mbnrig

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::strcmp(argv[1], "--check") == 0;
  if (!check && argc != 2) {
    std::cerr << "usage: mbnrig-docs [--check] SOURCE_DIR\n";
    return 2;
  }
  try {
    return mbnrig::Run(argv[argc - 1], !check) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "mbnrig-docs: " << error.what() << "\n";
    return 1;
  }
}
