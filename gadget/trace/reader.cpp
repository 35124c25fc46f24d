#include "trace/reader.h"

#include "trace/little_endian.h"

namespace mbnrig::trace {
namespace {

constexpr std::size_t kMaxInterfaces = 64;

std::string TextOf(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Reader::Reader(std::istream& in) : in_(in) {
  if (!ReadBlock() || type_ != pcapng::kSectionHeader) {
    throw TraceError("not a pcapng file");
  }
  BeginSection();
}

void Reader::Refuse(const std::string& why) const {
  throw TraceError("the block at byte " + std::to_string(offset_) + " is damaged: " + why);
}

/// Reads the next block; false at the end of the file.
bool Reader::ReadBlock() {
  const auto read = [this](Bytes& to, std::size_t size) {
    to.resize(size);
    in_.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(in_.gcount());
  };
  offset_ = next_offset_;
  const bool first = offset_ == 0;
  Bytes head;
  const std::size_t got = read(head, 8);
  if (got != head.size()) {
    if (first) throw TraceError("not a pcapng file");
    truncated_ = got != 0;
    return false;
  }
  type_ = Get<std::uint32_t>(head, 0);
  if (first && type_ != pcapng::kSectionHeader) throw TraceError("not a pcapng file");
  const auto length = Get<std::uint32_t>(head, 4);
  if (length < 12 || length % 4 != 0 || length > pcapng::kMaxBlock) {
    // The magic number for the byte order comes after the length, so the length may be reversed.
    if (type_ == pcapng::kSectionHeader) {
      throw TraceError("this pcapng file is big-endian, or its first block is damaged");
    }
    Refuse("its length is " + std::to_string(length));
  }
  next_offset_ += length;
  if (read(body_, length - 8) != length - 8) {
    if (first) throw TraceError("this pcapng file ends in its first block");
    truncated_ = true;
    return false;
  }
  const auto trailing = Get<std::uint32_t>(body_, body_.size() - 4);
  if (trailing != length) {
    Refuse("its two lengths differ, " + std::to_string(length) + " and " +
           std::to_string(trailing));
  }
  body_.resize(body_.size() - 4);
  return true;
}

std::vector<Reader::Option> Reader::Options(ByteView bytes) const {
  std::vector<Option> options;
  while (!bytes.empty()) {
    if (bytes.size() < 4) Refuse("an option is cut short");
    const auto code = Get<std::uint16_t>(bytes, 0);
    const std::size_t length = Get<std::uint16_t>(bytes, 2);
    const std::size_t padded = (length + 3) & ~std::size_t{3};
    if (code == pcapng::kOptEndOfOptions) break;
    if (padded > bytes.size() - 4) Refuse("an option does not fit");
    options.push_back({code, bytes.subspan(4, length)});
    bytes = bytes.subspan(4 + padded);
  }
  return options;
}

void Reader::BeginSection() {
  constexpr std::size_t kFixed = 16;
  if (body_.size() < kFixed) Refuse("the section's header is too short");
  if (Get<std::uint32_t>(body_, 0) != pcapng::kByteOrderMagic) {
    throw TraceError("this pcapng file is big-endian, which is not supported");
  }
  if (Get<std::uint16_t>(body_, 4) != 1) Refuse("its version is not 1");
  interfaces_.clear();
  for (const Option& option : Options(ByteView(body_).subspan(kFixed))) {
    if (option.code == pcapng::kOptApplication) application_ = TextOf(option.value);
  }
}

void Reader::AddInterface() {
  constexpr std::size_t kFixed = 8;
  if (body_.size() < kFixed) Refuse("the interface is too short");
  if (interfaces_.size() == kMaxInterfaces) Refuse("too many interfaces");
  Interface added;
  added.link_type = Get<std::uint16_t>(body_, 0);
  for (const Option& option : Options(ByteView(body_).subspan(kFixed))) {
    if (option.code != pcapng::kOptResolution) continue;
    if (option.value.size() != 1 || option.value[0] > 9) {
      Refuse("the unit of its timestamps is not a decimal fraction from 1 s to 1 ns");
    }
    added.unit = 1;
    for (int digit = option.value[0]; digit < 9; ++digit)
      added.unit *= 10;
  }
  interfaces_.push_back(added);
}

bool Reader::Next(Packet& packet) {
  while (ReadBlock()) {
    switch (type_) {
      case pcapng::kSectionHeader:
        BeginSection();
        break;
      case pcapng::kInterfaceDescription:
        AddInterface();
        break;
      case pcapng::kInterfaceStatistics:
        ReadStatistics();
        break;
      case pcapng::kEnhancedPacket:
        ReadPacket(packet);
        return true;
      default:  // names, secrets, later block types
        break;
    }
  }
  return false;
}

void Reader::ReadPacket(Packet& packet) const {
  constexpr std::size_t kFixed = 20;
  if (body_.size() < kFixed) Refuse("the packet is too short");
  const std::size_t interface = Get<std::uint32_t>(body_, 0);
  if (interface >= interfaces_.size())
    Refuse("the packet belongs to an interface that does not exist");
  if (interfaces_[interface].link_type != kLinkTypeUsbLinuxMmapped) {
    throw TraceError("not a trace of USB transfers: link type " +
                     std::to_string(interfaces_[interface].link_type) + ", expected " +
                     std::to_string(kLinkTypeUsbLinuxMmapped));
  }
  const std::uint64_t ticks =
      static_cast<std::uint64_t>(Get<std::uint32_t>(body_, 4)) << 32 | Get<std::uint32_t>(body_, 8);
  const std::uint64_t unit = interfaces_[interface].unit;
  if (ticks > UINT64_MAX / unit) Refuse("its time is out of range");
  packet.time = ticks * unit;
  const std::size_t size = Get<std::uint32_t>(body_, 12);
  const std::size_t padded = (size + 3) & ~std::size_t{3};
  if (padded > body_.size() - kFixed) Refuse("the packet does not fit");
  const ByteView rest = ByteView(body_).subspan(kFixed);
  packet.data.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
  packet.comments.clear();
  for (const Option& option : Options(rest.subspan(padded))) {
    if (option.code == pcapng::kOptComment) packet.comments.push_back(TextOf(option.value));
  }
}

void Reader::ReadStatistics() {
  constexpr std::size_t kFixed = 12;
  if (body_.size() < kFixed) Refuse("the statistics are too short");
  for (const Option& option : Options(ByteView(body_).subspan(kFixed))) {
    if (option.code != pcapng::kOptDropped) continue;
    if (option.value.size() != 8) Refuse("the number of dropped packets does not have 8 bytes");
    dropped_ = dropped_.value_or(0) + Get<std::uint64_t>(option.value, 0);
  }
}

}  // namespace mbnrig::trace
