#include "report/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <ostream>
#include <unordered_map>

#if defined(_WIN32)
#include <io.h>
#else
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace mbnrig::report {
namespace {

constexpr std::string_view kRed = "31";
constexpr std::string_view kGreen = "32";
constexpr std::string_view kYellow = "33";
constexpr std::string_view kDim = "2";
constexpr std::string_view kBold = "1";

std::string Paint(const Style& style, std::string_view colour, std::string_view text) {
  return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string(text);
}

std::string Seconds(std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  return fmt::format("{:.0f} min {:02.0f} s", std::floor(seconds / 60), std::fmod(seconds, 60));
}

std::string_view ColourOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return kGreen;
    case Outcome::kFailed:
      return kRed;
    default:
      return kYellow;
  }
}

std::string_view ColourOf(State state) {
  switch (state) {
    case State::kProven:
      return kGreen;
    case State::kFailed:
      return kRed;
    case State::kUnproven:
      return kYellow;
    case State::kNotApplicable:
      return kDim;
  }
  return kDim;
}

void Indent(std::ostream& out, std::string_view text, std::string_view margin) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out << margin << text.substr(0, end) << '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// The verdicts of one call.
struct Call {
  std::string_view api;
  Summary summary;
  bool touched = false;              ///< a test claimed one of its rows
  std::vector<const Verdict*> open;  ///< failed and unproven rows, failed first
};

/// Failed rows come first, then rows that a test claimed but did not prove, then unclaimed rows.
int Urgency(const Verdict& verdict) {
  if (verdict.state == State::kFailed) return 2;
  return verdict.tests.empty() ? 0 : 1;
}

std::vector<Call> ByCall(const std::vector<Verdict>& verdicts) {
  std::vector<Call> calls;
  std::unordered_map<std::string_view, std::size_t> index;
  for (const Verdict& verdict : verdicts) {
    const auto [position, fresh] = index.try_emplace(verdict.row->api, calls.size());
    if (fresh) calls.push_back(Call{verdict.row->api, {}, false, {}});
    Call& call = calls[position->second];
    call.summary.Add(verdict.state);
    call.touched |= !verdict.tests.empty();
    if (verdict.state == State::kFailed || verdict.state == State::kUnproven) {
      call.open.push_back(&verdict);
    }
  }
  for (Call& call : calls) {
    std::stable_sort(call.open.begin(), call.open.end(),
                     [](const Verdict* a, const Verdict* b) { return Urgency(*a) > Urgency(*b); });
  }
  return calls;
}

void PrintRows(const Call& call, bool with_unclaimed, const Style& style, std::ostream& out) {
  const auto state = [&](const Verdict& verdict) {
    return "    " +
           Paint(style, ColourOf(verdict.state), fmt::format("{:8}", StateName(verdict.state)));
  };
  std::vector<std::string_view> unclaimed;
  for (const Verdict* verdict : call.open) {
    if (verdict->tests.empty()) {
      unclaimed.push_back(verdict->row->code);
      continue;
    }
    out << state(*verdict) << ' ' << verdict->row->code << ": " << verdict->why << '\n'
        << Paint(style, kDim, "             " + verdict->tests.front()->FullName()) << '\n';
  }
  if (!unclaimed.empty() && with_unclaimed) {
    const Verdict& last = *call.open.back();
    out << state(last) << ' ' << fmt::format("{}", fmt::join(unclaimed, ", "))
        << Paint(style, kDim, ": " + last.why) << '\n';
  }
}

/// The calls of which a test claimed a row and that have rows that are not proven. A filtered run
/// leaves rows unclaimed on purpose: then `with_unclaimed` is false, and these are not printed.
void PrintCalls(const std::vector<Call>& calls, bool with_unclaimed, const Style& style,
                std::ostream& out) {
  const auto worth_telling = [&](const Call& call) {
    return std::any_of(call.open.begin(), call.open.end(), [&](const Verdict* verdict) {
      return !verdict->tests.empty() || (call.touched && with_unclaimed);
    });
  };
  std::size_t width = 4;
  for (const Call& call : calls) {
    if (worth_telling(call)) width = std::max(width, call.api.size());
  }
  bool header = false;
  for (const Call& call : calls) {
    if (!worth_telling(call)) continue;
    if (!header) {
      out << '\n'
          << Paint(style, kDim,
                   fmt::format("  {:{}}  {:>6} {:>6} {:>8} {:>6}", "call", width, "proven",
                               "failed", "unproven", "n/a"))
          << '\n';
      header = true;
    }
    out << fmt::format("  {:{}}  {:>6} {:>6} {:>8} {:>6}\n", call.api, width, call.summary.proven,
                       call.summary.failed, call.summary.unproven, call.summary.not_applicable);
    PrintRows(call, with_unclaimed, style, out);
  }
}

void PrintBar(const Summary& summary, const Style& style, std::ostream& out) {
  constexpr std::size_t kWidth = 60;
  const std::array<std::pair<std::size_t, State>, 4> parts{
      {{summary.proven, State::kProven},
       {summary.failed, State::kFailed},
       {summary.not_applicable, State::kNotApplicable},
       {summary.unproven, State::kUnproven}}};
  const std::map<State, std::string_view> glyphs{{State::kProven, "█"},
                                                 {State::kFailed, "▓"},
                                                 {State::kNotApplicable, "▒"},
                                                 {State::kUnproven, "░"}};
  out << "  ";
  std::size_t counted = 0;
  std::size_t drawn = 0;
  for (const auto& part : parts) {
    counted += part.first;
    std::size_t until = summary.countable == 0 ? 0 : counted * kWidth / summary.countable;
    if (part.first > 0) until = std::max(until, drawn + 1);  // a small part is visible, too
    std::string cells;
    for (; drawn < until && drawn < kWidth; ++drawn)
      cells += glyphs.at(part.second);
    out << Paint(style, ColourOf(part.second), cells);
  }
  out << '\n';
}

/// Rows that are proven but marked as odd.
void PrintOddities(const std::vector<Verdict>& verdicts, const Style& style, std::ostream& out) {
  for (const Verdict& verdict : verdicts) {
    if (verdict.state == State::kProven && !verdict.why.empty()) {
      out << Paint(style, kYellow, "  odd: ") << verdict.row->id << ": " << verdict.why << '\n';
    }
  }
}

/// "3 failed", coloured unless the number is 0.
std::string Count(const Style& style, std::size_t number, std::string_view name,
                  std::string_view colour) {
  const std::string text = fmt::format("{} {}", number, name);
  return number == 0 ? text : Paint(style, colour, text);
}

std::string CountRigFaults(const Style& style, std::size_t number) {
  return Count(style, number, number == 1 ? "rig fault" : "rig faults", kYellow);
}

void PrintRowCounts(const Summary& summary, const Style& style, std::ostream& out) {
  out << "  " << Paint(style, kBold, fmt::format("{} rows", summary.countable)) << ": "
      << Count(style, summary.proven, "proven", kGreen) << " · "
      << Count(style, summary.failed, "failed", kRed) << " · "
      << Count(style, summary.unproven, "unproven", kYellow) << " · "
      << Count(style, summary.not_applicable, "not applicable", kDim) << '\n';
}

void PrintCallCounts(const std::vector<Call>& calls, const Style& style, std::ostream& out) {
  std::size_t complete = 0;
  std::size_t untouched = 0;
  std::size_t untouched_rows = 0;
  for (const Call& call : calls) {
    if (call.open.empty()) {
      ++complete;
    } else if (!call.touched) {
      ++untouched;
      untouched_rows += call.open.size();
    }
  }
  out << "  " << Paint(style, kBold, fmt::format("{} calls", calls.size())) << ": " << complete
      << " complete · " << calls.size() - complete - untouched << " in part · " << untouched
      << " that no test of this run claims (" << untouched_rows << " rows)\n";
}

void PrintTestCounts(const RunRecord& run, const Style& style, std::ostream& out) {
  out << "  " << Paint(style, kBold, fmt::format("{} tests", run.tests.size())) << ": "
      << Count(style, CountTests(run, Outcome::kPassed), "passed", kGreen) << " · "
      << Count(style, CountTests(run, Outcome::kFailed), "failed", kRed) << " · "
      << CountRigFaults(style, CountTests(run, Outcome::kRigFault)) << " · "
      << Count(style, CountTests(run, Outcome::kSkipped), "skipped", kYellow) << " in "
      << Seconds(run.duration) << " on target " << catalogue::TargetName(run.target)
      << (run.gadget.empty() ? "" : " (" + run.gadget + ")") << '\n';
  if (run.failures.empty() && run.rig_faults.empty()) return;
  out << "  " << Paint(style, kBold, "outside any test") << ": "
      << Count(style, run.failures.size(), "failed", kRed) << " · "
      << CountRigFaults(style, run.rig_faults.size()) << '\n';
}

void PrintConclusion(int exit_status, const Style& style, std::ostream& out) {
  out << "  ";
  if (exit_status == 0) {
    out << Paint(style, kGreen, "nothing failed");
  } else if (exit_status == 1) {
    out << Paint(style, kRed, "FAILED");
  } else {
    out << Paint(style, kYellow, "RIG FAULT: the rig failed, so this run proves nothing");
  }
  out << '\n';
}

}  // namespace

Style Style::Of(std::FILE* stream) {
  Style style;
#if defined(_WIN32)
  style.terminal = _isatty(_fileno(stream)) != 0;
#else
  style.terminal = isatty(fileno(stream)) != 0;
  winsize size{};
  if (style.terminal && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
  }
#endif
  const char* no_colour = std::getenv("NO_COLOR");
  style.colour = style.terminal && (no_colour == nullptr || *no_colour == '\0');
  return style;
}

ConsoleProgress::ConsoleProgress(std::ostream* out, Style style) : out_(out), style_(style) {}

void ConsoleProgress::Begin(const RunRecord& run, int tests, int repeats) {
  total_ = static_cast<std::size_t>(tests) * static_cast<std::size_t>(std::max(repeats, 1));
  *out_ << "mbnrig conformance: " << tests << (tests == 1 ? " test" : " tests");
  if (repeats > 1) *out_ << ", " << repeats << " times";
  *out_ << " on target " << catalogue::TargetName(run.target);
  if (!run.gadget.empty()) *out_ << " (" << run.gadget << ')';
  *out_ << std::endl;
}

void ConsoleProgress::TestBegins(const std::string& full_name) {
  if (!style_.terminal) return;
  std::string line = Counter();
  if (troubled_ > 0) line += fmt::format(" {} not passed", troubled_);
  line += " " + full_name;
  if (line.size() >= style_.width) line.resize(style_.width - 1);
  EraseLine();
  *out_ << line << std::flush;
}

void ConsoleProgress::TestEnds(const TestRecord& test) {
  ++done_;
  const bool quiet = test.outcome == Outcome::kPassed;
  if (style_.terminal) EraseLine();
  if (style_.terminal && quiet) {
    if (done_ == total_) *out_ << std::flush;
    return;
  }
  *out_ << Counter() << ' '
        << Paint(style_, ColourOf(test.outcome), fmt::format("{:9}", OutcomeName(test.outcome)))
        << ' ' << test.FullName() << Paint(style_, kDim, " (" + Seconds(test.duration) + ")")
        << '\n';
  if (!quiet) PrintMessages(test);
  if (test.outcome == Outcome::kFailed || test.outcome == Outcome::kRigFault) ++troubled_;
  *out_ << std::flush;
}

void ConsoleProgress::Outside(const Message& message) {
  if (style_.terminal) EraseLine();
  *out_ << Paint(style_, message.rig_fault ? kYellow : kRed,
                 message.rig_fault ? "rig fault" : "failed")
        << " outside any test\n";
  Indent(*out_, message.text, "    ");
  *out_ << std::flush;
}

std::string ConsoleProgress::Counter() const {
  const std::string total = std::to_string(total_);
  const std::size_t current = std::min(total_, done_ + (style_.terminal ? 1 : 0));
  return fmt::format("[{:>{}}/{}]", current, total.size(), total);
}

void ConsoleProgress::EraseLine() {
  *out_ << "\r\x1b[2K";
}

void ConsoleProgress::PrintMessages(const TestRecord& test) {
  for (const Message& message : test.messages) {
    Indent(*out_, message.text, "    ");
    if (!message.file.empty() && test.outcome != Outcome::kSkipped) {
      *out_ << Paint(style_, kDim, fmt::format("    at {}:{}", message.file, message.line)) << '\n';
    }
  }
}

void PrintSummary(const RunRecord& run, const std::vector<Verdict>& verdicts, Style style,
                  std::ostream& out) {
  const std::vector<Call> calls = ByCall(verdicts);
  PrintCalls(calls, run.filter.empty(), style, out);
  PrintOddities(verdicts, style, out);
  out << '\n';
  const Summary summary = Summarise(verdicts);
  PrintBar(summary, style, out);
  PrintRowCounts(summary, style, out);
  PrintCallCounts(calls, style, out);
  PrintTestCounts(run, style, out);
  PrintConclusion(ExitStatus(run), style, out);
  out << std::flush;
}

}  // namespace mbnrig::report
