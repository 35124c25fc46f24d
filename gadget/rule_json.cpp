#include "rule_json.h"

#include <nlohmann/json.hpp>

#include "mbim/service_table.h"
#include "scenario/names.h"

namespace mbnrig {

using fault::Action;
using nlohmann::json;
using scenario::ToName;

json ToJson(const fault::Rule& rule) {
  json out = {{"on", ToName(rule.seam)}, {"do", ToName(rule.action)}};
  if (rule.service) {
    const auto* service = mbim::FindService(*rule.service);
    out["service"] =
        service != nullptr ? std::string(service->name) : mbim::ToString(*rule.service);
  }
  if (rule.cid) {
    const auto* cid = rule.service ? mbim::FindCid(*rule.service, *rule.cid) : nullptr;
    out["cid"] = cid != nullptr ? json(std::string(cid->name)) : json(*rule.cid);
  }
  if (rule.type) out["type"] = ToName(*rule.type);
  if (rule.first_word) out["first_word"] = *rule.first_word;
  if (rule.second_word) out["second_word"] = *rule.second_word;
  if (rule.request) out["request"] = ToName(scenario::ClassRequestNames(), *rule.request);
  if (rule.after != 0) out["after"] = rule.after;
  if (rule.times != 0) out["times"] = rule.times;
  switch (rule.action) {
    case Action::kStatus:
      out["status"] = mbim::StatusName(rule.status);
      if (rule.network_error != 0) out["network_error"] = rule.network_error;
      break;
    case Action::kError:
      out["error"] = ToName(rule.error);
      break;
    case Action::kDelay:
      out["delay"] = std::to_string(rule.delay.count()) + "ms";
      break;
    case Action::kTruncate:
    case Action::kCorrupt:
      out["bytes"] = rule.bytes;
      break;
    case Action::kDrop:
    case Action::kHold:
    case Action::kStall:
    case Action::kUnplug:
      break;
  }
  return out;
}

json ToJson(const fault::RuleState& state) {
  return {{"id", state.id},
          {"rule", ToJson(state.rule)},
          {"hits", state.hits},
          {"released", state.released}};
}

}  // namespace mbnrig
