// Encoder and decoder use one description. If it swaps two members of one type, both swap them, and
// a round trip does not notice. This test compares the names of members with the names of their
// fields. libmbim_test.cpp compares the places of the names on the wire with those that libmbim
// knows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "mbim/describe_parts.h"
#include "mbim/describe_tail.h"
#include "mbim/services.h"

namespace mbnrig::mbim {
namespace {

/// "hw_radio_state" of &RadioStateInfo::hw_radio_state.
template <auto kMember>
std::string NameOfMember() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("kMember = &"));
  name = name.substr(0, name.find_first_of(";]"));
  return std::string(name.substr(name.rfind(':') + 1));
}

/// A field with a member of its own, without those that stand for other fields.
template <class F>
constexpr auto WithMember(const F& field) {
  return std::tuple{field};
}
template <class S>
constexpr auto WithMember(const Computed<S>&) {
  return std::tuple{};
}
template <class S, std::size_t N>
constexpr auto WithMember(const SharedSize<S, N>& field) {
  return std::tuple_cat(field.parts);
}
template <class S, class T, class B>
constexpr auto WithMember(const RefList<S, T, B>& field) {
  return std::tuple_cat(
      std::apply([](const auto&... between) { return std::tuple_cat(WithMember(between)...); },
                 field.between),
      std::tuple{field});
}
template <class S, class K, class... F>
constexpr auto WithMember(const Choice<S, K, F...>& field) {
  return std::apply([](const auto&... each) { return std::tuple_cat(WithMember(each.field)...); },
                    field.cases);
}
template <Described T>
constexpr auto kMembers = std::apply(
    [](const auto&... field) { return std::tuple_cat(WithMember(field)...); }, T::Fields());

struct Named {
  std::string field, member;
  std::string type;
};

/// How many letters of both names, without case and '_', stand in the same order.
std::size_t Fit(std::string_view field, std::string_view member) {
  std::vector<std::size_t> row(member.size() + 1);
  for (const char of_field : field) {
    std::size_t before = 0;
    for (std::size_t i = 0; i < member.size(); ++i) {
      const std::size_t above = row[i + 1];
      const bool same = std::tolower(static_cast<unsigned char>(of_field)) == member[i];
      row[i + 1] = same ? before + 1 : std::max(above, row[i]);
      before = above;
    }
  }
  return row.back();
}

/// Structures, and what is wrong with their members.
struct Findings {
  std::set<std::string_view> structures;
  std::vector<std::string> wrong;
};

template <class T>
void Check(Findings& findings);

template <class V>
void CheckInside(Findings& findings) {
  if constexpr (Described<V>) {
    Check<V>(findings);
  } else if constexpr (requires { typename V::value_type; }) {
    if constexpr (Described<typename V::value_type>) Check<typename V::value_type>(findings);
  }
}

template <class S, class V>
V TypeOf(V S::*);

template <class T, std::size_t kIndex>
void Add(std::vector<Named>& all, Findings& findings) {
  constexpr auto kField = std::get<kIndex>(kMembers<T>);
  using V = decltype(TypeOf(kField.member));
  all.push_back({std::string(kField.name), NameOfMember<kField.member>(), typeid(V).name()});
  CheckInside<V>(findings);
}

/// Of a structure and of those inside it.
template <class T>
void Check(Findings& findings) {
  if (!findings.structures.insert(T::kName).second) return;
  std::vector<Named> all;
  [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    (Add<T, kIndex>(all, findings), ...);
  }
  (std::make_index_sequence<std::tuple_size_v<decltype(kMembers<T>)>>{});
  for (auto a = all.begin(); a != all.end(); ++a) {
    for (auto b = a + 1; b != all.end(); ++b) {
      if (a->type != b->type) continue;
      const std::size_t right = Fit(a->field, a->member) + Fit(b->field, b->member);
      const std::size_t swapped = Fit(a->field, b->member) + Fit(b->field, a->member);
      if (right > swapped) continue;
      findings.wrong.push_back(std::string(T::kName) + ": " + a->field + " is " + a->member +
                               ", and " + b->field + " is " + b->member);
    }
  }
}

TEST(MemberNames, AreThoseOfTheirFields) {
  Findings findings;
  AllServices::ForEachForm(
      [&]<class T>(const CommandId&, FormKind, MbimEx) { Check<T>(findings); });
  EXPECT_THAT(findings.wrong, ::testing::IsEmpty());
  EXPECT_THAT(findings.structures, ::testing::IsSupersetOf({"MBIM_PIN_DESC", "MBIM_IPV6_ELEMENT"}));
}

struct Swapped {
  std::uint32_t uplink_speed = 0, downlink_speed = 0, session_id = 0;

  static constexpr std::string_view kName = "SWAPPED";
  static constexpr auto Fields() {
    return std::tuple{U32("UplinkSpeed", &Swapped::downlink_speed),
                      U32("DownlinkSpeed", &Swapped::uplink_speed),
                      U32("SessionId", &Swapped::session_id)};
  }
};
struct Twice {
  std::uint32_t uplink_speed = 0;

  static constexpr std::string_view kName = "TWICE";
  static constexpr auto Fields() {
    return std::tuple{U32("UplinkSpeed", &Twice::uplink_speed),
                      U32("DownlinkSpeed", &Twice::uplink_speed)};
  }
};

TEST(MemberNames, TellOfTwoThatAreSwapped) {
  Findings findings;
  Check<Swapped>(findings);
  Check<Twice>(findings);
  EXPECT_THAT(findings.wrong,
              ::testing::ElementsAre(
                  "SWAPPED: UplinkSpeed is downlink_speed, and DownlinkSpeed is uplink_speed",
                  "TWICE: UplinkSpeed is uplink_speed, and DownlinkSpeed is uplink_speed"));
}

}  // namespace
}  // namespace mbnrig::mbim
