#include "mbim/codec.h"

#include <arpa/inet.h>

#include <algorithm>
#include <stdexcept>

#include "mbim/codec_impl.h"
#include "mbim/hex.h"
#include "mbim/utf16.h"

namespace mbnrig::mbim {
namespace decode {

bool Frame::Refuse(std::string_view name, std::string reason) {
  error_.field = name;
  error_.reason = std::move(reason);
  return false;
}

bool Frame::Within(std::string_view prefix) {
  error_.field =
      error_.field.empty() ? std::string(prefix) : std::string(prefix) + "." + error_.field;
  return false;
}

bool Frame::Within(std::string_view prefix, std::size_t index) {
  return Within(std::string(prefix) + "[" + std::to_string(index) + "]");
}

bool Frame::Has(std::string_view name, std::size_t at, std::size_t size) {
  if (at <= buffer_.size() && size <= buffer_.size() - at) return true;
  const std::size_t remain = at <= buffer_.size() ? buffer_.size() - at : 0;
  return Refuse(name, "needs " + std::to_string(size) + " bytes at " + std::to_string(at) + ", " +
                          std::to_string(remain) + " remain");
}

bool Frame::SetFixedEnd(std::string_view name, std::size_t fixed, std::uint32_t count,
                        std::size_t element) {
  fixed_end_ = fixed;
  if (count != 0) {
    const std::size_t fit = (buffer_.size() - fixed) / element;
    if (count > fit) {
      return Refuse(name, "counts " + std::to_string(count) +
                              " elements, the buffer has room for " + std::to_string(fit));
    }
    fixed_end_ += count * element;
  }
  end_ = std::max(end_, fixed_end_);
  return true;
}

bool Frame::TakeInPlace(std::string_view name, std::uint64_t size, ByteView& bytes) {
  const std::size_t remain = buffer_.size() - at_;
  if (size > remain) {
    return Refuse(name, "needs " + std::to_string(size) + " bytes at " + std::to_string(at_) +
                            ", " + std::to_string(remain) + " remain");
  }
  bytes = buffer_.subspan(at_, static_cast<std::size_t>(size));
  at_ += bytes.size();
  fixed_end_ = std::max(fixed_end_, at_);
  end_ = std::max(end_, at_);
  return true;
}

bool Frame::TakeTlv(std::string_view name, std::uint16_t& type, ByteView& data) {
  ByteView header, padding;
  if (!TakeInPlace(name, layout::kTlvHeaderSize, header)) return false;
  type = LoadU16(header, 0);
  const std::uint8_t pad = header[3];
  if (pad > 3) return Refuse(name, "a TLV with " + std::to_string(pad) + " bytes of padding");
  return TakeInPlace(name, LoadU32(header, 4), data) && TakeInPlace(name, pad, padding);
}

bool Frame::TakeTlvOf(std::uint16_t type, std::string_view name, ByteView& data) {
  std::uint16_t found = 0;
  if (!TakeTlv(name, found, data)) return false;
  return found == type ||
         Refuse(name, "a TLV of type " + std::to_string(found) + ", not " + std::to_string(type));
}

bool Frame::PartsFollow() {
  if (lowest_part_ >= at_) return true;
  return Refuse(lowest_name_, "offset " + std::to_string(lowest_part_) +
                                  " points into the fixed part, which ends at " +
                                  std::to_string(at_));
}

bool Frame::Part(std::string_view name, std::uint32_t offset, std::uint64_t size, ByteView& part) {
  if (offset < fixed_end_) {
    return Refuse(name, "offset " + std::to_string(offset) +
                            " points into the fixed part, which ends at " +
                            std::to_string(fixed_end_));
  }
  if (offset > buffer_.size() || size > buffer_.size() - offset) {
    return Refuse(name, std::to_string(size) + " bytes at offset " + std::to_string(offset) +
                            " reach beyond the buffer's end at " + std::to_string(buffer_.size()));
  }
  part = buffer_.subspan(offset, static_cast<std::size_t>(size));
  end_ = std::max(end_, offset + part.size());
  if (offset < lowest_part_) {
    lowest_part_ = offset;
    lowest_name_ = name;
  }
  return true;
}

bool Frame::BytesAt(std::string_view name, std::uint32_t offset, std::uint32_t size, Bytes& value) {
  if (size == 0) return true;
  ByteView part;
  if (!Part(name, offset, size, part) || !Spend(name, size)) return false;
  value.assign(part.begin(), part.end());
  return true;
}

bool Frame::Utf8At(std::string_view name, std::uint32_t offset, std::uint32_t size,
                   std::string& value) {
  if (size == 0) return true;
  ByteView part;
  if (!Part(name, offset, size, part) || !Spend(name, size)) return false;
  value.assign(part.begin(), std::ranges::find(part, 0));
  Bytes utf16;
  return AppendUtf16(value, utf16) || Refuse(name, "is not valid UTF-8");
}

bool Frame::Spend(std::string_view name, std::size_t bytes) {
  if (bytes > budget_.remaining) {
    return Refuse(name, "variable parts overlap so often that they add up to more than " +
                            std::to_string(Budget::kBytesPerBufferByte) + " times the buffer");
  }
  budget_.remaining -= bytes;
  return true;
}

bool Frame::StringIn(std::string_view name, ByteView part, std::string& value) {
  auto string = Utf16ToUtf8(part);
  if (!string) {
    return Refuse(name, part.size() % 2 != 0
                            ? "a string of " + std::to_string(part.size()) + " bytes is not UTF-16"
                            : "unpaired surrogate");
  }
  value = std::move(*string);
  return true;
}

bool Frame::TakeString(std::string_view name, std::string& value) {
  const std::uint32_t offset = TakeU32();
  const std::uint32_t size = TakeU32();
  if (size == 0) return true;
  ByteView part;
  return Part(name, offset, size, part) && Spend(name, size) && StringIn(name, part, value);
}

}  // namespace decode

namespace encode {

namespace {

void CheckLimit(std::string_view field, std::size_t size, std::size_t limit, const char* unit) {
  if (limit == 0 || size <= limit) return;
  throw std::invalid_argument(std::string(field) + ": " + std::to_string(size) + " " + unit +
                              ", at most " + std::to_string(limit) + " are allowed");
}

std::size_t AppendString(std::string_view field, std::string_view value, std::size_t max_units,
                         Bytes& out) {
  const auto size = AppendUtf16(value, out);
  if (!size) {
    throw std::invalid_argument(std::string(field) + ": not valid UTF-8, or contains a NUL");
  }
  CheckLimit(field, *size / 2, max_units, "UTF-16 units");
  return *size;
}

}  // namespace

void Frame::PutString(std::string_view field, std::string_view value, std::size_t max_units) {
  if (value.empty()) {
    PutU32(0);
    PutU32(0);
    return;
  }
  const std::uint32_t offset = NextOffset();
  const std::size_t size = AppendString(field, value, max_units, out_);
  PutU32(offset);
  PutU32(static_cast<std::uint32_t>(size));
  Pad();
}

std::uint32_t Frame::AppendBytes(std::string_view field, ByteView bytes, std::size_t max_bytes) {
  CheckLimit(field, bytes.size(), max_bytes, "bytes");
  if (bytes.empty()) return 0;
  const std::uint32_t offset = NextOffset();
  out_.insert(out_.end(), bytes.begin(), bytes.end());
  Pad();
  return offset;
}

void Frame::PutUtf8(std::string_view field, std::string_view value, std::size_t max_bytes,
                    bool terminated) {
  Bytes utf16;
  AppendString(field, value, 0, utf16);
  CheckLimit(field, value.size(), max_bytes, "bytes");
  Bytes bytes(value.begin(), value.end());
  if (terminated && !bytes.empty()) bytes.push_back(0);
  PutU32(AppendBytes(field, bytes, 0));
  PutU32(static_cast<std::uint32_t>(bytes.size()));
}

void Frame::PutTlv(std::uint16_t type, ByteView data) {
  const std::size_t padding = (4 - data.size() % 4) % 4;
  std::uint8_t* to = Grow(layout::kTlvHeaderSize + data.size() + padding);
  to[0] = static_cast<std::uint8_t>(type);
  to[1] = static_cast<std::uint8_t>(type >> 8);
  to[3] = static_cast<std::uint8_t>(padding);
  for (std::size_t i = 0; i < 4; ++i) {
    to[4 + i] = static_cast<std::uint8_t>(data.size() >> (8 * i));
  }
  std::copy(data.begin(), data.end(), to + layout::kTlvHeaderSize);
}

void Frame::PutTlvText(std::string_view field, std::string_view value, std::size_t max_units) {
  Bytes utf16;
  AppendString(field, value, max_units, utf16);
  PutTlv(tlv_type::kText, utf16);
}

}  // namespace encode

namespace text {

std::string Quoted(std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0x0F];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string Octets(ByteView bytes, bool masked) {
  if (bytes.empty()) return "-";
  return masked ? std::string(kMask) : "<" + Hex(bytes) + ">";
}

std::string Address(ByteView bytes) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if ((bytes.size() == 4 || bytes.size() == 16) &&
      inet_ntop(family, bytes.data(), buffer.data(), buffer.size()) != nullptr) {
    return buffer.data();
  }
  return Hex(bytes);
}

}  // namespace text
}  // namespace mbnrig::mbim
