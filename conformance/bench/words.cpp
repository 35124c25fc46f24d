// The bench's words for the modem, as requests to the gadget's control socket.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/bench.h"

#ifndef MBNRIG_FIXTURES_DIR
#error "the build says where the fixtures are"
#endif

namespace mbnrig::bench {

using nlohmann::json;

void Bench::Reset(std::string_view scenario) {
  StopRras();
  StopMbn();
  ForgetProfiles();
  ClearFaults();
  Load(scenario);
}

void Bench::Load(std::string_view scenario) {
  const std::string path =
      std::string(MBNRIG_FIXTURES_DIR "/scenarios/").append(scenario).append(".yaml");
  Control("load", json{{"path", path}, {"replug", false}}.dump());
}

void Bench::Set(std::string_view key, std::string_view value) {
  Control("set", json{{std::string(key), std::string(value)}}.dump());
}

void Bench::Set(std::string_view key, std::uint32_t value) {
  Control("set", json{{std::string(key), value}}.dump());
}

void Bench::Set(std::string_view key, std::initializer_list<std::string_view> values) {
  Control("set",
          json{{std::string(key), std::vector<std::string>(values.begin(), values.end())}}.dump());
}

RuleId Bench::Inject(std::string_view rule) {
  const json answer = json::parse(Control("inject", std::string(rule)), nullptr, false);
  if (!answer.is_object() || !answer.contains("rule"))
    throw RigFault("the gadget's answer to inject names no rule");
  return answer["rule"].get<RuleId>();
}

void Bench::Release(RuleId rule) {
  Control("release", json{{"rule", rule}}.dump());
}

void Bench::ClearFaults() {
  Control("clear", "{}");
}

void Bench::WaitUntilHit(RuleId rule, std::uint32_t hits) {
  const json parameters = {{"rule", rule}, {"hits", hits}, {"timeout_ms", patience().count()}};
  const json answer = json::parse(Control("wait", parameters.dump()), nullptr, false);
  if (!answer.is_object() || !answer.value("reached", false))
    throw RigFault("fault rule " + std::to_string(rule) + " did not act in time");
}

void Bench::Unplug() {
  Control("unplug", "{}");
}

void Bench::Plug() {
  Control("plug", "{}");
}

}  // namespace mbnrig::bench
