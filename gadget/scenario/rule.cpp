// Fault rules as people write them: {on: command, cid: CONNECT, do: status, status: BUSY}.

#include <algorithm>
#include <set>

#include "mbim/service_table.h"
#include "scenario/key.h"

namespace mbnrig::scenario {
namespace {

using fault::Action;
using fault::Rule;
using fault::Seam;

/// A rule whose keys are being read. `cid` is read when the service is known.
struct Draft {
  Rule rule;
  std::optional<std::string> cid;
  std::set<std::string> given;
};

/// The filters and actions that a seam takes. Every seam takes `on`, `do`, `after` and `times`.
struct SeamUse {
  Seam seam;
  std::set<std::string> filters;
  std::set<Action> actions;
};
/// The keys that belong to an action.
struct ActionUse {
  Action action;
  std::set<std::string> required, optional;
};

const std::vector<SeamUse>& SeamUses() {
  static const std::set<std::string> kCommandFilters{
      "service", "cid", "type", "session", "activation", "first_word", "second_word"};
  static const std::set<std::string> kIndicationFilters{"service", "cid", "session", "first_word",
                                                        "second_word"};
  static const std::set<Action> kAnswerActions{Action::kStatus,  Action::kError, Action::kDrop,
                                               Action::kDelay,   Action::kHold,  Action::kTruncate,
                                               Action::kCorrupt, Action::kUnplug};
  static const std::set<Action> kMessageActions{Action::kDrop,    Action::kDelay,
                                                Action::kHold,    Action::kTruncate,
                                                Action::kCorrupt, Action::kUnplug};
  static const std::set<Action> kSetupActions{Action::kDrop,     Action::kDelay,   Action::kHold,
                                              Action::kTruncate, Action::kCorrupt, Action::kStall,
                                              Action::kUnplug};
  static const std::set<Action> kNotificationActions{Action::kDrop, Action::kDelay, Action::kHold,
                                                     Action::kUnplug};
  static const std::vector<SeamUse> kUses{
      {Seam::kOpen, {}, kAnswerActions},
      {Seam::kClose, {}, kAnswerActions},
      {Seam::kCommand, kCommandFilters, kAnswerActions},
      {Seam::kAnswer, kCommandFilters, kAnswerActions},
      {Seam::kIndication, kIndicationFilters, kMessageActions},
      {Seam::kSetup, {"request"}, kSetupActions},
      {Seam::kNotification, {}, kNotificationActions},
  };
  return kUses;
}

const std::vector<ActionUse>& ActionUses() {
  static const std::vector<ActionUse> kUses{
      {Action::kStatus, {"status"}, {"network_error"}},
      {Action::kError, {"error"}, {}},
      {Action::kDelay, {"delay"}, {}},
      {Action::kTruncate, {"bytes"}, {}},
      {Action::kCorrupt, {}, {"bytes"}},
  };
  return kUses;
}

/// The names of all statuses, without their prefix.
const std::vector<Named<mbim::Status>>& StatusNames() {
  static const std::vector<Named<mbim::Status>> kNames = [] {
    static constexpr std::string_view kPrefix = "MBIM_STATUS_";
    static std::vector<std::string> texts;
    texts.reserve(mbim::AllStatuses().size());
    std::vector<Named<mbim::Status>> names;
    for (const mbim::Status status : mbim::AllStatuses()) {
      texts.push_back(mbim::StatusName(status).substr(kPrefix.size()));
      names.push_back({texts.back(), status});
    }
    return names;
  }();
  return kNames;
}

/// A word of `names`, with or without `prefix`, or a plain number.
template <class E>
E NameOrNumber(const Value& value, std::span<const Named<E>> names, std::string_view prefix,
               std::uint64_t max) {
  std::string word = value.Text(0);
  if (word.starts_with(prefix)) word.erase(0, prefix.size());
  if (const auto found = FromName(names, word)) return *found;
  if (!word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; })) {
    return static_cast<E>(value.Number(0, max));
  }
  value.Fail("'" + word + "' is unknown" + Offer(word, AllNames(names)));
}

void ReadService(Rule& rule, const Value& value) {
  const std::string word = value.Text(0);
  std::vector<std::string> names;
  for (const mbim::ServiceEntry& service : mbim::Services()) {
    if (SameWord(service.name, word) || mbim::ToString(service.id) == word) {
      rule.service = service.id;
      return;
    }
    names.emplace_back(service.name);
  }
  value.Fail("'" + word + "' is unknown" + Offer(word, names, "service"));
}

/// A key that `read` reads; Draft::given remembers that the rule has it.
Key<Draft> RuleKey(const std::string& name, std::string kind, std::string text,
                   const std::function<void(Draft&, const Value&)>& read) {
  auto noting = [name, read](Draft& draft, const Value& value) {
    draft.given.insert(name);
    read(draft, value);
  };
  return {name, std::move(kind), std::move(text), noting};
}

constexpr std::uint64_t kMaxCount = 0xFFFFFFFF;

/// A number that the information buffer must have at a place.
Key<Draft> BufferWord(std::string name, std::optional<std::uint32_t> Rule::*member,
                      std::string text) {
  return RuleKey(std::move(name), "0 to 4294967295", std::move(text),
                 [=](Draft& d, const Value& value) {
                   d.rule.*member = static_cast<std::uint32_t>(value.Number(0, kMaxCount));
                 });
}

Key<Draft> Count(std::string name, std::uint32_t Rule::*member, std::uint64_t max,
                 std::string text) {
  return RuleKey(std::move(name), "0 to " + std::to_string(max), std::move(text),
                 [=](Draft& d, const Value& value) {
                   d.rule.*member = static_cast<std::uint32_t>(value.Number(0, max));
                 });
}

const Keys<Draft>& RuleKeys() {
  static const Keys<Draft> kKeys{
      RuleKey("on", Joined(AllNames(Names<Seam>())), "the place where the rule acts; required",
              [](Draft& d, const Value& v) { d.rule.seam = v.Choice(Names<Seam>()); }),
      RuleKey("do", Joined(AllNames(Names<Action>())), "what the rule does; required",
              [](Draft& d, const Value& v) { d.rule.action = v.Choice(Names<Action>()); }),
      RuleKey("service", "name or UUID of a service",
              "only commands or indications of this service",
              [](Draft& d, const Value& v) { ReadService(d.rule, v); }),
      RuleKey("cid", "name or number of a CID",
              "only this CID; without `service`: of the first service that has the name, or of "
              "BASIC_CONNECT",
              [](Draft& d, const Value& v) { d.cid = v.Text(0); }),
      RuleKey("type", Joined(AllNames(Names<mbim::CommandType>())), "only queries or only sets",
              [](Draft& d, const Value& v) { d.rule.type = v.Choice(Names<mbim::CommandType>()); }),
      BufferWord("session", &Rule::first_word,
                 "with `cid` CONNECT or IP_CONFIGURATION: only this session"),
      RuleKey("activation", Joined(AllNames(Names<mbim::ActivationCommand>())),
              "with `cid` CONNECT, set: only this activation command",
              [](Draft& d, const Value& v) {
                d.rule.second_word =
                    static_cast<std::uint32_t>(v.Choice(Names<mbim::ActivationCommand>()));
              }),
      BufferWord(
          "first_word", &Rule::first_word,
          "only where the information buffer of the command or indication begins with this number"),
      BufferWord("second_word", &Rule::second_word, "only where this number follows the first one"),
      RuleKey("request", "name of a class request, or 0 to 255", "`on: setup`: only this bRequest",
              [](Draft& d, const Value& v) {
                d.rule.request = NameOrNumber(v, ClassRequestNames(), "", 255);
              }),
      Count("after", &Rule::after, kMaxCount, "how many matches pass before the rule acts"),
      Count("times", &Rule::times, kMaxCount, "how often the rule acts; 0: always"),
      RuleKey("status", "name or number of a status", "the status that `do: status` answers",
              [](Draft& d, const Value& v) {
                d.rule.status = NameOrNumber(v, std::span<const Named<mbim::Status>>(StatusNames()),
                                             "MBIM_STATUS_", kMaxCount);
              }),
      Count("network_error", &Rule::network_error, kMaxCount,
            "NwError of `do: status`, for CONNECT, REGISTER_STATE and PACKET_SERVICE"),
      RuleKey("error", Joined(AllNames(Names<mbim::ProtocolError>())),
              "the error that `do: error` answers",
              [](Draft& d, const Value& v) {
                d.rule.error =
                    NameOrNumber(v, Names<mbim::ProtocolError>(), "MBIM_ERROR_", kMaxCount);
              }),
      RuleKey("delay", "time (250ms, 2s, 1m)", "how long `do: delay` waits",
              [](Draft& d, const Value& v) { d.rule.delay = v.Duration(); }),
      Count(
          "bytes", &Rule::bytes, 1u << 20,
          "`do: truncate`: how many bytes are missing at the end; `do: corrupt`: the offset of the "
          "inverted byte"),
  };
  return kKeys;
}

/// The value of the rule's key `cid`.
Value CidValue(const Value& rule) {
  std::optional<Value> cid;
  rule.ForEachKey([&](const std::string& name, const Value& value) {
    if (name == "cid") cid.emplace(value);
  });
  return *cid;
}

void ResolveCid(Draft& draft, const Value& at) {
  if (!draft.cid) return;
  const std::string& word = *draft.cid;
  std::vector<std::string> names;
  for (const mbim::ServiceEntry& service : mbim::Services()) {
    if (draft.rule.service.value_or(service.id) != service.id) continue;
    if (const mbim::CidEntry* found = mbim::FindCidByName(service, word)) {
      draft.rule.service = service.id;
      draft.rule.cid = found->cid;
      return;
    }
    for (const mbim::CidEntry& entry : service.cids)
      names.emplace_back(entry.name);
  }
  const Value value = CidValue(at);
  if (word.empty() || !std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; })) {
    value.Fail("'" + word + "' is unknown" + Offer(word, names, "CID"));
  }
  if (!draft.rule.service) draft.rule.service = mbim::kServiceBasicConnect;
  draft.rule.cid = static_cast<std::uint32_t>(value.Number(0, kMaxCount));
}

/// Refuses keys that would have no effect, and rules that lack a key they need.
void CheckUse(const Draft& draft, const Value& at) {
  static const std::set<std::string> kFilters{"service",    "cid",        "type",        "session",
                                              "activation", "first_word", "second_word", "request"};
  const SeamUse& seam = *std::ranges::find(SeamUses(), draft.rule.seam, &SeamUse::seam);
  const auto action = std::ranges::find(ActionUses(), draft.rule.action, &ActionUse::action);
  static const ActionUse kPlain{};
  const ActionUse& use = action == ActionUses().end() ? kPlain : *action;
  const std::string on = ToName(draft.rule.seam);
  const std::string act = ToName(draft.rule.action);

  if (!seam.actions.contains(draft.rule.action)) {
    std::vector<std::string> words;
    for (const Action possible : seam.actions)
      words.push_back(ToName(possible));
    at.Fail("'on: " + on + "' takes one of " + Joined(words) + ", not '" + act + "'");
  }
  for (const std::string& key : use.required) {
    if (!draft.given.contains(key)) at.Fail("'do: " + act + "' needs the key '" + key + "'");
  }
  at.ForEachKey([&](const std::string& name, const Value& value) {
    if (name == "on" || name == "do" || name == "after" || name == "times") return;
    if (kFilters.contains(name)) {
      if (!seam.filters.contains(name)) value.Fail("has no meaning with 'on: " + on + "'");
    } else if (!use.required.contains(name) && !use.optional.contains(name)) {
      value.Fail("has no meaning with 'do: " + act + "'");
    }
  });
  // `session` and `activation` name the first numbers of these commands only.
  const auto is = [&](const mbim::CommandId& cid) {
    return draft.rule.service == cid.service && draft.rule.cid == cid.number;
  };
  if (draft.given.contains("session") && !is(mbim::kConnect) && !is(mbim::kIpConfiguration)) {
    at.Fail("'session' needs 'cid: CONNECT' or 'cid: IP_CONFIGURATION'");
  }
  if (draft.given.contains("activation") &&
      (!is(mbim::kConnect) || draft.rule.type == mbim::CommandType::kQuery)) {
    at.Fail("'activation' needs 'cid: CONNECT' and 'type: set'");
  }
  for (const auto& [alias, key] :
       {std::pair("session", "first_word"), std::pair("activation", "second_word")}) {
    if (draft.given.contains(alias) && draft.given.contains(key)) {
      at.Fail(std::string("'") + alias + "' and '" + key +
              "' are the same number: give one of them");
    }
  }
}

}  // namespace

fault::Rule ReadRule(const Value& value) {
  Draft draft;
  ReadKeys(RuleKeys(), draft, value);
  for (const char* key : {"on", "do"}) {
    if (!draft.given.contains(key)) value.Fail(std::string("needs the key '") + key + "'");
  }
  ResolveCid(draft, value);
  CheckUse(draft, value);
  return draft.rule;
}

fault::Rule ParseRule(const std::string& text, const std::string& name) {
  return ReadRule(Value::Document(text, name));
}

std::string RuleKeyTable() {
  return MarkdownTable(Describe(RuleKeys(), Draft{}));
}

}  // namespace mbnrig::scenario
