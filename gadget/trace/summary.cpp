#include "trace/summary.h"

#include "mbim/codec.h"
#include "mbim/services.h"
#include "scenario/names.h"

namespace mbnrig::trace {
namespace {

using mbim::Bytes;

template <class V>
std::string WordOf(const V& value) {
  if constexpr (scenario::HasNames<V>) {
    return scenario::ToName(value);
  } else if constexpr (std::is_enum_v<V>) {
    return std::to_string(static_cast<std::underlying_type_t<V>>(value));
  } else if constexpr (std::is_integral_v<V>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<V, std::string>) {
    return value;
  } else {
    return std::to_string(value.size());
  }
}

/// The field in the words of its pattern; empty where the summary leaves it out.
template <class V>
std::string Shown(const mbim::FieldName& name, const V& value) {
  if constexpr (std::is_enum_v<V> || std::is_integral_v<V>) {
    if (name.instead && name.instead->value == static_cast<std::uint64_t>(value)) {
      return std::string(name.instead->text);
    }
  }
  const std::string word = WordOf(value);
  if (word.empty()) return "";
  std::string text(name.pattern);
  return text.replace(text.find("{}"), 2, word);
}

/// Of a list the summary shows the size, so its elements may have secrets.
template <class F>
constexpr bool IsSecret(const F& field) {
  if constexpr (requires { field.secret; }) {
    return field.secret;
  } else {
    return false;
  }
}

template <class T, std::size_t kIndex>
void AppendField(const T& value, std::string& text) {
  constexpr auto kField = std::get<kIndex>(T::Fields());
  if constexpr (!kField.name.pattern.empty()) {
    static_assert(!IsSecret(kField), "a summary shows no secrets");
    static_assert(kField.name.pattern.find("{}") != std::string_view::npos, "no place for a value");
    const std::string shown = Shown(kField.name, value.*kField.member);
    if (!text.empty() && !shown.empty()) text += ", ";
    text += shown;
  }
}

template <mbim::Described T>
std::string SummaryOf(const Bytes& information) {
  std::string text;
  if (const auto decoded = mbim::Decode<T>(information)) {
    [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      (AppendField<T, kIndex>(*decoded, text), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(T::Fields())>>{});
  }
  return text;
}

std::string SummaryOf(const mbim::CommandId& id, mbim::FormKind kind, const Bytes& information) {
  std::string text;
  if (information.empty()) return text;
  mbim::AllServices::ForEachForm(
      [&]<class T>(const mbim::CommandId& cid, mbim::FormKind of, mbim::MbimEx version) {
        if (cid == id && of == kind && version == mbim::MbimEx::k1_0) {
          text = SummaryOf<T>(information);
        }
      });
  return text;
}

}  // namespace

std::string Summarize(const mbim::CommandMessage& command) {
  const bool set = command.type == mbim::CommandType::kSet;
  return SummaryOf({command.service, command.cid},
                   set ? mbim::FormKind::kSet : mbim::FormKind::kQuery, command.information);
}

std::string Summarize(const mbim::CommandDone& answer) {
  return SummaryOf({answer.service, answer.cid}, mbim::FormKind::kResponse, answer.information);
}

std::string Summarize(const mbim::IndicateStatus& indication) {
  return SummaryOf({indication.service, indication.cid}, mbim::FormKind::kIndication,
                   indication.information);
}

}  // namespace mbnrig::trace
