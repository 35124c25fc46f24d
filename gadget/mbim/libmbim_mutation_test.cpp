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
#include <csignal>
#include <fstream>
#include <functional>
#include <memory>
#include <regex>
#include <set>
#include <span>

#include "mbim/codec.h"
#include "mbim/hex.h"
#include "mbim/service_table.h"
#include "mbim/services.h"
#include "mbim/testing/generate.h"
#include "mbim/testing/libmbim_departures.h"
#include "mbim/testing/libmbim_text.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::Generate;
using mbim::testing::MessageOf;
using mbim::testing::PrintedFields;
using mbim::testing::Random;
using mbim::testing::TextJudge;
using mbim::testing::TheirMessage;
using mbim::testing::Words;

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

/// What libmbim prints of this information, encoded anew. Nothing where Encode refuses it: a
/// damaged buffer may hold a text that is longer than the specification allows.
template <class T>
std::optional<std::string> PrintedAnew(const CommandId& cid, FormKind kind, MbimEx version,
                                       const T& value) {
  try {
    return PrintedFields(TheirMessage(MessageOf(cid, kind, Encode(value))).get(), version);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

/// Compares what we read with what libmbim prints. Of enumerations and masks that is a word, so the
/// whole text must also be the one that libmbim prints of the undamaged message with our value.
template <class T>
Verdict Judge(const CommandId& cid, FormKind kind, MbimEx version, const Bytes& information) {
  const auto theirs = PrintedFields(TheirMessage(MessageOf(cid, kind, information)).get(), version);
  const auto ours = Decode<T>(information);
  if (!ours && !theirs) return Verdict::Of(Verdict::kAlike);
  if (!ours) return Verdict::Of(Verdict::kOnlyTheirsReads, ours.error().ToString());
  if (!theirs) return Verdict::Of(Verdict::kOnlyOursReads);
  Words words;
  const std::string different = TextJudge(*theirs, words).Difference(*ours);
  if (!different.empty()) return Verdict::Of(Verdict::kDiffers, different);
  const auto anew = PrintedAnew(cid, kind, version, *ours);
  if (anew && *anew != *theirs) return Verdict::Of(Verdict::kDiffers, "a word");
  return Verdict::Of(Verdict::kAlike);
}

struct Case {
  CommandId cid;
  FormKind role;
  MbimEx version;
  std::string_view structure;
  std::function<Bytes(Random&)> valid;
  std::function<Verdict(const Bytes&)> judge;
};

/// Every form that has fields.
std::vector<Case> Cases() {
  std::vector<Case> cases;
  AllServices::ForEachForm([&]<class T>(const CommandId& cid, FormKind kind, MbimEx version) {
    if constexpr (!std::is_same_v<T, Empty>) {
      cases.push_back(
          {cid, kind, version, T::kName, [](Random& random) { return Encode(Generate<T>(random)); },
           [=](const Bytes& information) { return Judge<T>(cid, kind, version, information); }});
    }
  });
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
