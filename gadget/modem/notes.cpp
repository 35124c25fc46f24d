#include "modem/notes.h"

#include <algorithm>
#include <utility>

namespace mbnrig::modem {

void Notes::Say(std::string subject, std::string text, std::string over) {
  saying_.push_back({std::move(subject), std::move(text), std::move(over)});
}

std::string Notes::Cause(std::uint32_t nw_error) {
  return nw_error == 0 ? "" : " (network error " + std::to_string(nw_error) + ")";
}

Notes::Lines Notes::Ask(Services services) {
  for (const auto& service : services)
    service->Note(*this);
  return std::exchange(saying_, {});
}

void Notes::Listen(Handler handler, Services services) {
  handler_ = std::move(handler);
  if (!handler_) return;
  said_ = Ask(services);
  std::string all;
  for (const Line& line : said_)
    all += (all.empty() ? "" : ", ") + line.text;
  handler_(all);
}

void Notes::Compare(Services services) {
  if (!handler_) return;
  Lines now = Ask(services);
  for (const Line& line : said_) {
    const bool over = std::ranges::find(now, line.subject, &Line::subject) == now.end();
    if (over && !line.over.empty()) handler_(line.over);
  }
  for (const Line& line : now) {
    const auto before = std::ranges::find(said_, line.subject, &Line::subject);
    if (before == said_.end() || before->text != line.text) handler_(line.text);
  }
  said_ = std::move(now);
}

}  // namespace mbnrig::modem
