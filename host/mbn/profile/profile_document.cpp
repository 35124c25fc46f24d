#include "mbn/profile/profile_document.h"

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>

#include <algorithm>
#include <array>
#include <new>

namespace mbnrig::mbn {
namespace {

constexpr std::string_view kV1 = "http://www.microsoft.com/networking/WWAN/profile/v1";
constexpr std::string_view kV3 = "http://www.microsoft.com/networking/WWAN/profile/v3";
constexpr std::string_view kV4 = "http://www.microsoft.com/networking/WWAN/profile/v4";

// The order of the root's first children in MBNProfile and MBNProfileExt.
constexpr std::array<std::string_view, 8> kOrder = {
    "Name",         "Description", "ICONFilePath",    "IsDefault", "ProfileCreationType",
    "SubscriberID", "SimIccID",    "HomeProviderName"};

std::string_view View(const xmlChar* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

const xmlChar* Xml(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

std::string_view NamespaceOf(const xmlNode* node) {
  return node->ns == nullptr ? std::string_view() : View(node->ns->href);
}

xmlNode* FindChild(const xmlNode* parent, std::string_view ns, std::string_view name) {
  for (xmlNode* child = parent->children; child != nullptr; child = child->next) {
    if (child->type == XML_ELEMENT_NODE && View(child->name) == name && NamespaceOf(child) == ns)
      return child;
  }
  return nullptr;
}

std::string ContentOf(const xmlNode* node) {
  const std::unique_ptr<xmlChar, decltype(xmlFree)> content(xmlNodeGetContent(node), xmlFree);
  if (content == nullptr) throw std::bad_alloc();
  return std::string(View(content.get()));
}

// Collapses white space as xs:token: none at the ends, one space between words.
std::string Collapse(std::string_view text) {
  std::string collapsed;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) {
      collapsed += c;
    } else if (!collapsed.empty() && collapsed.back() != ' ') {
      collapsed += ' ';
    }
  }
  if (!collapsed.empty() && collapsed.back() == ' ') collapsed.pop_back();
  return collapsed;
}

void ReplaceContent(xmlNode* node, std::string_view text) {
  xmlNodeSetContent(node, nullptr);
  xmlNodeAddContentLen(node, reinterpret_cast<const xmlChar*>(text.data()),
                       static_cast<int>(text.size()));
}

void Unlink(xmlNode* node) {
  xmlUnlinkNode(node);
  xmlFreeNode(node);
}

// Parsing ends at a document type, which could define entities and name external files.
void RefuseDocumentType(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto* parser = static_cast<xmlParserCtxt*>(context);
  parser->_private = parser;
  xmlStopParser(parser);
}

std::optional<ProfileKind> KindOf(const xmlNode* root) {
  const std::string_view ns = NamespaceOf(root), name = View(root->name);
  if (ns == kV1 && name == "MBNProfile") return ProfileKind::kProfile;
  if (ns == kV4 && name == "MBNProfileExt") return ProfileKind::kProfileExt;
  if (ns == kV4 && name == "ModemDMConfigProfile") return ProfileKind::kModemConfig;
  return std::nullopt;
}

}  // namespace

void ProfileDocument::Free::operator()(xmlDoc* document) const {
  xmlFreeDoc(document);
}

std::variant<ProfileDocument, ProfileError> ProfileDocument::Parse(std::string_view text) {
  if (text.size() > kMaxProfileBytes)
    return ProfileError{0, "", fmt::format("is longer than {} bytes", kMaxProfileBytes)};
  const std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> parser(xmlNewParserCtxt(),
                                                                            &xmlFreeParserCtxt);
  if (parser == nullptr) throw std::bad_alloc();
  parser->sax->internalSubset = RefuseDocumentType;
  std::unique_ptr<xmlDoc, Free> document(xmlCtxtReadMemory(
      parser.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8",
      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC));
  if (parser->_private != nullptr)
    return ProfileError{0, "", "a profile must not have a document type"};
  if (document == nullptr) {
    const xmlError* error = xmlCtxtGetLastError(parser.get());
    if (error == nullptr) return ProfileError{0, "", "is not XML"};
    if (error->code == XML_ERR_NO_MEMORY) throw std::bad_alloc();
    return ProfileError{error->line, "", "is not XML: " + Collapse(error->message)};
  }
  const xmlNode* root = xmlDocGetRootElement(document.get());
  const auto kind = KindOf(root);
  if (!kind) {
    return ProfileError{static_cast<int>(xmlGetLineNo(root)), std::string(View(root->name)),
                        fmt::format("expected MBNProfile of namespace {} or MBNProfileExt or "
                                    "ModemDMConfigProfile of {}",
                                    kV1, kV4)};
  }
  if (auto error = ValidateProfile(document.get())) return std::move(*error);
  return ProfileDocument(document.release(), *kind);
}

ProfileDocument ProfileDocument::Copy() const {
  xmlDoc* copy = xmlCopyDoc(document_.get(), 1);
  if (copy == nullptr) throw std::bad_alloc();
  return ProfileDocument(copy, kind_);
}

xmlNode* ProfileDocument::Root() const {
  return xmlDocGetRootElement(document_.get());
}

xmlNode* ProfileDocument::Find(std::string_view path) const {
  xmlNode* node = Root();
  const std::string_view ns = NamespaceOf(node);
  while (node != nullptr && !path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    node = FindChild(node, ns, path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return node;
}

std::optional<std::string> ProfileDocument::Text(std::string_view path) const {
  const auto raw = RawText(path);
  if (!raw) return std::nullopt;
  return Collapse(*raw);
}

std::optional<std::string> ProfileDocument::RawText(std::string_view path) const {
  const xmlNode* node = Find(path);
  if (node == nullptr) return std::nullopt;
  return ContentOf(node);
}

bool ProfileDocument::Flag(std::string_view path, bool absent) const {
  const auto text = Text(path);
  return !text || text->empty() ? absent : *text == "true" || *text == "1";
}

std::vector<std::string> ProfileDocument::Texts(std::string_view path,
                                                std::string_view name) const {
  std::vector<std::string> texts;
  const xmlNode* parent = Find(path);
  if (parent == nullptr) return texts;
  const std::string_view ns = NamespaceOf(Root());
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    if (child->type == XML_ELEMENT_NODE && View(child->name) == name && NamespaceOf(child) == ns)
      texts.push_back(Collapse(ContentOf(child)));
  }
  return texts;
}

bool ProfileDocument::is_additional_context() const {
  const xmlNode* node = FindChild(Root(), kV3, "IsAdditionalPdpContextProfile");
  if (node == nullptr) return false;
  const std::string text = Collapse(ContentOf(node));
  return text == "true" || text == "1";
}

ProfileError ProfileDocument::Fault(std::string_view path, std::string reason) const {
  const xmlNode* node = Find(path);
  if (node == nullptr) node = Root();
  return ProfileError{static_cast<int>(xmlGetLineNo(node)), ElementPath(node), std::move(reason)};
}

void ProfileDocument::SetText(std::string_view name, std::string_view text) {
  if (xmlNode* present = Find(name)) {
    ReplaceContent(present, text);
    return;
  }
  xmlNode* root = Root();
  xmlNode* predecessor = nullptr;
  for (const std::string_view earlier : kOrder) {
    if (earlier == name) break;
    if (xmlNode* node = Find(earlier)) predecessor = node;
  }
  xmlNode* added = xmlNewNode(root->ns, Xml(std::string(name)));
  if (added == nullptr) throw std::bad_alloc();
  ReplaceContent(added, text);
  // Every root begins with Name, so the service never inserts before the first element.
  xmlAddNextSibling(predecessor, added);
}

void ProfileDocument::Remove(std::string_view path) {
  if (xmlNode* node = Find(path)) Unlink(node);
}

void ProfileDocument::SetPassword(std::string_view password) {
  if (xmlNode* present = Find("Context/UserLogonCred/Password")) {
    ReplaceContent(present, password);
    return;
  }
  xmlNode* credentials = Find("Context/UserLogonCred");
  if (credentials == nullptr) return;
  xmlNode* added = xmlNewNode(Root()->ns, reinterpret_cast<const xmlChar*>("Password"));
  if (added == nullptr) throw std::bad_alloc();
  ReplaceContent(added, password);
  xmlAddChild(credentials, added);
}

std::string ProfileDocument::ToXml(bool declaration) const {
  const std::unique_ptr<xmlBuffer, decltype(&xmlBufferFree)> buffer(xmlBufferCreate(),
                                                                    &xmlBufferFree);
  if (buffer == nullptr) throw std::bad_alloc();
  xmlSaveCtxt* save =
      xmlSaveToBuffer(buffer.get(), "UTF-8", declaration ? 0 : int{XML_SAVE_NO_DECL});
  if (save == nullptr) throw std::bad_alloc();
  const bool saved = xmlSaveDoc(save, document_.get()) >= 0;
  if (xmlSaveClose(save) < 0 || !saved) throw std::bad_alloc();
  std::string text(View(xmlBufferContent(buffer.get())));
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

}  // namespace mbnrig::mbn
