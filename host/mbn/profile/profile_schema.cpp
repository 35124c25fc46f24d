#include "mbn/profile/profile_schema.h"

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlschemas.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>

#include "mbn/profile/schema/schema_texts.h"

namespace mbnrig::mbn {
namespace {

// Addresses under which libxml2 finds the embedded files while it follows xs:import.
constexpr std::string_view kBase = "mbnrig-schema:///";

const SchemaText* FindText(std::string_view uri) {
  if (!uri.starts_with(kBase)) return nullptr;
  uri.remove_prefix(kBase.size());
  const auto texts = SchemaTexts();
  const auto found = std::find_if(texts.begin(), texts.end(),
                                  [&](const SchemaText& text) { return text.file_name == uri; });
  return found == texts.end() ? nullptr : &*found;
}

int MatchUri(const char* uri) {
  return FindText(uri) != nullptr;
}

void* OpenUri(const char* uri) {
  return new (std::nothrow) std::string_view(FindText(uri)->text);
}

int ReadUri(void* context, char* buffer, int length) {
  auto& rest = *static_cast<std::string_view*>(context);
  const std::size_t count = std::min(rest.size(), static_cast<std::size_t>(length));
  std::memcpy(buffer, rest.data(), count);
  rest.remove_prefix(count);
  return static_cast<int>(count);
}

int CloseUri(void* context) {
  delete static_cast<std::string_view*>(context);
  return 0;
}

struct SchemaDeleter {
  void operator()(xmlSchema* schema) const { xmlSchemaFree(schema); }
};

void CollectText(void* context, const char* format, ...) __attribute__((format(printf, 2, 3)));
void CollectText(void* context, const char* format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  *static_cast<std::string*>(context) += line;
}

bool OfferTexts() {
  xmlInitParser();
  if (xmlRegisterInputCallbacks(MatchUri, OpenUri, ReadUri, CloseUri) < 0)
    throw std::runtime_error("libxml2 cannot register another input callback");
  return true;
}

xmlSchema* CompileSchema() {
  // A step of its own, which is not repeated when the compilation ran out of memory and runs again.
  static const bool offered = OfferTexts();
  static_cast<void>(offered);
  const std::string uri = std::string(kBase) + "profile.xsd";
  const std::unique_ptr<xmlSchemaParserCtxt, decltype(&xmlSchemaFreeParserCtxt)> parser(
      xmlSchemaNewParserCtxt(uri.c_str()), &xmlSchemaFreeParserCtxt);
  if (parser == nullptr) throw std::bad_alloc();
  std::string complaints;
  xmlSchemaSetParserErrors(parser.get(), CollectText, CollectText, &complaints);
  xmlSchema* schema = xmlSchemaParse(parser.get());
  if (schema == nullptr)
    throw std::runtime_error("the profile schema does not compile: " + complaints);
  return schema;
}

xmlSchema* Schema() {
  static const std::unique_ptr<xmlSchema, SchemaDeleter> schema(CompileSchema());
  return schema.get();
}

// libxml2 says "Element '{namespace}Name': This element is not expected. Expected is ( {namespace}X
// )." The path names the element already, and the namespaces hide the names.
std::string Readable(std::string_view message) {
  if (message.starts_with("Element '")) {
    const auto end = message.find("': ");
    if (end != std::string_view::npos) message.remove_prefix(end + 3);
  }
  std::string text;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '{') {
      const auto close = message.find('}', i);
      if (close != std::string_view::npos &&
          message.substr(i, close - i).find("://") != std::string_view::npos) {
        i = close;
        continue;
      }
    }
    text += message[i] == '\n' ? ' ' : message[i];
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '.'))
    text.pop_back();
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z')
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

struct FirstError {
  std::optional<ProfileError> error;
  bool out_of_memory = false;
};

// Called from C, so it must not throw.
void TakeError(void* context, xmlErrorPtr error) {
  auto& first = *static_cast<FirstError*>(context);
  if (first.error) return;
  if (error->code == XML_ERR_NO_MEMORY) {
    first.out_of_memory = true;
    return;
  }
  try {
    first.error = ProfileError{
        error->line, ElementPath(error->node),
        Readable(error->message != nullptr ? error->message : "does not follow the schema")};
  } catch (const std::bad_alloc&) {
    first.out_of_memory = true;
  }
}

}  // namespace

std::string ProfileError::ToString() const {
  std::string text;
  if (line > 0) text += fmt::format("line {}: ", line);
  if (!element.empty()) text += element + ": ";
  return text + reason;
}

std::string ElementPath(const void* node) {
  const auto* at = static_cast<const xmlNode*>(node);
  while (at != nullptr && at->type != XML_ELEMENT_NODE)
    at = at->parent;
  std::string path;
  for (; at != nullptr && at->type == XML_ELEMENT_NODE; at = at->parent) {
    const std::string name = reinterpret_cast<const char*>(at->name);
    path = path.empty() ? name : name + "/" + path;
  }
  return path;
}

void CompileProfileSchema() {
  Schema();
}

std::optional<ProfileError> ValidateProfile(xmlDoc* document) {
  const std::unique_ptr<xmlSchemaValidCtxt, decltype(&xmlSchemaFreeValidCtxt)> validator(
      xmlSchemaNewValidCtxt(Schema()), &xmlSchemaFreeValidCtxt);
  if (validator == nullptr) throw std::bad_alloc();
  FirstError first;
  xmlSchemaSetValidStructuredErrors(validator.get(), TakeError, &first);
  const int result = xmlSchemaValidateDoc(validator.get(), document);
  if (first.out_of_memory) throw std::bad_alloc();
  if (result == 0) return std::nullopt;
  if (first.error) return first.error;
  return ProfileError{0, ElementPath(xmlDocGetRootElement(document)), "does not follow the schema"};
}

}  // namespace mbnrig::mbn
