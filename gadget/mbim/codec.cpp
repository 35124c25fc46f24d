#include "mbim/codec.h"

#include <arpa/inet.h>

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
  if (count == 0) return true;
  const std::size_t room = (buffer_.size() - fixed) / element;
  if (count > room) {
    return Refuse(name, "counts " + std::to_string(count) + " elements, the buffer has room for " +
                            std::to_string(room));
  }
  fixed_end_ += count * element;
  return true;
}

bool Frame::Part(std::string_view name, std::uint32_t offset, std::uint64_t size, ByteView& part) {
  if (offset < fixed_end_) {
    return Refuse(name, "offset " + std::to_string(offset) +
                            " points into the fixed part, which ends at " +
                            std::to_string(fixed_end_));
  }
  if (offset > buffer_.size() || size > buffer_.size() - offset) {
    return Refuse(name, std::to_string(size) + " bytes at offset " + std::to_string(offset) +
                            " end behind the buffer's " + std::to_string(buffer_.size()));
  }
  part = buffer_.subspan(offset, static_cast<std::size_t>(size));
  return true;
}

bool Frame::Spend(std::string_view name, std::size_t bytes) {
  if (bytes > budget_.remaining) {
    return Refuse(name, "variable parts overlap so often that they add up to more than " +
                            std::to_string(Budget::kBytesPerBufferByte) + " times the buffer");
  }
  budget_.remaining -= bytes;
  return true;
}

bool Frame::TakeString(std::string_view name, std::string& value) {
  const std::uint32_t offset = TakeU32();
  const std::uint32_t size = TakeU32();
  if (size == 0) return true;
  ByteView part;
  if (!Part(name, offset, size, part) || !Spend(name, size)) return false;
  auto string = Utf16ToUtf8(part);
  if (!string) {
    return Refuse(name, size % 2 != 0
                            ? "a string of " + std::to_string(size) + " bytes is no UTF-16"
                            : "unpaired surrogate");
  }
  value = std::move(*string);
  return true;
}

}  // namespace decode

namespace encode {

void Frame::PutString(std::string_view field, std::string_view value, std::size_t max_units) {
  if (value.empty()) {
    PutU32(0);
    PutU32(0);
    return;
  }
  const std::uint32_t offset = NextOffset();
  const auto size = AppendUtf16(value, out_);
  if (!size) {
    throw std::invalid_argument(std::string(field) + ": not valid UTF-8, or contains a NUL");
  }
  if (max_units != 0 && *size / 2 > max_units) {
    throw std::invalid_argument(std::string(field) + ": " + std::to_string(*size / 2) +
                                " UTF-16 units, at most " + std::to_string(max_units) +
                                " are allowed");
  }
  PutU32(offset);
  PutU32(static_cast<std::uint32_t>(*size));
  Pad();
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
