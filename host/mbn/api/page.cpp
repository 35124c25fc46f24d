#include "mbn/api/page.h"

#include <string>

#include "com/code_name.h"
#include "mbn/log.h"

namespace mbnrig::mbn {
namespace {

constexpr Page kPages[] = {
#define MBN_PAGE(interface_name, name, others, codes) pages::k##interface_name##_##name,
#include "include/reference/mbnapi_returns.inc"
#undef MBN_PAGE
};

using PagesOfEvents = std::array<const Page*, kEventCount>;

PagesOfEvents FindPagesOfEvents() {
  static const Page none("an event without a page", false, {});
  PagesOfEvents found;
  found.fill(&none);
  for (std::size_t i = 0; i < kEventCount; ++i) {
    for (const Page& page : kPages) {
      if (page.name() == NameOf(static_cast<EventId>(i))) found[i] = &page;
    }
  }
  return found;
}

bool IsComsOwn(HRESULT code) {
  return code == E_POINTER || code == E_OUTOFMEMORY || code == E_UNEXPECTED || code == E_NOTIMPL;
}

}  // namespace

const Page& PageOf(EventId event) {
  static const PagesOfEvents pages = FindPagesOfEvents();
  return *pages.at(static_cast<std::size_t>(event));
}

HRESULT CheckedCode(const Page& page, HRESULT code) {
  if (page.Allows(code) || IsComsOwn(code)) return code;
  LogWarning(std::string(page.name()) + " does not document " + com::CodeName(code) + ": " +
             com::CodeName(page.fallback()));
  return page.fallback();
}

}  // namespace mbnrig::mbn
