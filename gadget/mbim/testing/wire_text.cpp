#include "mbim/testing/wire_text.h"

#include <charconv>
#include <map>
#include <sstream>
#include <stdexcept>

#include "mbim/basic_connect_types.h"
#include "mbim/service_ids.h"

namespace mbnrig::mbim::testing {
namespace {

const std::map<std::string_view, Uuid>& Names() {
  static const std::map<std::string_view, Uuid> names{
      {"BASIC_CONNECT", kServiceBasicConnect},
      {"SMS", kServiceSms},
      {"INTERNET", kContextTypeInternet},
      {"MMS", kContextTypeMms},
  };
  return names;
}

bool AppendWord(std::string_view word, Bytes& out) {
  if (const auto found = Names().find(word); found != Names().end()) {
    out.insert(out.end(), found->second.bytes.begin(), found->second.bytes.end());
    return true;
  }
  if (word.size() > 3 && word.starts_with("u\"") && word.ends_with('"')) {
    for (const char c : word.substr(2, word.size() - 3)) {
      out.push_back(static_cast<std::uint8_t>(c));
      out.push_back(0);
    }
    return true;
  }
  std::uint8_t byte = 0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, byte, 16);
  if (word.size() != 2 || stop != end || error != std::errc{}) return false;
  out.push_back(byte);
  return true;
}

}  // namespace

Bytes FromText(std::string_view text) {
  Bytes out;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('|')));
    for (std::string word; words >> word;) {
      if (!AppendWord(word, out)) throw std::invalid_argument("no bytes: " + word);
    }
  }
  return out;
}

}  // namespace mbnrig::mbim::testing
