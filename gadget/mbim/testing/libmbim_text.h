#pragma once

/// What libmbim prints of a message, compared with a value of ours field by field. The description
/// of a structure (describe.h) says which names and values to expect, so nothing is written per
/// structure.
///
///     Fields:
///       SessionId = '0'
///       ActivationState = 'activated'
///       ProvidersCount = '1'
///       Providers = '{
///         [0] = {
///               ProviderId = '00101'
///         },
///       }'
///
/// Enumerations and masks are printed as words, which we do not have. Words checks instead that a
/// number always has the same word; a number without a name has none.
///
/// libmbim prints TLVs and the structures of Ref and PackedList in ways that are not read here: the
/// comparison of a structure ends where such a field begins.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mbim/codec_impl.h"
#include "mbim/testing/libmbim.h"

namespace mbnrig::mbim::testing {

/// The lines that libmbim prints below "Fields:"; nothing where there is a field that it cannot
/// read. `version` is the one of the form. An empty text is ''; libmbim also has "(null)" for it,
/// as it has for a number without a name.
std::optional<std::string> PrintedFields(const MbimMessage* message, MbimEx version);

/// Which word libmbim prints for a number of a field.
class Words {
 public:
  /// False where the number of this field had another word before.
  bool Agree(const std::string& field, std::uint64_t number, std::string_view word);

 private:
  std::map<std::pair<std::string, std::uint64_t>, std::string> words_;
};

/// Reads what libmbim printed, from its beginning to its end.
class PrintedText {
 public:
  explicit PrintedText(std::string_view text) : rest_(text) {}

  /// Passes over `literal`, if it comes next.
  bool Take(std::string_view literal);
  /// The same; spaces and ends of lines before it make no difference.
  bool TakeBehindSpace(std::string_view literal);
  /// Passes over "Name = ". Names are equal whatever their case; libmbim_departures.h has those
  /// that libmbim has others for.
  bool TakeName(std::string_view structure, std::string_view field, std::string_view more = "");
  /// Passes over "Name = {", whatever the name is.
  bool TakeAnyOpening();
  /// What stands before the next quote, and that quote.
  std::string_view UpToQuote();
  bool AtEnd();

 private:
  void PassSpace();
  std::string_view rest_;
};

namespace printed {

template <class F>
inline constexpr bool kIsInline = false;
template <class S, class T>
inline constexpr bool kIsInline<Inline<S, T>> = true;

template <class Fields>
inline constexpr bool kIsOneRaw = false;
template <class S, std::size_t N>
inline constexpr bool kIsOneRaw<std::tuple<Raw<S, N>>> = true;

/// A structure that is an address only.
template <class T>
inline constexpr bool kIsAddress = false;
template <Described T>
inline constexpr bool kIsAddress<T> = kIsOneRaw<decltype(T::Fields())>;

}  // namespace printed

/// Compares values with their text.
class TextJudge {
 public:
  TextJudge(std::string_view text, Words& words) : text_(text), words_(words) {}

  /// The first field that libmbim has read differently; empty where it has read all alike.
  template <Described T>
  std::string Difference(const T& value) {
    // Of a structure that is the only field of a message, libmbim prints the name around it.
    PrintedText wrapped = text_;
    const bool wrap = wrapped.TakeAnyOpening() && StartsWithAStructure<T>() == false;
    if (wrap) text_ = wrapped;
    if (!Fields(value) || (wrap && !text_.TakeBehindSpace("}"))) return failed_;
    return ended_ || text_.AtEnd() ? "" : "what follows";
  }

 private:
  template <Described T>
  static constexpr bool StartsWithAStructure() {
    return printed::kIsInline<std::tuple_element_t<0, decltype(T::Fields())>>;
  }

  template <Described T>
  bool Fields(const T& value) {
    return std::apply([&](const auto&... field) { return (true && ... && One<T>(field, value)); },
                      T::Fields());
  }

  template <class T, class F>
  bool One(const F& field, const T& value) {
    if (ended_) return true;
    if constexpr (requires { Says<T>(field, value); }) {
      if (Says<T>(field, value)) return true;
      // The innermost field is the first to know.
      if (failed_.empty()) failed_ = std::string(T::kName) + "." + std::string(field.name);
      return false;
    } else {
      ended_ = true;
      return true;
    }
  }

  template <class T, class V>
  bool Number(std::string_view name, V value) {
    if (!text_.TakeName(T::kName, name) || !text_.Take("'")) return false;
    std::uint64_t number = 0;
    std::string digits;
    if constexpr (std::is_enum_v<V>) {
      number = static_cast<std::uint64_t>(value);
      digits = std::to_string(number);
    } else {
      number = static_cast<std::uint64_t>(value);
      digits = std::to_string(value);
    }
    const std::string_view word = text_.UpToQuote();
    const bool is_number =
        !word.empty() && word.find_first_not_of("-0123456789") == std::string_view::npos;
    if (is_number) return word == digits;
    return words_.Agree(std::string(T::kName) + "." + std::string(name), number, word);
  }

  template <class T>
  bool Quoted(std::string_view name, const std::string& value) {
    if (!text_.TakeName(T::kName, name)) return false;
    return text_.Take("'" + value + "'\n");
  }

  template <class T>
  bool Count(std::string_view name, std::size_t count) {
    return text_.TakeName(T::kName, name, "Count") && text_.Take("'" + std::to_string(count) + "'");
  }

  /// Texts and addresses in one line, structures one below the other.
  template <class T, class List>
  bool Elements(std::string_view name, const List& list) {
    using E = typename List::value_type;
    if constexpr (Described<E> && !printed::kIsAddress<E>) {
      if (!text_.TakeName(T::kName, name) || !text_.Take("'{")) return false;
      std::size_t index = 0;
      for (const E& element : list) {
        if (!text_.TakeBehindSpace("[" + std::to_string(index++) + "] = {") || !Fields(element) ||
            ended_ || !text_.TakeBehindSpace("},")) {
          return ended_;
        }
      }
      return text_.TakeBehindSpace("}'");
    } else {
      std::string all;
      for (const E& element : list) {
        if (&element != list.data()) all += std::is_integral_v<E> ? "," : ", ";
        if constexpr (std::is_integral_v<E>) {
          all += std::to_string(element);
        } else if constexpr (printed::kIsAddress<E>) {
          all += AddressText(element);
        } else {
          all += element;
        }
      }
      return Quoted<T>(name, all);
    }
  }

  template <class E>
  static std::string AddressText(const E& address) {
    return text::Address(address.*std::get<0>(E::Fields()).member);
  }

  /// "00:7f", as libmbim prints bytes.
  static std::string HexText(ByteView bytes);

  // --- the fields -------------------------------------------------------------------------------

  template <class T, class M>
  bool Says(const U8<T, M>& field, const T& value) {
    return Number<T>(field.name, value.*field.member);
  }
  template <class T, class M>
  bool Says(const U16<T, M>& field, const T& value) {
    return Number<T>(field.name, value.*field.member);
  }
  template <class T, class M>
  bool Says(const U32<T, M>& field, const T& value) {
    return Number<T>(field.name, value.*field.member);
  }
  template <class T>
  bool Says(const U64<T>& field, const T& value) {
    return Number<T>(field.name, value.*field.member);
  }
  template <class T>
  bool Says(const UuidField<T>& field, const T& value) {
    return Quoted<T>(field.name, ToString(value.*field.member));
  }
  template <class T, std::size_t N>
  bool Says(const Raw<T, N>& field, const T& value) {
    return Quoted<T>(field.name, text::Address(value.*field.member));
  }
  template <class T, std::size_t N>
  bool Says(const Octets<T, N>& field, const T& value) {
    return Quoted<T>(field.name, HexText(value.*field.member));
  }
  template <class T>
  bool Says(const RefBytes<T>& field, const T& value) {
    return Quoted<T>(field.name, HexText(value.*field.member));
  }
  template <class T>
  bool Says(const SizedBytes<T>& field, const T& value) {
    return Quoted<T>(field.name, HexText(value.*field.member));
  }
  template <class T>
  bool Says(const Tail<T>& field, const T& value) {
    return Quoted<T>(field.name, HexText(value.*field.member));
  }
  template <class T>
  bool Says(const String<T>& field, const T& value) {
    return Quoted<T>(field.name, value.*field.member);
  }
  template <class T, class I>
  bool Says(const Inline<T, I>& field, const T& value) {
    if constexpr (printed::kIsAddress<I>) {
      return Quoted<T>(field.name, AddressText(value.*field.member));
    } else {
      return text_.TakeName(T::kName, field.name) && text_.Take("{") &&
             Fields(value.*field.member) && (ended_ || text_.TakeBehindSpace("}"));
    }
  }
  template <class T, class E, class B>
  bool Says(const RefList<T, E, B>& field, const T& value) {
    static_assert(!std::is_same_v<E, Bytes>, "how does libmbim print it?");
    return Count<T>(field.name, (value.*field.member).size()) &&
           std::apply(
               [&](const auto&... between) { return (true && ... && One<T>(between, value)); },
               field.between) &&
           Elements<T>(field.name, value.*field.member);
  }
  template <class T>
  bool Says(const U32List<T>& field, const T& value) {
    return Count<T>(field.name, (value.*field.member).size()) &&
           Elements<T>(field.name, value.*field.member);
  }
  template <class T, class E>
  bool Says(const FixedList<T, E>& field, const T& value) {
    return Count<T>(field.name, (value.*field.member).size()) &&
           Elements<T>(field.name, value.*field.member);
  }
  template <class T, class E>
  bool Says(const FixedRef<T, E>& field, const T& value) requires printed::kIsAddress<E> {
    const auto& address = value.*field.member;
    return Quoted<T>(field.name, address ? AddressText(*address) : "");
  }

  PrintedText text_;
  Words& words_;
  std::string failed_;
  bool ended_ = false;  // at a field whose text we cannot read
};

}  // namespace mbnrig::mbim::testing
