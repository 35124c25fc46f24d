#include "report/files.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "report/page.h"

namespace mbnrig::report {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJson = "report.json";
constexpr std::string_view kJunit = "junit.xml";
constexpr std::string_view kHtml = "index.html";
constexpr std::string_view kDataMark = "@REPORT_DATA@";

/// JSON that is safe in a script element: it contains neither "</script" nor "<!--".
std::string ForScript(const nlohmann::json& data) {
  std::string text;
  for (const char c : data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

/// Writes a file under another name and renames it, so that nobody reads half of it.
void WriteFile(const fs::path& path, const std::string& text) {
  const fs::path partial = path.string() + ".partial";
  std::ofstream out(partial, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(partial, path, error);
  if (!out || error) {
    throw std::runtime_error("cannot write " + path.string() +
                             (error ? ": " + error.message() : std::string()));
  }
}

}  // namespace

std::string ToHtml(const nlohmann::json& report) {
  std::string page(kPage);
  const std::size_t mark = page.find(kDataMark);
  page.replace(mark, kDataMark.size(), ForScript(report));
  return page;
}

void WriteFiles(const fs::path& folder, const RunRecord& run, const nlohmann::json& report) {
  WriteFile(folder / kJson,
            report.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  WriteFile(folder / kJunit, ToJunit(run));
  WriteFile(folder / kHtml, ToHtml(report));
}

void ClearFiles(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw std::runtime_error("cannot make the folder " + folder.string() + ": " + error.message());
  }
  for (const std::string_view name : {kJson, kJunit, kHtml}) {
    fs::remove(folder / name, error);
    if (error) {
      throw std::runtime_error("cannot remove the old " + (folder / name).string() + ": " +
                               error.message());
    }
  }
}

}  // namespace mbnrig::report
