/// Compares libmbim with our decoder on damaged messages. Both must refuse a message, or both must
/// read the same values. libmbim_departures.h lists the exceptions; docs/libmbim.md says which side
/// is right, and why.
///
/// libmbim crashes on some damage, so it reads the messages in a process of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <span>

#include "mbim/codec.h"
#include "mbim/hex.h"
#include "mbim/message.h"
#include "mbim/protocol.h"
#include "mbim/service_table.h"
#include "mbim/testing/generate.h"
#include "mbim/testing/libmbim.h"
#include "mbim/testing/libmbim_departures.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::Generate;
using mbim::testing::Owned;
using mbim::testing::Parse;
using mbim::testing::Random;
using mbim::testing::TheirMessage;

constexpr std::uint32_t kTid = 11;
constexpr std::uint64_t kValues = 4;
/// Strings are short, so that most bytes of a buffer are numbers, which the test damages.
constexpr std::size_t kMaxText = 5;
constexpr std::size_t kRandomDamages = 150;
/// Limits of a process for all damages of a form: seconds of processor time, seconds, bytes of
/// memory. They end a reader that loops or that allocates gigabytes, on every machine.
constexpr rlim_t kProcessor = 10;
constexpr unsigned kLongest = 60;
constexpr rlim_t kMemory = 1u << 30;
constexpr std::uint32_t kExtremes[] = {
    0, 1, 2, 3, 4, 7, 0x80, 0xFFFF, 0x20000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF};

using testing::departures::Cause;

/// The result for one buffer. `why` is our reason to refuse it (kOnlyTheirsReads), or the field
/// that the two sides read differently (kDiffers).
struct Verdict {
  enum Outcome : std::uint32_t { kAlike, kOnlyOursReads, kOnlyTheirsReads, kDiffers, kTheirsDies };
  Outcome outcome = kTheirsDies;
  std::array<char, 200> why{};  ///< an array, because processes share it

  static Verdict Of(Outcome outcome, std::string_view why = "") {
    Verdict verdict;
    verdict.outcome = outcome;
    std::copy_n(why.begin(), std::min(why.size(), verdict.why.size() - 1), verdict.why.begin());
    return verdict;
  }
};

template <class T>
std::string DifferentField(const T& ours, const T& theirs) {
  std::string name;
  auto compare = [&](const auto& field) {
    if (name.empty() && !(ours.*field.member == theirs.*field.member)) name = field.name;
  };
  std::apply([&](const auto&... field) { (compare(field), ...); }, T::Fields());
  return name;
}

template <class T>
Verdict Judge(const Decoded<T>& ours, const T* theirs) {
  if (!ours && theirs == nullptr) return Verdict::Of(Verdict::kAlike);
  if (!ours) return Verdict::Of(Verdict::kOnlyTheirsReads, ours.error().ToString());
  if (theirs == nullptr) return Verdict::Of(Verdict::kOnlyOursReads);
  if (*ours == *theirs) return Verdict::Of(Verdict::kAlike);
  return Verdict::Of(Verdict::kDiffers, DifferentField(*ours, *theirs));
}

/// Judges an answer or an indication with this information.
template <class T>
Verdict JudgeFunction(const CommandId& cid, bool indication, const Bytes& information) {
  const std::uint32_t number = cid.number;
  const FunctionMessage message =
      indication ? FunctionMessage(IndicateStatus{kServiceBasicConnect, number, information})
                 : FunctionMessage(CommandDone{kTid, kServiceBasicConnect, number, Status::kSuccess,
                                               information});
  const auto theirs = TheirMessage(EncodeMessage(message));
  T read{};
  GError* error = nullptr;
  const bool reads = Parse(theirs.get(), read, indication, &error);
  const Owned<GError> owned(error);
  return Judge<T>(Decode<T>(information), reads ? &read : nullptr);
}

// Some forms have no parser in testing/libmbim.h. For these, libmbim prints what it reads.

/// The fields that libmbim prints. Nothing if it cannot read one of them.
std::optional<std::map<std::string, std::string>> TheirFields(const MbimMessage* message) {
  GError* error = nullptr;
  const Owned<gchar> text(mbim_message_get_printable_full(message, 1, 0, "", FALSE, &error));
  const Owned<GError> owned(error);
  if (!text) return std::nullopt;
  std::map<std::string, std::string> fields;
  const std::string_view whole(text.get());
  auto from = whole.find("Fields:\n");
  if (from == std::string_view::npos) return std::nullopt;
  // "  UserName = 'me'", with any text between the quotes.
  static const std::regex line(R"(\n  (\w+) = ('([^]*?)'(?=\n  \w+ = |\n?$)|n/a))");
  const std::string rest = "\n" + std::string(whole.substr(from + 8));
  for (std::sregex_iterator match(rest.begin(), rest.end(), line), end; match != end; ++match) {
    if ((*match)[2].str().starts_with("n/a")) return std::nullopt;
    fields[(*match)[1]] = (*match)[3];
  }
  return fields;
}

template <class S>
bool SaysTheSame(const String<S>& field, const S& value, const std::string& theirs) {
  const std::string& ours = value.*field.member;
  return theirs == ours || (ours.empty() && theirs == "(null)");
}
template <class S>
bool SaysTheSame(const U64<S>& field, const S& value, const std::string& theirs) {
  return theirs == std::to_string(value.*field.member);
}
/// libmbim prints names for enumerations and flags; these are not compared.
template <class S>
bool SaysTheSame(const U32<S, std::uint32_t>& field, const S& value, const std::string& theirs) {
  const bool number = !theirs.empty() && std::ranges::all_of(theirs, [](unsigned char character) {
    return std::isdigit(character) != 0;
  });
  return !number || theirs == std::to_string(value.*field.member);
}

/// The message that carries this information.
Bytes MessageOf(const CommandId& cid, FormKind kind, const Bytes& information) {
  switch (kind) {
    case FormKind::kResponse:
      return EncodeMessage(FunctionMessage(
          CommandDone{kTid, cid.service, cid.number, Status::kSuccess, information}));
    case FormKind::kIndication:
      return EncodeMessage(FunctionMessage(IndicateStatus{cid.service, cid.number, information}));
    case FormKind::kQuery:
    case FormKind::kSet:
      break;
  }
  const CommandType type = kind == FormKind::kSet ? CommandType::kSet : CommandType::kQuery;
  return EncodeMessage(
      HostMessage(CommandMessage{kTid, cid.service, cid.number, type, information}));
}

/// Compares the strings and numbers that libmbim prints.
template <class T>
Verdict JudgeText(const CommandId& cid, FormKind kind, const Bytes& information) {
  const auto theirs = TheirMessage(MessageOf(cid, kind, information));
  const auto read = TheirFields(theirs.get());
  const auto ours = Decode<T>(information);
  if (!ours && !read) return Verdict::Of(Verdict::kAlike);
  if (!ours) return Verdict::Of(Verdict::kOnlyTheirsReads, ours.error().ToString());
  if (!read) return Verdict::Of(Verdict::kOnlyOursReads);
  std::string different;
  auto compare = [&](const auto& field) {
    if constexpr (requires { SaysTheSame(field, *ours, ""); }) {
      const auto found = read->find(std::string(field.name));
      if (found == read->end() || !SaysTheSame(field, *ours, found->second)) {
        different = field.name;
      }
    }
  };
  std::apply([&](const auto&... field) { (compare(field), ...); }, T::Fields());
  return different.empty() ? Verdict::Of(Verdict::kAlike)
                           : Verdict::Of(Verdict::kDiffers, different);
}

struct Case {
  CommandId cid;
  FormKind role;
  std::string_view structure;
  std::function<Bytes(Random&)> valid;
  std::function<Verdict(const Bytes&)> judge;
};

template <class T>
Case Of(const CommandId& cid, FormKind role) {
  auto judge = [cid, role](const Bytes& information) {
    // If libmbim has both a parser and a printer for a structure, the parser says more.
    if constexpr (requires(T & value) { Parse(nullptr, value, false, nullptr); }) {
      return JudgeFunction<T>(cid, role == FormKind::kIndication, information);
    } else {
      return JudgeText<T>(cid, role, information);
    }
  };
  return {cid, role, T::kName, [](Random& random) { return Encode(Generate<T>(random)); }, judge};
}

template <class T>
void Add(const CommandId& cid, FormKind role, std::vector<Case>& cases) {
  if constexpr (kIsForm<T> && !std::is_same_v<T, Empty>) cases.push_back(Of<T>(cid, role));
}

/// Every form that has fields.
std::vector<Case> Cases() {
  std::vector<Case> cases;
  const auto add = [&]<AnyCid C>(const C& cid) {
    Add<typename C::Query>(cid, FormKind::kQuery, cases);
    Add<typename C::Set>(cid, FormKind::kSet, cases);
    Add<typename C::Response>(cid, FormKind::kResponse, cases);
    Add<typename C::Indication>(cid, FormKind::kIndication, cases);
  };
  std::apply([&](const auto&... cid) { (add(cid), ...); }, kBasicConnect.cids);
  return cases;
}

/// Valid buffers with damage to every length, offset and count.
std::vector<Bytes> Damages(const Case& tried) {
  std::vector<Bytes> damages;
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    Random random(seed, kMaxText);
    const Bytes valid = tried.valid(random);
    damages.push_back(valid);
    for (std::size_t size = 0; size < valid.size(); size += 1 + random.Below(4)) {
      damages.emplace_back(valid.begin(), valid.begin() + static_cast<std::ptrdiff_t>(size));
    }
    for (std::size_t at = 0; at + 4 <= valid.size(); at += 4) {
      Bytes damaged = valid;
      auto put = [&](std::uint32_t value) {
        StoreU32(damaged, at, value);
        damages.push_back(damaged);
      };
      std::ranges::for_each(kExtremes, put);
      const auto size = static_cast<std::uint32_t>(valid.size());
      for (const std::uint32_t near : {size - 1, size, size + 1, size / 2}) {
        put(near);
      }
    }
    for (std::size_t i = 0; i < kRandomDamages && !valid.empty(); ++i) {
      Bytes damaged = valid;
      for (std::uint64_t n = 1 + random.Below(4); n > 0; --n) {
        damaged[random.Below(damaged.size())] = static_cast<std::uint8_t>(random.Bits());
      }
      damages.push_back(std::move(damaged));
    }
  }
  return damages;
}

/// Memory that the child process writes and its parent reads.
class SharedVerdicts {
 public:
  explicit SharedVerdicts(std::size_t count)
      : size_(count * sizeof(Verdict)),
        memory_(::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        verdicts_(static_cast<Verdict*>(memory_), count) {
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    std::uninitialized_value_construct(verdicts_.begin(), verdicts_.end());
  }
  ~SharedVerdicts() { ::munmap(memory_, size_); }
  SharedVerdicts(const SharedVerdicts&) = delete;
  SharedVerdicts& operator=(const SharedVerdicts&) = delete;
  std::span<Verdict> verdicts() const { return verdicts_; }

 private:
  const std::size_t size_;
  void* const memory_;
  const std::span<Verdict> verdicts_;
};

/// Runs a process that judges buffers until it has judged them all, or until libmbim or a limit
/// ends it.
void JudgeApart(const Case& tried, std::span<const Bytes> buffers, std::span<Verdict> verdicts,
                std::span<Verdict> begun) {
  const pid_t child = ::fork();
  if (child == 0) {
    // Hides what the process prints while it crashes, and suppresses core dumps.
    ::close(STDERR_FILENO);
    const rlimit none{0, 0}, processor{kProcessor, kProcessor + 1}, memory{kMemory, kMemory};
    ::setrlimit(RLIMIT_CORE, &none);
    ::setrlimit(RLIMIT_CPU, &processor);
    ::setrlimit(RLIMIT_AS, &memory);
    ::alarm(kLongest);
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      begun[i].outcome = Verdict::kAlike;
      verdicts[i] = tried.judge(buffers[i]);
    }
    ::_exit(0);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) throw std::runtime_error("no process");
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGALRM)) {
    throw std::runtime_error("the process did not finish in time: " + std::string(tried.structure));
  }
}

std::vector<Verdict> JudgeAll(const Case& tried, const std::vector<Bytes>& buffers) {
  // Both begin with kTheirsDies. It remains for a buffer that was begun but not finished.
  const SharedVerdicts verdicts(buffers.size()), begun(buffers.size());
  for (std::size_t from = 0; from < buffers.size();) {
    JudgeApart(tried, std::span(buffers).subspan(from), verdicts.verdicts().subspan(from),
               begun.verdicts().subspan(from));
    const auto rest = begun.verdicts().subspan(from);
    const auto next = std::ranges::find(rest, Verdict::kTheirsDies, &Verdict::outcome);
    if (next == rest.begin())
      throw std::runtime_error("the process ended before it judged a buffer");
    from += static_cast<std::size_t>(next - rest.begin());
  }
  return {verdicts.verdicts().begin(), verdicts.verdicts().end()};
}

// --- the table ----------------------------------------------------------------------------------

/// "structure | cause | field"
std::string Row(std::string_view structure, Cause cause, std::string_view field) {
  return std::string(structure) + " | " + std::string(NameOf(cause)) + " | " + std::string(field);
}

/// The table of departures, with one row for each field.
std::set<std::string> ListedRows() {
  std::set<std::string> rows;
  for (const auto& departure : testing::departures::kStructures) {
    std::string_view fields = departure.fields;
    do {
      const auto end = fields.find(", ");
      rows.insert(Row(departure.structure, departure.cause, fields.substr(0, end)));
      fields = end == std::string_view::npos ? "" : fields.substr(end + 2);
    } while (!fields.empty());
  }
  return rows;
}

/// A departure as a row. Without a known cause, the row says what was seen, so it is not in the
/// table.
std::string RowOf(std::string_view structure, const Verdict& verdict) {
  if (verdict.outcome == Verdict::kTheirsDies) return Row(structure, Cause::kDeath, "");
  const std::string why = verdict.why.data();
  if (verdict.outcome != Verdict::kOnlyTheirsReads) {
    return std::string(structure) + (verdict.outcome == Verdict::kOnlyOursReads
                                         ? ": only ours reads it"
                                         : ": differs in " + why);
  }
  const auto colon = why.find(": ");
  const std::string reason = why.substr(colon + 2);
  static const std::regex index(R"(\[[0-9]+\])");
  const std::string field = std::regex_replace(why.substr(0, colon), index, "[]");
  const bool element = field.find("[]") != std::string::npos;
  for (const auto& [cause, text, only_elements] :
       {std::tuple{Cause::kFixedPart, "points into the fixed part", false},
        std::tuple{Cause::kOddString, "is not UTF-16", false},
        std::tuple{Cause::kElement, "reach beyond the buffer", true},
        std::tuple{Cause::kElement, "needs ", true},
        std::tuple{Cause::kElement, "counts ", true}}) {
    if (reason.find(text) == std::string::npos || (only_elements && !element)) continue;
    return Row(structure, cause, field);
  }
  return std::string(structure) + ": only theirs reads it: " + why;
}

std::set<std::string> Differences(const std::set<std::string>& from,
                                  const std::set<std::string>& without) {
  std::set<std::string> rest;
  std::ranges::set_difference(from, without, std::inserter(rest, rest.end()));
  return rest;
}

TEST(LibmbimMutation, TriesEveryForm) {
  std::set<std::string> tried, all;
  auto name = [](const CidEntry& entry, FormKind role) {
    return std::string(entry.name) + " " + std::string(ToName(role));
  };
  for (const Case& each : Cases()) {
    const auto* entry = FindCid(each.cid.service, each.cid.number);
    ASSERT_NE(entry, nullptr);
    const Form* form = entry->FormOf(each.role);
    ASSERT_NE(form, nullptr) << name(*entry, each.role);
    EXPECT_EQ(form->structure, each.structure) << name(*entry, each.role);
    tried.insert(name(*entry, each.role));
  }
  for (const ServiceEntry& service : Services()) {
    for (const CidEntry& entry : service.cids) {
      for (const FormKind role : kFormKinds) {
        const Form* form = entry.FormOf(role);
        if (form != nullptr && form->fixed_size != 0) all.insert(name(entry, role));
      }
    }
  }
  EXPECT_EQ(tried, all);
}

/// Whether a crash takes so long that a thousand of them would take minutes.
constexpr bool kDeathIsSlow =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

TEST(LibmbimMutation, IsRefusedOrReadAlike) {
  if (kDeathIsSlow) GTEST_SKIP() << "libmbim crashes too slowly under a sanitizer";
  mbim_utils_set_show_personal_info(TRUE);
  std::set<std::string> seen;
  std::size_t alike = 0;
  for (const Case& each : Cases()) {
    const auto buffers = Damages(each);
    const auto verdicts = JudgeAll(each, buffers);
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      if (verdicts[i].outcome == Verdict::kAlike) {
        ++alike;
        continue;
      }
      const std::string row = RowOf(each.structure, verdicts[i]);
      if (seen.insert(row).second && !ListedRows().contains(row)) {
        ADD_FAILURE() << "not in libmbim_departures.h: " << row << "\n" << Hex(buffers[i]);
      }
    }
  }
  EXPECT_THAT(Differences(ListedRows(), seen), ::testing::IsEmpty())
      << "listed, but both agree (is this libmbim 1.28?)";
  EXPECT_GT(alike, 50'000u);  // otherwise the test compares nothing
}

}  // namespace
}  // namespace mbnrig::mbim
