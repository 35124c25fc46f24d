#include "mbim/mbim_page.h"

#include <algorithm>

#include "mbim/service_table.h"

namespace mbnrig::mbim {
namespace {

std::string Code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string FormCell(const Form* form) {
  if (form == nullptr) return "";
  return form->structure == "-" ? "empty" : std::string(form->structure);
}

std::string ServiceSection(const ServiceEntry& service) {
  std::string out =
      "## " + std::string(service.name) + "\n\n" + Code(ToString(service.id)) + "\n\n";
  out +=
      "| CID | name | section | query | set | response | indication |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const CidEntry& cid : service.cids) {
    out += "| " + std::to_string(cid.cid) + " | " + std::string(cid.name) + " | " +
           std::string(cid.section);
    for (const Form* form : cid.forms.front()) {
      out += " | " + FormCell(form);
    }
    out += " |\n";
  }
  return out + "\n";
}

/// Collects one table for each structure, and for the structures inside it.
class Structures {
 public:
  void Add(std::string_view name, const std::vector<FieldInfo>& fields) {
    if (fields.empty() || std::ranges::find(seen_, name) != seen_.end()) return;
    seen_.emplace_back(name);
    text_ +=
        "### " + std::string(name) + "\n\n| offset | size | field | |\n| --- | --- | --- | --- |\n";
    std::size_t offset = 0;
    for (const FieldInfo& field : fields) {
      text_ += "| " + std::to_string(offset) + " | " +
               (field.extent.empty() ? std::to_string(field.size) : field.extent) + " | " +
               field.name + " | " + field.type + (field.secret ? ", secret" : "") + " |\n";
      offset += field.size;
    }
    text_ += "\n";
    for (const FieldInfo& field : fields) {
      Add(field.structure, field.fields);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::vector<std::string> seen_;
  std::string text_;
};

}  // namespace

std::string MbimTables() {
  std::string tables;
  Structures structures;
  for (const ServiceEntry& service : Services()) {
    tables += ServiceSection(service);
    for (const CidEntry& cid : service.cids) {
      for (const FormSet& forms : cid.forms) {
        for (const Form* form : forms) {
          if (form != nullptr) structures.Add(form->structure, form->fields());
        }
      }
    }
  }
  tables +=
      "## Structures\n\nThe tables show the fixed parts. Each string and list has an offset of its "
      "own.\n\n" +
      structures.text();
  tables.pop_back();
  return tables;
}

}  // namespace mbnrig::mbim
