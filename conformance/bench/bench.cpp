#include "bench/bench.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#ifndef MBNRIG_FIXTURES_DIR
#error "the build defines the folder of the fixtures"
#endif

namespace mbnrig::bench {
namespace {

using nlohmann::json;

std::map<Target, TargetRegistration::Factory>& Factories() {
  static std::map<Target, TargetRegistration::Factory> factories;
  return factories;
}

std::unique_ptr<Bench>& Current() {
  static std::unique_ptr<Bench> current;
  return current;
}

}  // namespace

TargetRegistration::TargetRegistration(Target target, Factory factory) {
  Factories()[target] = factory;
}

void Bench::Start(const Options& options) {
  if (Current()) throw RigFault("a bench is already up");
  const auto found = Factories().find(options.target);
  if (found == Factories().end()) {
    std::string known;
    for (const auto& entry : Factories()) {
      known.append(known.empty() ? "" : ", ").append(catalogue::TargetName(entry.first));
    }
    throw RigFault("target " + std::string(catalogue::TargetName(options.target)) +
                   " is not part of this program, which has " + (known.empty() ? "none" : known));
  }
  Current() = found->second(options);
}

Bench& Bench::Get() {
  if (!Current()) throw RigFault("the bench is not up");
  return *Current();
}

void Bench::Stop() {
  Current().reset();
}

void Bench::Reset(std::string_view scenario) {
  StopRras();
  StopMbn();
  ForgetProfiles();
  RemoveAddedModems();
  ClearFaults();
  Load(scenario);
}

void Bench::Load(std::string_view scenario) {
  Control("load", json{{"path", ScenarioFile(scenario)}, {"replug", false}}.dump());
}

std::string Bench::ScenarioFile(std::string_view scenario) {
  return std::string(MBNRIG_FIXTURES_DIR "/scenarios/").append(scenario).append(".yaml");
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
    throw RigFault("the gadget's answer to inject has no rule number");
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
