#include "mbn/same_id.h"

#include <algorithm>
#include <cctype>

namespace mbnrig::mbn {

bool SameId(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::toupper(x) == std::toupper(y);
  });
}

}  // namespace mbnrig::mbn
