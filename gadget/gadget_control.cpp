// The control requests (docs/control.md).

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "control/rpc.h"
#include "gadget_impl.h"
#include "mbim/message.h"
#include "rule_json.h"
#include "scenario/names.h"

namespace mbnrig {
namespace {

using control::ErrorCode;
using control::RpcError;
using nlohmann::json;

constexpr std::uint64_t kDefaultTrace = 100;
constexpr std::uint64_t kDefaultWaitMs = 10'000;
constexpr std::uint64_t kMaxWaitMs = 600'000;
/// A wait is divided into pieces of this length, to notice when the gadget stops.
constexpr std::chrono::milliseconds kWaitPiece{100};

[[noreturn]] void Refuse(const std::string& what) {
  throw RpcError(ErrorCode::kInvalidParams, what);
}

/// A whole number among the parameters. `otherwise` if the parameter is missing.
std::uint64_t Number(const json& params, const char* key, std::optional<std::uint64_t> otherwise,
                     std::uint64_t max) {
  if (!params.contains(key)) {
    if (otherwise) return *otherwise;
    Refuse(std::string("\"") + key + "\" is missing: expected a whole number");
  }
  const json& value = params[key];
  if (!value.is_number_integer() ||
      (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) ||
      value.get<std::uint64_t>() > max) {
    Refuse(std::string("\"") + key + "\": expected a whole number from 0 to " +
           std::to_string(max));
  }
  return value.get<std::uint64_t>();
}

fault::RuleId RuleIdOf(const json& params) {
  return static_cast<fault::RuleId>(Number(params, "rule", std::nullopt, UINT32_MAX));
}

bool Flag(const json& params, const char* key, bool otherwise) {
  if (!params.contains(key)) return otherwise;
  if (!params[key].is_boolean()) Refuse(std::string("\"") + key + "\": expected true or false");
  return params[key].get<bool>();
}

std::string Text(const json& params, const char* key) {
  if (!params[key].is_string()) Refuse(std::string("\"") + key + "\": expected a string");
  return params[key].get<std::string>();
}

[[noreturn]] void NoSuchRule(fault::RuleId id) {
  throw RpcError(ErrorCode::kFailed, "there is no rule " + std::to_string(id));
}

json ToJson(const usb::DataStatistics& data) {
  return {{"out_ntbs", data.out_ntbs},
          {"malformed_ntbs", data.malformed_ntbs},
          {"last_malformed", data.last_malformed},
          {"uplink_datagrams", data.uplink_datagrams},
          {"uplink_bytes", data.uplink_bytes},
          {"uplink_dropped", data.uplink_dropped},
          {"dss_dropped", data.dss_dropped},
          {"in_ntbs", data.in_ntbs},
          {"downlink_datagrams", data.downlink_datagrams},
          {"downlink_bytes", data.downlink_bytes},
          {"downlink_dropped", data.downlink_dropped},
          {"queued", data.queued}};
}

json ToJson(const usb::FunctionState& state) {
  return {{"attached", state.attached},
          {"configuration", state.configuration},
          {"data_alternate", state.data_alternate},
          {"ntb_format", state.ntb_format == 0 ? "NTB16" : "NTB32"},
          {"ntb_input_size", state.ntb_input_size},
          {"max_datagram_size", state.max_datagram_size},
          {"responses", state.responses},
          {"notifications", state.notifications},
          {"client", state.host},
          {"bulk_out_bytes", state.data.out_bytes},
          {"data", ToJson(state.data)}};
}

json ToJson(const MessageLog::Entry& entry) {
  const auto since_epoch = entry.time.time_since_epoch();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count();
  return {{"number", entry.number},
          {"time", static_cast<double>(us) / 1e6},
          {"direction", entry.direction == Direction::kFromHost ? "from-host" : "to-host"},
          {"bytes", entry.fragment.size()},
          {"text", mbim::Describe(entry.fragment)}};
}

}  // namespace

json Gadget::Control(const std::string& method, const json& params) {
  struct Entry {
    std::string_view name;
    Impl::Method method;
    std::vector<std::string> keys;  ///< the parameters it takes
    bool open = false;              ///< takes any parameters
  };
  static const std::vector<Entry> kMethods{
      {"help", &Impl::Help, {}},
      {"load", &Impl::LoadScenario, {"path", "yaml", "name", "replug"}},
      {"inject", &Impl::Inject, {}, true},
      {"release", &Impl::Release, {"rule"}},
      {"clear", &Impl::Clear, {"rule"}},
      {"set", &Impl::Set, {}, true},
      {"state", &Impl::State, {}},
      {"trace", &Impl::Trace, {"after", "limit", "clear"}},
      {"wait", &Impl::Wait, {"rule", "hits", "timeout_ms"}},
      {"unplug", &Impl::PullOut, {}},
      {"plug", &Impl::PlugIn, {}},
  };
  const auto found = std::find_if(kMethods.begin(), kMethods.end(),
                                  [&](const Entry& entry) { return entry.name == method; });
  if (found == kMethods.end()) {
    std::vector<std::string> names;
    for (const Entry& entry : kMethods)
      names.emplace_back(entry.name);
    throw RpcError(ErrorCode::kMethodNotFound, "there is no method '" + method + "'" +
                                                   scenario::Offer(method, names) +
                                                   "; 'help' lists all methods");
  }
  if (!params.is_object()) Refuse("the parameters must be an object");
  for (const auto& item : params.items()) {
    const auto& keys = found->keys;
    if (found->open || std::find(keys.begin(), keys.end(), item.key()) != keys.end()) continue;
    Refuse(method + " has no parameter '" + item.key() + "'" +
           (keys.empty() ? "" : "; it has " + scenario::Joined(keys)));
  }
  if (impl_->stopped) throw RpcError(ErrorCode::kFailed, "the gadget is stopping");
  return ((*impl_).*(found->method))(params);
}

json Gadget::Impl::Help(const json&) {
  return {
      {"help", "this list"},
      {"load",
       "loads another scenario and power-cycles the modem: {\"path\": FILE} on the gadget's "
       "machine, or {\"yaml\": TEXT}, optionally with \"name\" for error messages; with "
       "\"replug\": false it stays on the bus if no host can notice the change"},
      {"inject",
       "adds a fault rule: {\"on\": \"command\", \"cid\": \"CONNECT\", \"do\": \"status\", "
       "\"status\": \"BUSY\"}, with \"first\": true before all others; returns its number"},
      {"release", "lets everything continue that a hold rule holds: {\"rule\": NUMBER}"},
      {"clear", "removes a fault rule, or all: {\"rule\": NUMBER} or {}"},
      {"set", "changes the world around the modem: {\"sim.state\": \"absent\"}"},
      {"state", "returns the state of modem, USB function and fault rules"},
      {"trace",
       "returns the last control messages: {\"after\": NUMBER, \"limit\": COUNT, \"clear\": BOOL}"},
      {"wait",
       "waits until a rule has acted: {\"rule\": NUMBER, \"hits\": COUNT, \"timeout_ms\": MS}"},
      {"unplug", "unplugs the gadget; the modem loses power"},
      {"plug", "plugs the gadget in again"},
  };
}

json Gadget::Impl::LoadScenario(const json& params) {
  if (params.contains("path") == params.contains("yaml")) {
    Refuse("load needs either \"path\" or \"yaml\"");
  }
  if (params.contains("name") && params.contains("path")) Refuse("\"name\" is only for \"yaml\"");
  const std::string name = params.contains("name") ? Text(params, "name") : "yaml";
  const Replug replug = Flag(params, "replug", true) ? Replug::kAlways : Replug::kIfNeeded;
  bool replugged = false;
  scenario::Scenario next;
  try {
    next = params.contains("path") ? scenario::Load(Text(params, "path"))
                                   : scenario::Parse(Text(params, "yaml"), name);
  } catch (const scenario::ScenarioError& error) {
    Refuse(error.what());
  }
  try {
    Perform([&] { replugged = Load(next, replug); });
  } catch (const std::runtime_error& error) {
    throw RpcError(ErrorCode::kFailed, error.what());
  }
  return {{"scenario", next.name}, {"replugged", replugged}};
}

json Gadget::Impl::Inject(const json& params) {
  json rule = params;
  const bool first = Flag(params, "first", false);
  rule.erase("first");
  if (rule.contains("rule")) {
    if (rule.size() != 1) Refuse("inject takes either \"rule\" or the keys of a rule");
    rule = json(rule["rule"]);
  }
  if (!rule.is_object()) Refuse("\"rule\": expected an object");
  try {
    const auto parsed = scenario::ParseRule(rule.dump(), "");
    const auto reach = function.Reaches(parsed);
    if (reach == usb::MbimFunction::Reach::kNone) {
      Refuse("rule: GadgetFS acknowledges a request with data before the rule is asked, so '" +
             ToText(parsed) + "' cannot act; use another controller (docs/faults.md)");
    }
    const auto id = first ? plan.AddFirst(parsed) : plan.Add(parsed);
    Comment([&] { return "fault " + std::to_string(id) + " injected: " + ToText(parsed); });
    json result = {{"rule", id}};
    if (reach == usb::MbimFunction::Reach::kSome) {
      result["warning"] =
          "the rule does not act on requests with data, which GadgetFS acknowledges "
          "before the rule is asked";
    }
    return result;
  } catch (const scenario::ScenarioError& error) {
    Refuse(std::string("rule: ") + error.what());
  }
}

json Gadget::Impl::Release(const json& params) {
  const auto id = RuleIdOf(params);
  const auto state = plan.Find(id);
  if (state && state->rule.action != fault::Action::kHold) {
    throw RpcError(ErrorCode::kFailed, "rule " + std::to_string(id) + " holds nothing: it is '" +
                                           ToText(state->rule) + "'; clear removes it");
  }
  if (state) Comment([&] { return "releasing fault " + std::to_string(id); });
  if (!plan.Release(id)) NoSuchRule(id);
  return json::object();
}

json Gadget::Impl::Clear(const json& params) {
  if (params.empty()) {
    Comment([] { return "clearing all faults"; });
    plan.Clear();
    return json::object();
  }
  const auto id = RuleIdOf(params);
  if (plan.Find(id)) Comment([&] { return "clearing fault " + std::to_string(id); });
  if (!plan.Remove(id)) NoSuchRule(id);
  return json::object();
}

json Gadget::Impl::Set(const json& params) {
  Comment([&] { return "set " + params.dump(); });
  try {
    function.Run([&] {
      modem->Set(params, std::chrono::steady_clock::now());
      FollowSessions();
    });
  } catch (const std::invalid_argument& error) {
    Comment([&] { return std::string("refused: ") + error.what(); });
    Refuse(error.what());
  }
  Reschedule();
  return json::object();
}

json Gadget::Impl::State(const json&) {
  json state = {{"plugged", plugged.load()}, {"usb", ToJson(function.state())}};
  function.Run([&] {
    state["scenario"] = scenario.name;
    state["modem"] = modem->State();
    state["modem"]["contexts"]["scenario_limit"] = scenario.context_limit;
  });
  state["rules"] = json::array();
  for (const auto& rule : plan.List())
    state["rules"].push_back(mbnrig::ToJson(rule));
  return state;
}

json Gadget::Impl::Trace(const json& params) {
  const auto after = Number(params, "after", 0, UINT64_MAX);
  const auto limit = Number(params, "limit", kDefaultTrace, UINT32_MAX);
  json messages = json::array();
  for (const auto& entry : log.After(after, limit))
    messages.push_back(ToJson(entry));
  if (Flag(params, "clear", false)) log.Clear();
  return {{"messages", std::move(messages)}};
}

json Gadget::Impl::Wait(const json& params) {
  const auto id = RuleIdOf(params);
  const auto hits = Number(params, "hits", 1, UINT64_MAX);
  const auto deadline =
      std::chrono::steady_clock::now() +
      std::chrono::milliseconds(Number(params, "timeout_ms", kDefaultWaitMs, kMaxWaitMs));
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const bool reached = plan.WaitForHits(id, hits, std::clamp(left, {}, kWaitPiece));
    if (stopped) throw RpcError(ErrorCode::kFailed, "the gadget is stopping");
    const auto state = plan.Find(id);
    if (!state) NoSuchRule(id);
    if (reached || left.count() <= 0) return {{"reached", reached}, {"hits", state->hits}};
  }
}

json Gadget::Impl::PlugIn(const json&) {
  try {
    Perform([this] { Plug(); });
  } catch (const std::runtime_error& error) {
    throw RpcError(ErrorCode::kFailed, error.what());
  }
  return {{"plugged", true}};
}

json Gadget::Impl::PullOut(const json&) {
  try {
    Perform([this] { Unplug(); });
  } catch (const std::runtime_error& error) {
    throw RpcError(ErrorCode::kFailed, error.what());
  }
  return {{"plugged", false}};
}

}  // namespace mbnrig
