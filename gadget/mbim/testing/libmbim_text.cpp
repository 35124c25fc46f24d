#include "mbim/testing/libmbim_text.h"

#include <algorithm>
#include <cctype>

#include "mbim/testing/libmbim_departures.h"

// libmbim 1.28 does not free the texts of a list that it has printed. Its frames are not in
// LeakSanitizer's report, since GLib has no frame pointers, so that the function of GLib is named.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "leak:g_utf16_to_utf8\n";
}

namespace mbnrig::mbim::testing {
namespace {

char Lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// libmbim prints an empty text of a list through a null pointer, and GLib complains of it.
class WithoutComplaints {
 public:
  WithoutComplaints()
      : id_(g_log_set_handler(
            "GLib", G_LOG_LEVEL_CRITICAL,
            [](const gchar*, GLogLevelFlags, const gchar*, gpointer) {}, nullptr)) {}
  ~WithoutComplaints() { g_log_remove_handler("GLib", id_); }
  WithoutComplaints(const WithoutComplaints&) = delete;
  WithoutComplaints& operator=(const WithoutComplaints&) = delete;

 private:
  guint id_;
};

}  // namespace

std::optional<std::string> PrintedFields(const MbimMessage* message, MbimEx version) {
  const WithoutComplaints quiet;
  GError* error = nullptr;
  const auto major = static_cast<guint8>(static_cast<int>(version) + 1);
  const Owned<gchar> text(mbim_message_get_printable_full(message, major, 0, "", FALSE, &error));
  const Owned<GError> owned(error);
  if (!text) return std::nullopt;
  const std::string_view whole(text.get());
  const std::string_view head = "Fields:\n";
  const auto from = whole.find(head);
  if (from == std::string_view::npos) return std::nullopt;
  const std::string_view fields = whole.substr(from + head.size());
  // The text ends with the first field that it cannot read: "Rssi = n/a: cannot read 32bit ...".
  const auto unread = fields.rfind(" = n/a: ");
  if (unread != std::string_view::npos && fields.find('\'', unread) == std::string_view::npos) {
    return std::nullopt;
  }
  std::string read(fields);
  const std::string_view null = "'(null)'";
  for (auto at = read.find(null); at != std::string::npos; at = read.find(null, at)) {
    read.replace(at, null.size(), "''");
  }
  return read;
}

bool Words::Agree(const std::string& field, std::uint64_t number, std::string_view word) {
  return words_.try_emplace({field, number}, word).first->second == word;
}

bool PrintedText::Take(std::string_view literal) {
  if (!rest_.starts_with(literal)) return false;
  rest_.remove_prefix(literal.size());
  return true;
}

void PrintedText::PassSpace() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
}

bool PrintedText::TakeBehindSpace(std::string_view literal) {
  PassSpace();
  return Take(literal);
}

bool PrintedText::TakeName(std::string_view structure, std::string_view field,
                           std::string_view more) {
  for (const auto& name : departures::kNames) {
    if (name.structure == structure && name.field == field) field = name.theirs;
  }
  PassSpace();
  const std::string name = std::string(field) + std::string(more);
  if (!std::ranges::equal(rest_.substr(0, name.size()), name, {}, Lower, Lower)) return false;
  rest_.remove_prefix(name.size());
  return Take(" = ");
}

bool PrintedText::TakeAnyOpening() {
  PassSpace();
  const auto name = std::min(rest_.find(' '), rest_.size());
  if (!rest_.substr(name).starts_with(" = {\n")) return false;
  rest_.remove_prefix(name + 5);
  return true;
}

std::string_view PrintedText::UpToQuote() {
  const auto end = std::min(rest_.find('\''), rest_.size());
  const std::string_view text = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return text;
}

bool PrintedText::AtEnd() {
  PassSpace();
  return rest_.empty();
}

std::string TextJudge::HexText(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += ':';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace mbnrig::mbim::testing
