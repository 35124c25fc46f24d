// How the entries of a conversation are printed.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "trace/conversation.h"

namespace mbnrig::trace {
namespace {

double Milliseconds(std::uint64_t from, std::uint64_t to) {
  return to < from ? 0.0 : static_cast<double>(to - from) / 1e6;
}

std::string InBrackets(const std::string& text) {
  return text.empty() ? "" : " (" + text + ")";
}

/// Replaces control characters, which would end the line or control a terminal, with spaces.
std::string OneLine(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

std::string Line(const Entry& entry) {
  if (entry.kind == Entry::Kind::kComment) return "-- " + entry.name;
  std::string line = entry.to_host ? "<- " : "-> ";
  if (entry.kind == Entry::Kind::kUsb) line += "USB ";
  if (entry.kind == Entry::Kind::kIndication && entry.to_host) line += "indication ";
  line += entry.name;
  if (entry.transaction) line += fmt::format(" #{}", *entry.transaction);
  line += InBrackets(entry.summary);
  if (entry.kind == Entry::Kind::kDatagram) {
    line += fmt::format(" {} B", entry.bytes);
    if (entry.session != 0) line += fmt::format(", session {}", entry.session);
  }
  if (entry.kind == Entry::Kind::kMessage || entry.kind == Entry::Kind::kUsb) {
    if (entry.answer) {
      line +=
          fmt::format(" -> {}{} {:.1f} ms", entry.answer->status, InBrackets(entry.answer->summary),
                      Milliseconds(entry.time, entry.answer->time));
    } else if (entry.kind == Entry::Kind::kMessage) {
      line += " -> no answer";
    }
  }
  return line;
}

const char* NameOf(Entry::Kind kind) {
  switch (kind) {
    case Entry::Kind::kComment:
      return "comment";
    case Entry::Kind::kMessage:
      return "message";
    case Entry::Kind::kIndication:
      return "indication";
    case Entry::Kind::kDatagram:
      return "datagram";
    case Entry::Kind::kUsb:
      return "usb";
  }
  return "unknown";
}

double Seconds(std::uint64_t time) {
  return static_cast<double>(time) / 1e9;
}

}  // namespace

std::string ToText(const Entry& entry, const PrintOptions& options) {
  std::string text = fmt::format("{:12.6f} ", Milliseconds(options.start, entry.time) / 1000);
  const std::size_t indent = text.size() + 3;
  if (options.devices) text += fmt::format("[{}] ", entry.device);
  text += OneLine(Line(entry));
  if (!options.details) return text;
  for (const std::string* detail :
       {&entry.detail, entry.answer ? &entry.answer->detail : nullptr}) {
    if (detail == nullptr || detail->empty()) continue;
    text += "\n" + std::string(indent, ' ') + OneLine(*detail);
  }
  return text;
}

nlohmann::json ToJson(const Entry& entry) {
  nlohmann::json out = {{"time", Seconds(entry.time)}, {"kind", NameOf(entry.kind)}};
  if (entry.kind == Entry::Kind::kComment) {
    out["text"] = entry.name;
    return out;
  }
  out["device"] = entry.device;
  out["direction"] = entry.to_host ? "to-host" : "from-host";
  out["name"] = entry.name;
  if (entry.transaction) out["transaction"] = *entry.transaction;
  if (!entry.summary.empty()) out["summary"] = entry.summary;
  if (!entry.detail.empty()) out["detail"] = entry.detail;
  if (entry.fragments > 1) out["fragments"] = entry.fragments;
  if (entry.kind == Entry::Kind::kDatagram) {
    out["bytes"] = entry.bytes;
    out["session"] = entry.session;
  }
  if (entry.answer) {
    out["answer"] = {{"status", entry.answer->status},
                     {"after_ms", Milliseconds(entry.time, entry.answer->time)}};
    if (!entry.answer->summary.empty()) out["answer"]["summary"] = entry.answer->summary;
    if (!entry.answer->detail.empty()) out["answer"]["detail"] = entry.answer->detail;
  }
  return out;
}

}  // namespace mbnrig::trace
