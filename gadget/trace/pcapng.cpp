#include "trace/pcapng.h"

#include <algorithm>

#include "trace/little_endian.h"

namespace mbnrig::trace {
namespace {

constexpr std::size_t Padded(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

void Pad(Bytes& out, std::size_t size) {
  out.resize(out.size() + Padded(size) - size);
}

void AppendOption(Bytes& out, std::uint16_t code, ByteView value) {
  Put(out, code);
  Put(out, static_cast<std::uint16_t>(value.size()));
  out.insert(out.end(), value.begin(), value.end());
  Pad(out, value.size());
}

void AppendOption(Bytes& out, std::uint16_t code, std::string_view value) {
  AppendOption(out, code,
               ByteView(reinterpret_cast<const std::uint8_t*>(value.data()), value.size()));
}

void AppendOption(Bytes& out, std::uint16_t code, std::uint64_t value) {
  Bytes bytes;
  Put(bytes, value);
  AppendOption(out, code, bytes);
}

void EndOptions(Bytes& out) {
  AppendOption(out, pcapng::kOptEndOfOptions, ByteView());
}

/// Begins a block and returns its offset. EndBlock writes its length.
std::size_t BeginBlock(Bytes& out, std::uint32_t type) {
  const std::size_t begin = out.size();
  Put(out, type);
  Put(out, std::uint32_t{0});
  return begin;
}

void EndBlock(Bytes& out, std::size_t begin) {
  const auto length = static_cast<std::uint32_t>(out.size() - begin + 4);
  Put(out, length);
  for (std::size_t i = 0; i < 4; ++i)
    out[begin + 4 + i] = static_cast<std::uint8_t>(length >> (8 * i));
}

void AppendTime(Bytes& out, std::uint64_t time) {
  Put(out, static_cast<std::uint32_t>(time >> 32));
  Put(out, static_cast<std::uint32_t>(time));
}

template <class Use>
void ForEachComment(std::string_view comments, Use use) {
  while (!comments.empty()) {
    const auto end = comments.find('\0');
    use(comments.substr(0, std::min(end, pcapng::kMaxComment)));
    comments.remove_prefix(end == comments.npos ? comments.size() : end + 1);
  }
}

}  // namespace

void AppendSectionHeader(Bytes& out, std::string_view application) {
  const auto begin = BeginBlock(out, pcapng::kSectionHeader);
  Put(out, pcapng::kByteOrderMagic);
  Put(out, std::uint16_t{1});  // version 1.0
  Put(out, std::uint16_t{0});
  Put(out, ~std::uint64_t{0});  // the length of the section is unknown
  AppendOption(out, pcapng::kOptApplication, application);
  EndOptions(out);
  EndBlock(out, begin);
}

void AppendInterface(Bytes& out, std::uint16_t link_type, std::string_view name) {
  constexpr std::uint8_t kNanoseconds[] = {9};
  const auto begin = BeginBlock(out, pcapng::kInterfaceDescription);
  Put(out, link_type);
  Put(out, std::uint16_t{0});
  Put(out, std::uint32_t{0});  // no limit of a packet's length
  AppendOption(out, pcapng::kOptName, name);
  AppendOption(out, pcapng::kOptResolution, ByteView(kNanoseconds));
  EndOptions(out);
  EndBlock(out, begin);
}

void AppendPacket(Bytes& out, std::uint64_t time, ByteView head, ByteView data,
                  std::string_view comments) {
  const std::size_t size = head.size() + data.size();
  const auto begin = BeginBlock(out, pcapng::kEnhancedPacket);
  Put(out, std::uint32_t{0});  // interface
  AppendTime(out, time);
  Put(out, static_cast<std::uint32_t>(size));  // captured length
  Put(out, static_cast<std::uint32_t>(size));  // length on the wire
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), data.begin(), data.end());
  Pad(out, size);
  if (!comments.empty()) {
    ForEachComment(comments, [&](std::string_view comment) {
      AppendOption(out, pcapng::kOptComment, comment);
    });
    EndOptions(out);
  }
  EndBlock(out, begin);
}

std::size_t PacketSize(std::size_t packet, std::string_view comments) {
  std::size_t size = 32 + Padded(packet);
  if (comments.empty()) return size;
  ForEachComment(comments, [&](std::string_view comment) { size += 4 + Padded(comment.size()); });
  return size + 4;
}

void AppendStatistics(Bytes& out, std::uint64_t time, std::uint64_t received,
                      std::uint64_t dropped) {
  const auto begin = BeginBlock(out, pcapng::kInterfaceStatistics);
  Put(out, std::uint32_t{0});  // interface
  AppendTime(out, time);
  AppendOption(out, pcapng::kOptReceived, received);
  AppendOption(out, pcapng::kOptDropped, dropped);
  EndOptions(out);
  EndBlock(out, begin);
}

}  // namespace mbnrig::trace
